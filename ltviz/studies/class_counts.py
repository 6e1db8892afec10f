"""How many training samples each class of a long-tailed set has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.profiles import profile as make_profile


@dataclass(frozen=True)
class ClassCountsOf:
    """Counts of a profile and its groups; see `class_counts`.

    Parameters
    ----------
    counts : ClassCounts
        By class id.
    profile : str
        The profile's name.
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
    groups: str = "thresholds",
) -> ClassCountsOf:
    """Return the counts of a long-tailed profile, and which classes count as many, medium and few.

    Parameters
    ----------
    profile : {"exp", "step", "pareto"}
    imbalance : float
        n_max / n_min asked for.
    classes, largest : int
        Number of classes, and samples of the most frequent one.
    groups : {"thresholds", "terciles"}
        The grouping rule.

    Raises
    ------
    BadInput
        If a class would have no sample.
    """
    counts = make_profile(profile, largest, classes, imbalance)
    grouped = counts.groups(groups)
    return ClassCountsOf(counts, profile, counts.imbalance, grouped.text, dict(grouped.members), dict(grouped.sizes))
