"""What lessons say of tables of seeds: each method by its first ten seeds, so that more of them change nothing."""

from __future__ import annotations

from functools import cache

import numpy as np

from ltviz.metrics.interval import over_seeds
from ltviz.studies._tables import Tables, tables

SEEDS = list(range(10))


@cache
def digits() -> Tables:
    """The tables of the digits at an imbalance of 50."""
    return tables("digits-exp50")


def values(method: str, group: str = "all", measure: str = "accuracy") -> np.ndarray:
    """A measure of a method for each seed, over all classes or a third of them, in percent or degrees."""
    return digits().values(method, measure, group, SEEDS)


def mean(method: str, group: str = "all", measure: str = "accuracy") -> float:
    return float(values(method, group, measure).mean())


def gained(method: str, group: str = "all", measure: str = "accuracy", over: str = "erm") -> np.ndarray:
    """By how much more of it than another method's, seed by seed."""
    return values(method, group, measure) - values(over, group, measure)


def number(method: str, name: str) -> np.ndarray:
    """One of the tables' single numbers for each seed, such as the calibration error."""
    return digits().held[method].of(name, SEEDS)


def shows(differences: np.ndarray) -> int:
    """1 or -1 where the 95 % interval of their mean lies on that side of 0, else 0."""
    low, high = over_seeds(differences).interval or (0.0, 0.0)
    return int(low > 0) - int(high < 0)


def interval(differences: np.ndarray) -> tuple[float, float, float]:
    """Their mean, and the ends of its 95 % interval."""
    found = over_seeds(differences)
    low, high = found.interval or (found.mean, found.mean)
    return found.mean, low, high
