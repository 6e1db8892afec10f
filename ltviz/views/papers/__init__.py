"""The figures of the papers: each file of this folder is one paper's table, found by its name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ltviz.core.checks import one_of


@dataclass(frozen=True)
class Plate:
    """One figure of a paper.

    Parameters
    ----------
    name : str
        Of its files.
    view : str
        The view that draws it.
    caption : str
        What the paper shows, what is drawn here, and where the two differ.
    state : mapping
        Values of the view's controls; what is left out is at its default.
    """

    name: str
    view: str
    caption: str
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """A paper's figures.

    Parameters
    ----------
    title, source : str
        The paper's, and where it stands.
    plates : tuple of Plate
        In order.
    """

    title: str
    source: str
    plates: tuple[Plate, ...]


def names() -> tuple[str, ...]:
    """Return the names of the papers, from the files; none is imported."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")))


@cache
def find(name: str) -> Paper:
    """Return the paper of that name.

    Raises
    ------
    BadInput
        For an unknown one.
    """
    found: Paper = importlib.import_module(f"{__name__}.{one_of('paper', name, names())}").PAPER
    return found
