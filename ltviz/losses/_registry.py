"""Names of losses: found from the files, resolved to classes when needed, spelled with parameters."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ltviz.core import unread
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadDeclaration, BadInput

if TYPE_CHECKING:
    from ltviz.losses._base import Loss

_FOLDER = Path(__file__).parent
_OWN: dict[str, type[Loss]] = {}  # losses of the user's, while the process lives
_SHIPPED: dict[str, type[Loss]] = {}


@cache
def shipped() -> tuple[str, ...]:
    """Names of the losses that ltviz carries, from its files."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("[a-z]*.py")))


def names() -> tuple[str, ...]:
    """Names of all losses, shipped ones first, without importing any."""
    return (*shipped(), *_OWN)


def register(cls: type[Loss]) -> None:
    """Take a subclass of Loss into the field; called when its class statement runs."""
    module, stem = cls.__module__, cls.__module__.rpartition(".")[2]
    if module == f"{__package__}.{stem}":
        if stem.startswith("_"):
            return
        if stem in _SHIPPED and _SHIPPED[stem].__qualname__ != cls.__qualname__:
            raise BadDeclaration(f"{stem}.py declares two public losses, {_SHIPPED[stem].__name__} and {cls.__name__}")
        cls.name = stem
        _SHIPPED[stem] = cls
        return
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()
    if name in shipped():
        raise BadDeclaration(f"the name {name!r} belongs to a loss of ltviz; give the class another name")
    if name in _OWN and (_OWN[name].__module__, _OWN[name].__qualname__) != (module, cls.__qualname__):
        raise BadDeclaration(
            f"two losses claim the name {name!r}: {_OWN[name].__module__}.{_OWN[name].__qualname__} and "
            f"{module}.{cls.__qualname__}; rename one"
        )
    cls.name = name
    _OWN[name] = cls


class Field(Mapping[str, "type[Loss]"]):
    """All losses by name; a shipped one is imported when it is looked up."""

    def __getitem__(self, name: str) -> type[Loss]:
        if name in _OWN:
            return _OWN[name]
        if name not in shipped():
            raise BadInput(f"unknown loss {name!r}; there are {', '.join(names())}.{did_you_mean(name, names())}")
        importlib.import_module(f"{__package__}.{name}")
        return _SHIPPED[name]

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __len__(self) -> int:
        return len(names())

    def get(self, name: str, default: Any = None) -> Any:
        """Return the loss of that name, or the default: `KeyError` is not what an unknown name raises here."""
        return self[name] if name in self else default  # noqa: SIM401

    def __contains__(self, name: object) -> bool:
        return name in names()


def sentence(name: str) -> str:
    """Return the first sentence of a loss's docstring, read from its file without importing it."""
    if name in _OWN:
        doc = _OWN[name].__doc__ or ""
    else:
        doc = ast.get_docstring(ast.parse((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))) or ""
    return " ".join(doc.split("\n\n")[0].split())


def constant(name: str, what: str) -> Any:
    """Return a constant of a loss's file, read without importing it: views and flags know it before torch is there."""
    return unread.constant(_FOLDER / f"{name}.py", what)


def attributes(name: str) -> Mapping[str, Any]:
    """Return the literals of a shipped loss's class, its title among them, read without importing it."""
    return unread.attributes(_FOLDER / f"{name}.py")


def split(text: str, kind: str) -> tuple[str, str]:
    """Return the name, and what stands in the brackets behind it."""
    match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*", text, re.DOTALL) if isinstance(text, str) else None
    if match is None:
        raise BadInput(f"a {kind} is written as its name, or name(parameter=value, ...); got {text!r}")
    return match.group(1), (match.group(2) or "").strip()


def spell(name: str, params: Mapping[str, Any]) -> str:
    """Return the spelling of a loss; parameters at their default are left out."""
    declared = Field()[name].controls(params)
    own = {key: value for key, value in params.items() if key not in declared or value != declared[key].default}
    if not own:
        return name
    words = (f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in own.items())
    return f"{name}({', '.join(words)})"
