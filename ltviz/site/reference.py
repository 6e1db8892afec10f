"""The public names as pages, from their docstrings; made by pdoc, with equations as MathML."""

from __future__ import annotations

import html
import importlib
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import ltviz
from ltviz.core.errors import MissingExtra
from ltviz.core.files import write_text
from ltviz.course.public import FOLDER, PARTS, members, modules, page

IDS = re.compile(r'\sid="([^"]+)"')
LINK = re.compile(r'<a [^>]*href="(?P<href>[^"]*)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)
HEADING = re.compile("<(/?)h[56](?= |>)")  # of a part: no level between it and the page's own
SECTION = re.compile(r"^([A-Z][A-Za-z ]*)\n-{3,}\n", re.MULTILINE)
ITEM = re.compile(r"[\w*]+(, [\w*]+)* : |\S*$|    .*|>>>|\.\.\. |[-*|] ")  # a line in which letters are no symbols


def write_reference(site: Path) -> list[Path]:
    """Write the pages into ``reference/`` of a site's folder.

    Raises
    ------
    MissingExtra
        Without pdoc.
    """
    try:
        import pdoc.doc
        import pdoc.render
    except ImportError as error:
        raise MissingExtra("the reference needs pdoc: pip install pdoc") from error
    pdoc.render.configure(
        docformat="numpy",
        include_undocumented=False,
        show_source=False,
        search=False,
        template_directory=Path(__file__).parent / "pdoc",
    )
    _door()
    known = {name: pdoc.doc.Module(importlib.import_module(name)) for name in modules()}
    for each in known.values():
        _with_equations(each)
    colours = _style()
    made = {page(name): pdoc.render.html_module(module=each, all_modules=known) for name, each in known.items()}
    made = {where: HEADING.sub(r"<\1h2", text) for where, text in made.items()}
    places = {where: {*IDS.findall(text)} for where, text in made.items()}
    written = [
        write_text(site / where, _closed(_sound(text, where, places)).replace("@@style@@", colours))
        for where, text in made.items()
    ]
    first = {name: each.docstring.strip().partition("\n\n")[0] for name, each in known.items()}
    return [*written, write_text(site / FOLDER / "index.html", _index(first))]


def shown(docstring: str) -> str:
    """Return a docstring as Markdown with its equations, and its symbols with an index, as MathML."""
    from ltviz.site.formula import equations

    opening, *rest = SECTION.split(docstring)
    parts = [_symbols(opening)]
    for heading, content in zip(rest[::2], rest[1::2], strict=True):
        if heading == "Equation":
            blocks = "\n\n".join(each for block in re.split(r"\n\s*\n", content.strip()) for each in equations(block))
            parts.append(f"###### Equation\n\n{blocks}\n\n")
        else:
            parts.append(f"{heading}\n---\n{content if heading == 'Examples' else _symbols(content)}")
    return "".join(parts)


def _symbols(text: str) -> str:
    from ltviz.site.formula import inline

    lines = text.split("\n")
    own = [bool(ITEM.match(line)) and not line.startswith("    ") for line in lines]
    return "\n".join(line if skip else inline(line, indexed=True) for line, skip in zip(lines, own, strict=True))


def _door() -> None:
    """Put the names of the front door where a reader of modules finds them: they load when first used."""
    for name in ltviz.__all__:
        found = getattr(ltviz, name)
        if not isinstance(found, ModuleType):
            vars(ltviz).setdefault(name, found)


def _with_equations(doc: Any) -> None:
    if doc.docstring:
        doc.docstring = shown(doc.docstring)
    for member in getattr(doc, "members", {}).values():
        _with_equations(member)


def _sound(text: str, where: str, places: Mapping[str, set[str]]) -> str:
    """Return a page without the links to what has no place: inherited names of modules that have no page."""

    def link(found: re.Match[str]) -> str:
        file, _, anchor = found["href"].partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(where), file)) if file else where
        dead = anchor and anchor not in places.get(target, {anchor})
        return found["words"] if dead else found[0]

    return LINK.sub(link, text)


def _closed(made: str) -> str:
    """Return a page that may ask nothing of another machine."""
    from ltviz.site.page import POLICY

    return made.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)


def _style() -> str:
    """Return the colours of the site, by day and by night, and what the reference has of its own."""
    from pygments.formatters import HtmlFormatter

    from ltviz.site.lecture import colours
    from ltviz.site.page import sheet

    code = [HtmlFormatter(style=name).get_style_defs(".pdoc-code") for name in ("friendly", "github-dark")]
    return f"{code[0]}\n@media (prefers-color-scheme: dark) {{ {code[1]} }}\n{colours('auto')}\n{sheet('reference')}"


def _index(first: Mapping[str, str]) -> str:
    """Return the front page of the reference: the modules in their parts, each with the first sentence it says."""
    from ltviz.course import text
    from ltviz.site.page import document

    parts = "".join(
        f"<h2>{part}</h2>\n<dl>"
        + "".join(
            f'<dt><a href="{page(name).removeprefix(f"{FOLDER}/")}">{name}</a></dt>'
            f"<dd>{html.escape(' '.join(first[name].replace('`', '').split()))}</dd>"
            for name in members(part)
            if name in first
        )
        + "</dl>\n"
        for part in PARTS
    )
    body = (
        '<body>\n<nav aria-label="Site"><a href="../index.html">All lessons and explorers</a></nav>\n'
        f"<main>\n<h1>Reference</h1>\n{parts}</main>\n</body>\n"
    )
    return document("Reference - ltviz", f"<style>\n{text.style()}</style>\n", body)
