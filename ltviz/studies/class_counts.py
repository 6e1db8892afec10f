"""How many training samples each class of a long-tailed set has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.own_counts import training_counts


@dataclass(frozen=True)
class ClassCountsOf:
    """Counts of classes and their groups; see `class_counts`.

    Parameters
    ----------
    counts : ClassCounts
        By class id.
    profile : str
        The profile's name; empty for counts of one's own.
    imbalance : float
        n_max / n_min as it came out: counts are whole numbers.
    rule : str
        The grouping rule in words.
    groups : dict of str to ndarray
        Class ids of many, medium and few; a group may be empty.
    sizes : dict of str to str
        The rule of each group, such as ``"< 20"``; none for terciles.
    """

    counts: ClassCounts
    profile: str
    imbalance: float
    rule: str
    groups: dict[str, np.ndarray]
    sizes: dict[str, str]


def class_counts(
    *,
    profile: str = "exp",
    imbalance: float = 100.0,
    classes: int = 10,
    largest: int = 5000,
    counts: Any = "",
    groups: str = "thresholds",
) -> ClassCountsOf:
    """Return the counts of a long-tailed profile, or one's own, and which classes count as many, medium and few.

    Parameters
    ----------
    profile : {"exp", "step", "pareto"}
    imbalance : float
        n_max / n_min asked for.
    classes, largest : int
        Number of classes, and samples of the most frequent one.
    counts : str, path or anything that makes ClassCounts
        Counts of one's own, in place of the profile's: ``"500,60,7"``, a CSV file, a list.
    groups : {"thresholds", "terciles"}
        The grouping rule.

    Raises
    ------
    BadInput
        If a class would have no sample.
    """
    found = training_counts(counts, profile, largest, classes, imbalance)
    grouped = found.groups(groups)
    name = profile if isinstance(counts, str) and not counts else ""
    return ClassCountsOf(found, name, found.imbalance, grouped.text, dict(grouped.members), dict(grouped.sizes))
