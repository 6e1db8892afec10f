"""What the ties read from tables of many seeds: no net is trained for a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from ltviz.metrics.interval import over_seeds
from ltviz.studies._tables import Tables, tables

FOUR, TEN = range(4), range(10)


@cache
def held() -> Tables:
    """The tables of long-tailed digits at an imbalance of 50."""
    return tables("digits-exp50")


def values(method: str, group: str = "all", measure: str = "accuracy", seeds: Iterable[int] = FOUR) -> np.ndarray:
    """A number of a method for each of the seeds, in percent or degrees."""
    return held().values(method, measure, group, list(seeds))


def mean(method: str, group: str = "all", measure: str = "accuracy", seeds: Iterable[int] = FOUR) -> float:
    return float(values(method, group, measure, seeds).mean())


def gain(
    one: str, other: str, group: str = "all", measure: str = "accuracy", seeds: Iterable[int] = FOUR
) -> np.ndarray:
    """By how much one method's number is above another one's, seed by seed."""
    return values(one, group, measure, seeds) - values(other, group, measure, seeds)


def number(method: str, name: str, seeds: Iterable[int] = FOUR) -> np.ndarray:
    """One of the tables' single numbers for each of the seeds, such as the calibration error."""
    return held().held[method].of(name, list(seeds))


def sure(differences: np.ndarray) -> bool:
    """Whether the 95 % interval of the mean leaves out 0."""
    low, high = over_seeds(differences).interval or (0.0, 0.0)
    return not low <= 0 <= high
