"""How far can the confidence of a net be trusted, where it predicts frequent and where it meets rare classes?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from ltviz.core.checks import number, seed_after
from ltviz.metrics.calibration import reliability
from ltviz.records.finished import FinishedRun
from ltviz.studies._digits import runs_of, setting

HALVES = ("frequent", "rare")


@dataclass(frozen=True)
class Diagram:
    """The reliability of one method on one half of the classes.

    Parameters
    ----------
    method, half : str
        Which.
    confidence, accuracy : ndarray (K,)
        Means over the test images of a bin, in [0, 1]; bins without images are left out.
    samples : ndarray (K,)
        How many images.
    error : float
        The expected calibration error, in [0, 1].
    """

    method: str
    half: str
    confidence: np.ndarray
    accuracy: np.ndarray
    samples: np.ndarray
    error: float


@dataclass(frozen=True)
class Calibration:
    """A diagram for each method and half of the classes; see `calibration`."""

    methods: tuple[str, ...]
    diagrams: tuple[Diagram, ...]
    caption: str


def calibration(
    *,
    methods: str = "erm, balanced_softmax, ldam",
    imbalance: float = 50.0,
    profile: str = "exp",
    bins: int = 10,
    epochs: int = 60,
    seeds: int = 2,
    seed: int = 0,
) -> Calibration:
    """Set the confidence of predictions against how often they are right, for test images of frequent and rare classes.

    Confidence is the largest entry of the softmax of what the method answers with. The halves are the classes with more
    and with fewer training images; test images of all seeds are taken together.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    imbalance, profile, epochs
        The training set and how long to train.
    bins : int
        Of equal width, over confidences in [0, 1].
    seeds, seed : int
        How many seeds, and the first.

    Source
    ------
    Guo et al. 2017 (arXiv 1706.04599), figure 1 and equation 3.
    """
    bins, seeds = number("bins", bins, 2, 100, whole=True), number("seeds", seeds, 1, 100, whole=True)
    every = runs_of(methods, imbalance, profile, epochs, [seed_after(seed, k) for k in range(seeds)])
    diagrams = tuple(_diagram(name, half, runs, bins) for name, runs in every.items() for half in HALVES)
    caption = (
        f"{setting(imbalance, profile)} {epochs} epochs, "
        f"{f'{seeds} seeds together' if seeds > 1 else '1 seed'}. On the diagonal "
        "confidence is what it says; below it is too large. Large points: many images. In brackets: expected "
        "calibration error, frequent and rare."
    )
    return Calibration(tuple(every), diagrams, caption)


def _diagram(method: str, half: str, runs: list[FinishedRun], bins: int) -> Diagram:
    order = runs[0].counts.by_frequency
    middle = len(order) // 2
    members = order[:middle] if half == "frequent" else order[middle:]
    shares, labels = [], []
    for run in runs:
        mine = np.isin(run.labels("test"), members)
        shares.append(softmax(run.logits("test")[mine].astype(np.float64), axis=1))
        labels.append(run.labels("test")[mine])
    found = reliability(np.concatenate(shares), np.concatenate(labels), bins=bins)
    return Diagram(method, half, found.confidence, found.accuracy, found.samples, found.error)
