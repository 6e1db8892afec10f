"""Does a net learn its few rare images by heart when they are repeated, and what do different replicas change?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.methods import titled
from ltviz.metrics.accuracy import by_class
from ltviz.records.finished import FinishedRun
from ltviz.studies._digits import costs, runs_of, setting
from ltviz.studies._neighbours import neighbours


@dataclass(frozen=True)
class ResamplingOverfit:
    """What the nets do better on training than on test images, by class; see `resampling_overfit`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    rate : ndarray (C,)
        How often over-sampling shows each image of a class in an epoch: n_max / n_j.
    parts : tuple of ndarray
        Class ids that are drawn together, see `neighbours`.
    methods : tuple of str
        M names.
    accuracy : ndarray (M, n, C)
        Training accuracy minus test accuracy, in [-1, 1], over n seeds.
    loss : ndarray (M, n, C)
        Cross-entropy on test images minus that on training images.
    caption : str
        What was done.
    """

    counts: ClassCounts
    rate: np.ndarray
    parts: tuple[np.ndarray, ...]
    methods: tuple[str, ...]
    accuracy: np.ndarray
    loss: np.ndarray
    caption: str


def resampling_overfit(
    *,
    methods: str = "erm, class_aware_sampling, over_sampling_augmented",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 2,
    seed: int = 0,
) -> ResamplingOverfit:
    """Measure the gap between training and test images of each class, in nets of each method.

    By default: without re-sampling, with replicas that are all the same, and with replicas that are turned and moved
    (``over_sampling`` has noise on them). The images that are compared are as they are, not augmented.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    imbalance, profile, epochs
        The training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.

    Source
    ------
    Buda et al. 2018 (arXiv 1710.05381), section 4, and Chawla et al. 2002 on replicas that are learned by heart; the
    measurement is ltviz's.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    runs = runs_of(methods, imbalance, profile, epochs, [seed_after(seed, k) for k in range(seeds)])
    counts = next(iter(runs.values()))[0].counts
    accuracy, loss = (np.array([[gap(run) for run in of] for of in runs.values()]) for gap in (_right, _cost))
    rate = counts.largest / counts.values
    few = counts.groups("terciles").members["few"]
    caption = f"{setting(imbalance, profile)} Gap of the rarest third: {_means(tuple(runs), accuracy[..., few])}."
    return ResamplingOverfit(counts, rate, neighbours(counts), tuple(runs), accuracy, loss, caption)


def _means(methods: Sequence[str], gaps: np.ndarray) -> str:
    each = (f"{titled(name)} {100 * gap.mean():.1f}" for name, gap in zip(methods, gaps, strict=True))
    return "; ".join(each) + " percentage points"


def _right(run: FinishedRun) -> np.ndarray:
    """Return how much more often training images of each class are right (C,)."""
    train, test = (by_class(run.labels(s), run.predictions(s), len(run.counts)) for s in ("train", "test"))
    return train - test


def _cost(run: FinishedRun) -> np.ndarray:
    """Return how much larger the cross-entropy of each class's test images is (C,)."""
    means = []
    for split in ("train", "test"):
        labels = run.labels(split)
        means.append(np.bincount(labels, weights=costs(run, split)) / np.bincount(labels))
    gap: np.ndarray = means[1] - means[0]
    return gap
