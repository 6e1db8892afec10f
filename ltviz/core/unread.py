"""What a file of Python says, read without importing it: names and defaults are known before torch is there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def parsed(file: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


def constant(file: Path, name: str) -> Any:
    """Return a constant of a file: a literal, or the constant of another file of ltviz that it imports or names."""
    for node in parsed(file).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return _value(file, node.value)
        if isinstance(node, ast.ImportFrom) and any((each.asname or each.name) == name for each in node.names):
            return constant(_file(str(node.module)), name)
    raise LookupError(f"{file.name} has no constant {name}")


def defaults(file: Path, function: str) -> dict[str, Any]:
    """Return the keywords of a file's function with their defaults, in order."""
    (found,) = (node for node in parsed(file).body if isinstance(node, ast.FunctionDef) and node.name == function)
    pairs = zip(found.args.kwonlyargs, found.args.kw_defaults, strict=True)
    return {key.arg: _value(file, value) for key, value in pairs if value is not None}


def called_with(file: Path, keyword: str) -> dict[str, Any]:
    """Return the literal keywords of the call in a file that has this keyword."""
    calls = (node for node in ast.walk(parsed(file)) if isinstance(node, ast.Call))
    words = next(node.keywords for node in calls if keyword in [word.arg for word in node.keywords])
    return {str(word.arg): word.value.value for word in words if isinstance(word.value, ast.Constant)}


@cache
def attributes(file: Path) -> Mapping[str, Any]:
    """Return the literals that the classes of a file are given in their bodies."""
    said = {}
    for each in (node for node in ast.walk(parsed(file)) if isinstance(node, ast.ClassDef)):
        for line in each.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                said[ast.unparse(line.targets[0])] = line.value.value
    return MappingProxyType(said)


def _value(file: Path, node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        return constant(file, node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):  # toy.SEED
        return constant(_module(file, node.value.id), node.attr)
    return ast.literal_eval(node)


def _module(file: Path, name: str) -> Path:
    """Return the file of a module that another one imports under this name."""
    for node in parsed(file).body:
        for each in node.names if isinstance(node, ast.ImportFrom) else ():
            if (each.asname or each.name) == name:
                return _file(f"{node.module}.{each.name}")  # type: ignore[attr-defined]
    raise LookupError(f"{file.name} imports no module as {name}")


def _file(module: str) -> Path:
    """Return the file of a module of ltviz."""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
