"""Which classes pay, and which gain, when the loss is changed?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.studies._neighbours import neighbours
from ltviz.studies._trained import nets_of


@dataclass(frozen=True)
class PerClassError:
    """Test error by class; see `per_class_error`.

    Parameters
    ----------
    data : str
        Whose error: a data set, and what has no record.
    counts : ClassCounts
        Training counts.
    parts : tuple of ndarray
        Class ids that are drawn together, see `neighbours`: of many classes, tenths.
    methods : tuple of str
        M names.
    error : ndarray (M, n, C)
        In [0, 1], over n seeds.
    caption : str
        What was done.
    """

    data: str
    counts: ClassCounts
    parts: tuple[np.ndarray, ...]
    methods: tuple[str, ...]
    error: np.ndarray
    caption: str


def per_class_error(
    *,
    methods: str = "erm, class_balanced, mm",
    records: str = "",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> PerClassError:
    """Take the test error of each method class by class, over some seeds (subset and initial weights).

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    records : str
        Recorded runs to read, see `nets_of`; empty to train on digits.
    imbalance, profile, epochs
        Of the digits: the training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    wanted = [seed_after(seed, k) for k in range(seeds)]
    nets = nets_of(methods, imbalance, profile, epochs, wanted, records)
    error = np.array([[1 - net.class_accuracy for net in of] for of in nets.of.values()])
    return PerClassError(nets.data, nets.counts, neighbours(nets.counts), tuple(nets.of), error, nets.setting)
