"""Write ES modules into one scope: a page over ``file://`` may not import any, and a widget is one text.

What stands before what follows from the imports. Imports, ``export`` and the comments that stand on lines of their own
(the types among them) are left out. Only what the modules here use is understood; anything else is refused::

    import {a, b} from "./other.js";      export class, function, const, let (also async)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadDeclaration

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"\n]+)";\n', re.M)
_TOP = re.compile(r"^(export )?(?:async )?(?:function\*?|class|const|let) ([\w$]+)", re.M)
_ODD = re.compile(r"^(?:import|export(?! (?:async |function|class|const|let))|var|(?:const|let) [\[{]).*", re.M)
_CAST = re.compile(r"/\*\* @type \{[^{}]*\} \*/ ?")
_BLOCK = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.M | re.S)
_LINE = re.compile(r"^[ \t]*//.*\n", re.M)


@dataclass(frozen=True)
class Module:
    """One file.

    Parameters
    ----------
    name : str
        Its path from the modules' folder without the ending, ``"pictures/map"``.
    imports : dict of str to tuple of str
        Module -> the names that are taken from it.
    exports, names : tuple of str
        What others may import, and all that it declares at its top.
    code : str
        What runs.
    """

    name: str
    imports: dict[str, tuple[str, ...]]
    exports: tuple[str, ...]
    names: tuple[str, ...]
    code: str


def parse(name: str, text: str) -> Module:
    """Return a module from its text.

    Raises
    ------
    BadDeclaration
        For a form of import, export or comment that is not understood.
    """
    code = _LINE.sub("", _BLOCK.sub("", _CAST.sub("", text)))
    imports: dict[str, tuple[str, ...]] = {}
    for words, path in _IMPORT.findall(code):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if not path.startswith(".") or not other.endswith(".js") or other.startswith(".."):
            raise BadDeclaration(f'{name}.js imports from "{path}"; only files of this folder, as "./other.js"')
        other = other.removesuffix(".js")
        imports[other] = (*imports.get(other, ()), *(word.strip() for word in words.split(",") if word.strip()))
    code = _IMPORT.sub("", code)
    for line in code.splitlines():
        if "/*" in line:
            raise BadDeclaration(f"{name}.js has a comment beside code ({line.strip()!r}); give it a line of its own")
        if line.count("`") % 2:
            raise BadDeclaration(f"{name}.js has a template over several lines ({line.strip()!r}); keep it on one")
    if odd := _ODD.search(code):
        raise BadDeclaration(
            f"{name}.js has {odd.group()!r}, which is not understood; "
            'write import {a} from "./other.js"; or export before one class, function, const or let'
        )
    found = _TOP.findall(code)
    code = "".join(f"{line}\n" for line in _TOP.sub(_bare, code).splitlines() if line.strip())
    return Module(
        name, imports, tuple(word for exported, word in found if exported), tuple(word for _, word in found), code
    )


def _bare(found: re.Match[str]) -> str:
    return found.group().removeprefix("export ")


def bundle(roots: Iterable[str], read: Callable[[str], str]) -> str:
    """Return some modules and all that they import as one text, each after those that it needs.

    Parameters
    ----------
    roots : iterable of str
        The modules' names.
    read : callable
        Name -> text.

    Raises
    ------
    BadDeclaration
        Where modules import each other in a circle, a name that is not exported, or two have the same name.
    """
    done: dict[str, Module] = {}
    for root in roots:
        _visit(root, read, done, ())
    owners: dict[str, str] = {}
    for module in done.values():
        for word in module.names:
            if word in owners:
                raise BadDeclaration(
                    f"{owners[word]}.js and {module.name}.js both declare {word} at their top; in one scope "
                    "only one may: rename one of them"
                )
            owners[word] = module.name
    # no template runs over lines, so the room before a line says nothing
    lines = [line.strip() for module in done.values() for line in module.code.splitlines()]
    return "\n".join(['"use strict";', *lines, ""])


def _visit(name: str, read: Callable[[str], str], done: dict[str, Module], path: tuple[str, ...]) -> None:
    if name in path:
        circle = " -> ".join(f"{each}.js" for each in (*path[path.index(name) :], name))
        raise BadDeclaration(f"modules import each other in a circle: {circle}; move what both need to a third")
    if name in done:
        return
    module = parse(name, read(name))
    for other, words in module.imports.items():
        _visit(other, read, done, (*path, name))
        for word in words:
            if word not in done[other].exports:
                raise BadDeclaration(
                    f"{name}.js imports {word!r} from {other}.js, which exports "
                    f"{', '.join(done[other].exports) or 'nothing'}.{did_you_mean(word, done[other].exports)}"
                )
    done[name] = module
