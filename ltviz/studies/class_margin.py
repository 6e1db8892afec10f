"""What margin does each class get in training, and what is left of it in the test?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.losses import LossSpec
from ltviz.methods import meant
from ltviz.records.finished import FinishedRun
from ltviz.studies._neighbours import neighbours
from ltviz.studies._trained import nets_of


@dataclass(frozen=True)
class MethodClassMargins:
    """One method's mean margins.

    Parameters
    ----------
    method : str
        Its name.
    unit : str
        What a margin is measured in.
    train, test : ndarray (n, C)
        Mean over the images of each class, for each seed.
    asked : ndarray (C,) or (0,)
        The margin that the loss asks of each class, in the same unit; empty where it asks none, one that differs
        from image to image, or an angle.
    """

    method: str
    unit: str
    train: np.ndarray
    test: np.ndarray
    asked: np.ndarray


@dataclass(frozen=True)
class ClassMargin:
    """Mean margins of the classes for some methods; see `class_margin`.

    Parameters
    ----------
    data : str
        Whose margins: a data set, and what has no record.
    counts : ClassCounts
        Training counts.
    parts : tuple of ndarray
        Class ids through whose mean the curve runs, see `neighbours`.
    methods : tuple of MethodClassMargins
        One each.
    caption : str
        What was done.
    """

    data: str
    counts: ClassCounts
    parts: tuple[np.ndarray, ...]
    methods: tuple[MethodClassMargins, ...]
    caption: str


def class_margin(
    *,
    methods: str = "erm, ldam_drw",
    records: str = "",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> ClassMargin:
    """Measure the mean margin of each class's training and test images, in nets of each method.

    Equation
    --------
    gamma_j = mean of z_j - max_{k != j} z_k over the images of class j. Cosine heads give it divided by their scale.

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

    Source
    ------
    LDAM (arXiv 1906.07413), section 3, whose bound falls with the smallest training margin of a class; here the mean.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    wanted = [seed_after(seed, k) for k in range(seeds)]
    nets = nets_of(methods, imbalance, profile, epochs, wanted, records, images=True)
    told = tuple(
        MethodClassMargins(name, of[0].unit, _means(of, "train"), _means(of, "test"), _asked(name, of[0]))
        for name, of in nets.of.items()
    )
    return ClassMargin(nets.data, nets.counts, neighbours(nets.counts), told, nets.setting)


def _means(nets: Sequence[FinishedRun], split: str) -> np.ndarray:
    """Return the mean margin of each class for each net (n, C)."""
    each = []
    for net in nets:
        labels, classes = net.labels(split), len(net.counts)
        total = np.bincount(labels, weights=net.margins(split), minlength=classes)
        each.append(total / np.bincount(labels, minlength=classes))
    return np.array(each)


def _asked(method: str, net: FinishedRun) -> np.ndarray:
    """Return the margins that the loss asks of the classes, where they are measured as the net's are."""
    equal = meant(method, net.counts)[0].equal_counts
    counts = np.full(len(net.counts), net.counts.largest) if equal else net.counts
    made = LossSpec.of(net.loss).make(counts)
    margins = made.margins() if net.unit == f"margin ({made.margin_unit})" else None
    return np.empty(0) if margins is None else margins.numpy()
