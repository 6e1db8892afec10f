"""Which classes pay, and which gain, when the loss is changed?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.studies._digits import class_accuracy, runs_of, setting


@dataclass(frozen=True)
class PerClassError:
    """Test error by class; see `per_class_error`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    methods : tuple of str
        M names.
    error : ndarray (M, n, C)
        In [0, 1], over n seeds.
    caption : str
        What was done.
    """

    counts: ClassCounts
    methods: tuple[str, ...]
    error: np.ndarray
    caption: str


def per_class_error(
    *,
    methods: str = "erm, class_balanced, mm",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> PerClassError:
    """Train each method over some seeds (subset and initial weights) and take its error class by class.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    imbalance, profile, epochs
        The training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    trained = runs_of(methods, imbalance, profile, epochs, [seed_after(seed, k) for k in range(seeds)])
    error = np.stack([[1 - class_accuracy(run) for run in runs] for runs in trained.values()])
    counts = next(iter(trained.values()))[0].counts
    return PerClassError(counts, tuple(trained), error, setting(imbalance, profile))
