"""The explorers: each file is one, and is imported when it is first asked for (its losses need torch)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers._points import Points

__all__ = ["CARDS", "Card", "Dial", "Guess", "Points", "Table", "card"]

NAMES = (
    "margin_bound",
    "class_counts",
    "two_truths",
    "margins_and_frequency",
    "angle_wheel",
    "mm_jump",
    "two_losses",
    "decision_map",
)


class _Cards(Mapping[str, Card]):
    def __getitem__(self, name: str) -> Card:
        if name not in NAMES:
            raise KeyError(name)
        found: Card = importlib.import_module(f"ltviz.explorers.{name}").CARD
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


CARDS: Mapping[str, Card] = _Cards()


def card(name: str) -> Card:
    """Return the explorer of that name.

    Raises
    ------
    BadInput
        For an unknown name.
    """
    if name not in NAMES:
        raise BadInput(f"unknown explorer {name!r}; there are {', '.join(NAMES)}.{did_you_mean(name, NAMES)}")
    return CARDS[name]
