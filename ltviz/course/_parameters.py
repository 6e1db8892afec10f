"""The parameters of a lesson: read from its cells without running them, and checked before a kernel starts."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.core.params import as_number

_DOORS = ("show", "explore", "exercise")  # calls that take a name, then its controls as keywords
_KINDS = {kind.__name__: kind for kind in (bool, int, float, str, list, tuple, dict)} | {"None": type(None)}
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True)
class Parameter:
    """One line of the cell tagged `parameters`.

    Parameters
    ----------
    name : str
        What stands left of the equals sign.
    default : object
        What stands right of it.
    kinds : tuple of type
        What it may be, by its annotation, else by its default; empty where anything goes.
    handed : tuple of (str, str, str)
        Where the lesson hands it on as it is: the call, the view or exercise, and the keyword.
    """

    name: str
    default: Any
    kinds: tuple[type, ...]
    handed: tuple[tuple[str, str, str], ...]

    def parse(self, text: str) -> Any:
        """Return the value that a text means; a text that is none of the kinds stays as it is."""
        if bool in self.kinds and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if type(None) in self.kinds and text == "None":
            return None
        if str in self.kinds:
            return text
        value = _literal(text)
        for kind in self.kinds:
            if kind in (list, tuple):
                return kind(value if isinstance(value, (list, tuple)) else _items(text))
        if self.kinds == (int,) and isinstance(value, float) and value.is_integer():  # 1e2
            return int(value)
        return float(value) if self.kinds == (float,) and isinstance(value, int) else value

    def check(self, value: Any) -> None:
        """Refuse a value that a view or exercise would refuse, or, where none gets it, one of another kind.

        Raises
        ------
        BadInput
            As the view says it.
        """
        for door, view, keyword in self.handed:
            _try(door, view, keyword, value)
        kinds = {*self.kinds, int} if float in self.kinds else {*self.kinds}
        if kinds and not self.handed and type(value) not in kinds:
            wanted = " or ".join(kind.__name__ for kind in self.kinds)
            wider = f"; write '{self.name}: float = {self.default!r}' there if it may be any number"
            raise BadInput(
                f"parameter {self.name!r} must be {wanted}, as the notebook has {self.default!r}; "
                f"got {value!r} ({type(value).__name__})"
                + (wider if self.kinds == (int,) and isinstance(value, float) else "")
            )


def declared(notebook: Any) -> dict[str, Parameter]:
    """Return the parameters of a notebook, by name.

    Raises
    ------
    BadInput
        If it has not one code cell tagged `parameters`, or that cell holds more than lines such as ``seed = 0``.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1 or cells[0].cell_type != "code":
        raise BadInput(f"a notebook has one code cell tagged 'parameters'; this one has {len(cells)}")
    try:
        lines = ast.parse(cells[0].source).body
    except SyntaxError as error:
        raise BadInput(f"the parameters cell is not Python: line {error.lineno}: {error.msg}") from error
    handed = list(_handed(notebook))
    found = {}
    for line in lines:
        target, annotation = _target(line)
        try:
            if target is None:
                raise ValueError
            default = ast.literal_eval(line.value)
        except (ValueError, TypeError) as error:
            raise BadInput(
                f"the parameters cell may only hold lines such as 'seed = 0' or 'rate: float = 0.5'; "
                f"line {line.lineno} is {ast.unparse(line)!r}"
            ) from error
        kinds = _kinds(annotation) if annotation else (() if default is None else (type(default),))
        places = tuple((door, view, keyword) for name, door, view, keyword in handed if name == target)
        found[target] = Parameter(target, default, kinds, places)
    return found


def parse(notebook: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """Read `-p name=value` pairs as each parameter means them; an unknown name is left for `check` to refuse."""
    known = declared(notebook)
    return {name: known[name].parse(text) if name in known else text for name, text in given.items()}


def check(notebook: Any, given: Mapping[str, Any]) -> None:
    """Refuse a parameter that the notebook does not have (papermill would only log it), or a value that is wrong.

    Raises
    ------
    BadInput
        With the words of the view to which the lesson hands the value.
    """
    known = declared(notebook)
    for name, value in given.items():
        if name not in known:
            hint = did_you_mean(name, known)
            raise BadInput(f"unknown parameter {name!r} ({value!r}); the notebook has {', '.join(known)}.{hint}")
        known[name].check(value)


def _target(line: ast.stmt) -> tuple[str | None, ast.expr | None]:
    """Return what a line sets, and its annotation."""
    if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
        return line.targets[0].id, None
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
        return line.target.id, line.annotation
    return None, None


def _kinds(annotation: ast.expr) -> tuple[type, ...]:
    """Return the types of an annotation such as ``float | None`` or ``list[int]``; none for one that is not known."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        left, right = _kinds(annotation.left), _kinds(annotation.right)
        return left + right if left and right else ()
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    kind = _KINDS.get(ast.unparse(annotation))
    return (kind,) if kind else ()


def _literal(text: str) -> Any:
    """Return the number, list or other literal that a text is, or the text where it is none."""
    number = as_number(text)
    if not isinstance(number, str):
        return number
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def _items(text: str) -> list[Any]:
    """Return the items of ``1, 2`` or ``[ldam, ce]``: words need no quotes."""
    inside = text.strip().removeprefix("[").removesuffix("]").strip()
    return [_literal(item.strip()) for item in inside.split(",")] if inside else []


def _handed(notebook: Any) -> Iterator[tuple[str, str, str, str]]:
    """Yield (parameter, call, view, keyword) for each ``show("view", keyword=parameter)``."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        try:
            nodes = list(ast.walk(ast.parse(cell.source)))
        except SyntaxError:  # a magic: the kernel knows it
            continue
        for node in nodes:
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            door = ast.unparse(node.func).rpartition(".")[2]
            for word in node.keywords if door in _DOORS else ():
                if word.arg and isinstance(word.value, ast.Name):
                    yield word.value.id, door, str(node.args[0].value), word.arg


def _try(door: str, view: str, keyword: str, value: Any) -> None:
    """Raise what the call would raise of this value alone."""
    from ltviz.course.exercises import exercise
    from ltviz.explorers import CARDS
    from ltviz.views import VIEWS, state

    if door == "exercise":
        exercise(view, **{keyword: value})
    elif door == "explore" and view in CARDS:
        CARDS[view].start({keyword: value})
    elif view in VIEWS:
        state(view, {keyword: value})
