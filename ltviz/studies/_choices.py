"""What a choice that a table does not show is worth by itself: of the epoch by the test set, of one seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ltviz.records.seeds import SeedTable
from ltviz.studies._tables import Tables


@dataclass(frozen=True)
class Choice:
    """What a choice adds to a method's accuracy, in points.

    Parameters
    ----------
    what, data : str
        The choice in words, and on which data.
    mean : float
        Over methods.
    largest : float
        Of all methods.
    whose : str
        Which method that is, as spelled.
    methods, runs : int
        How many methods and runs it was measured on.
    """

    what: str
    data: str
    mean: float
    largest: float
    whose: str
    methods: int
    runs: int


def choices(held: Tables) -> Iterator[Choice]:
    """Give what choices are worth on some data, as far as its tables say it."""
    both = {name: table.selected("best-on-test") for name, table in held.held.items()}
    both = {name: table for name, table in both.items() if table.lines}
    gains = {name: float((_accuracy(best) - _accuracy(held.held[name], best)).mean()) for name, best in both.items()}
    yield from _one("the best epoch by the test set, not the last", held, gains, both)
    several = {name: table for name, table in held.held.items() if len(table.lines) > 1}
    values = {name: _accuracy(table) for name, table in several.items()}
    spread = {name: _between_two(each) for name, each in values.items()}
    yield from _one("one seed, not another", held, spread, several)
    luck = {name: float(each.max() - each.mean()) for name, each in values.items()}
    yield from _one("the luckiest seed, not the mean", held, luck, several)


def _accuracy(table: SeedTable, some: SeedTable | None = None) -> np.ndarray:
    """Return balanced test accuracy in points (S,), of the seeds of another table."""
    return 100 * table.of("balanced", sorted((some or table).lines))


def _between_two(values: np.ndarray) -> float:
    """Return the mean distance of two different seeds."""
    apart = np.abs(values[:, None] - values[None, :])
    return float(apart.sum() / (len(values) * (len(values) - 1)))


def _one(what: str, held: Tables, points: dict[str, float], of: dict[str, SeedTable]) -> Iterator[Choice]:
    if points:
        whose = max(points, key=lambda name: points[name])
        runs = sum(len(of[name].lines) for name in points)
        yield Choice(what, held.title, float(np.mean([*points.values()])), points[whose], whose, len(points), runs)
