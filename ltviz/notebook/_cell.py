"""Where `explore` was called: in a live notebook, in one that runs without a reader, or outside Jupyter."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

from ltviz.core.errors import MissingExtra
from ltviz.core.kernel import attended, kernel

INSTALL = (
    "explore() needs {what}: pip install jupyterlab ipywidgets anywidget, then open a notebook with `ltviz lab`. "
    "`ltviz play` opens the explorers without Jupyter, and ltviz.show() draws the same figure without sliders"
)


class Closing(Protocol):
    """What a cell leaves behind."""

    def close(self) -> None:
        """End it."""


def live() -> bool:
    """Return whether someone can answer.

    Raises
    ------
    MissingExtra
        Outside Jupyter, or without ipywidgets and anywidget where widgets are wanted.
    """
    if kernel() is None:
        raise MissingExtra(INSTALL.format(what="Jupyter"))
    if not attended():
        return False
    for package in ("ipywidgets", "anywidget"):
        if find_spec(package) is None:
            raise MissingExtra(INSTALL.format(what=package))
    return True


_made: dict[str, tuple[str, list[Closing]]] = {}  # cell -> (the run of it, what that run made)


def own(made: Closing) -> None:
    """Close what an earlier run of this cell made; this run's is closed by the next one."""
    request = kernel().get_parent()
    cell, run = request["metadata"].get("cellId"), request["header"]["msg_id"]
    if cell is None:  # a front end that has no cells
        return
    before, things = _made.get(cell, ("", []))
    if before != run:
        for each in things:
            each.close()
        things = []
    _made[cell] = (run, [*things, made])
