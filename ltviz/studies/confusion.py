"""Which classes are taken for which?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.metrics import accuracy
from ltviz.studies._digits import runs_of, setting


@dataclass(frozen=True)
class Confusion:
    """Confusion matrices; see `confusion`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    methods : tuple of str
        M names.
    matrices : tuple of ndarray (C, C)
        Test images by true class (row) and predicted class (column).
    balanced : ndarray (M,)
        Mean accuracy of the classes, in [0, 1].
    caption : str
        What was done.
    """

    counts: ClassCounts
    methods: tuple[str, ...]
    matrices: tuple[np.ndarray, ...]
    balanced: np.ndarray
    caption: str


def confusion(
    *,
    methods: str = "erm, logit_adjustment",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seed: int = 0,
) -> Confusion:
    """Train each method on long-tailed digits and count which test images are taken for which class.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    imbalance, profile, epochs, seed
        The training set and how long to train.
    """
    trained = {name: runs[0] for name, runs in runs_of(methods, imbalance, profile, epochs, [seed]).items()}
    counts = next(iter(trained.values())).counts
    matrices = tuple(
        accuracy.confusion(run.labels("test"), run.predictions("test"), len(counts)) for run in trained.values()
    )
    balanced = np.array([run.class_accuracy.mean() for run in trained.values()])
    caption = (
        f"{setting(imbalance, profile, seed)} Cells: % of the true class's test images; titles: mean over classes."
    )
    return Confusion(counts, tuple(trained), matrices, balanced, caption)
