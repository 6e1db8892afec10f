"""The explorers: each file is one, found by its name, and imported when it is first asked for (losses need torch)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ltviz.core import unread
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.explorers._card import LAST, Card, Challenge, Dial, Guess, Table
from ltviz.explorers._of_view import counting, of_view
from ltviz.explorers._points import Points

__all__ = [
    "CARDS",
    "Card",
    "Challenge",
    "Dial",
    "Guess",
    "Points",
    "Table",
    "after",
    "card",
    "counting",
    "of_view",
    "question",
]

_FOLDER = Path(__file__).parent


@cache
def _said(name: str) -> dict[str, Any]:
    """Return what an explorer's file says of it, read without importing it."""
    return unread.called_with(_FOLDER / f"{name}.py", "question")


@cache
def _names() -> tuple[str, ...]:
    """Return the names, in the order that the files declare."""
    names = sorted(file.stem for file in _FOLDER.glob("[a-z]*.py"))
    return tuple(sorted(names, key=lambda name: _said(name).get("order", LAST)))


class _Cards(Mapping[str, Card]):
    def __getitem__(self, name: str) -> Card:
        if name not in _names():
            raise KeyError(name)
        found: Card = importlib.import_module(f"ltviz.explorers.{name}").CARD
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


CARDS: Mapping[str, Card] = _Cards()


def card(name: str) -> Card:
    """Return the explorer of that name.

    Raises
    ------
    BadInput
        For an unknown name.
    """
    if name not in _names():
        raise BadInput(f"unknown explorer {name!r}; there are {', '.join(CARDS)}.{did_you_mean(name, CARDS)}")
    return CARDS[name]


def question(name: str) -> str:
    """Return what an explorer asks, read without importing its file: some import torch."""
    return str(_said(name)["question"])


def after(name: str) -> str | None:
    """Return the name of the explorer that follows in order; None after the last, or where there is none such."""
    every = _names()
    at = every.index(name) + 1 if name in every else len(every)
    return every[at] if at < len(every) else None
