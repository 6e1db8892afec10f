"""Calibration: whether what a classifier says with 80 % confidence is right 80 times in 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number
from ltviz.core.errors import BadInput
from ltviz.metrics._inputs import labelled

_ROUNDING = 1e-4  # by which a row of float32 probabilities may miss 1


@dataclass(frozen=True)
class Reliability:
    """Confidence against accuracy, in bins of equal width; bins without samples are left out.

    Parameters
    ----------
    low, high : ndarray (K,)
        The bins' ends: a bin holds low < confidence <= high.
    share : ndarray (K,)
        Of all weight, in [0, 1]; sums to 1.
    samples : ndarray (K,) of int64
        How many samples.
    confidence, accuracy : ndarray (K,)
        Weighted means, in [0, 1].
    """

    low: np.ndarray
    high: np.ndarray
    share: np.ndarray
    samples: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @property
    def error(self) -> float:
        """The expected calibration error: the mean over the weight of |accuracy - confidence|."""
        return float(self.share @ np.abs(self.accuracy - self.confidence))


def reliability(
    probabilities: np.ndarray, labels: np.ndarray, *, bins: int = 15, balanced: bool = False
) -> Reliability:
    """Sort samples by the confidence of their prediction and compare it with how often the prediction is right.

    Parameters
    ----------
    probabilities : ndarray (N, C)
        One row per sample, each summing to 1.
    labels : ndarray (N,)
        Class ids.
    bins : int
        Bins of equal width over [0, 1].
    balanced : bool
        Let every class in `labels` weigh alike, instead of every sample.

    Raises
    ------
    BadInput
        For a row that holds no probabilities; the message names it.

    Source
    ------
    Guo et al. (arXiv 1706.04599), equations 2 and 3, there with 15 bins; `balanced` is ltviz's.
    """
    p, ids = _probabilities(probabilities, labels)
    weight = np.ones(len(ids))
    if balanced:
        weight /= np.bincount(ids, minlength=p.shape[1])[ids]
    return _binned(p.max(axis=1), p.argmax(axis=1) == ids, weight, bins)


def ece(probabilities: np.ndarray, labels: np.ndarray, *, bins: int = 15, balanced: bool = False) -> float:
    """Return the expected calibration error of the predicted class, in [0, 1]; see `reliability`."""
    return reliability(probabilities, labels, bins=bins, balanced=balanced).error


def ece_by_class(probabilities: np.ndarray, labels: np.ndarray, *, bins: int = 15) -> np.ndarray:
    """Return for each class the calibration error of its probability, over all samples.

    Equation
    --------
    ECE_c = sum_b (n_b / N) |mean of 1[y = c] in b - mean of p_c in b|,   b the bins of p_c

    Parameters
    ----------
    probabilities, labels, bins
        See `reliability`.

    Returns
    -------
    ndarray (C,)
        In [0, 1]. Its mean is the class-wise ECE.

    Source
    ------
    Kull et al. (arXiv 1910.12656), equation 2.
    """
    p, ids = _probabilities(probabilities, labels)
    alike = np.ones(len(ids))
    return np.array([_binned(p[:, c], ids == c, alike, bins).error for c in range(p.shape[1])])


def brier(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean squared distance of the probabilities from the true class's unit vector, in [0, 2].

    Equation
    --------
    1/N sum_i sum_c (p_ic - 1[y_i = c])^2

    Source
    ------
    Brier (1950), with all classes.
    """
    p, ids = _probabilities(probabilities, labels)
    return float(((p - np.eye(p.shape[1])[ids]) ** 2).sum(axis=1).mean())


def nll(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean of -log p_y, in nats; infinite where a true class was given probability 0."""
    p, ids = _probabilities(probabilities, labels)
    with np.errstate(divide="ignore"):
        return float(-np.log(p[np.arange(len(ids)), ids]).mean())


def _probabilities(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p, ids = labelled("probabilities", probabilities, labels)
    sums = p.sum(axis=1)
    wrong = np.flatnonzero((p < 0).any(axis=1) | ~(np.abs(sums - 1) <= _ROUNDING))
    if len(wrong):
        row = int(wrong[0])
        raise BadInput(
            f"probabilities: row {row} is {np.array2string(p[row], precision=4, threshold=8)} with the sum "
            f"{sums[row]:g}; none may be below 0 and each row must sum to 1: take the softmax of logits first"
        )
    return p, ids


def _binned(confidence: np.ndarray, right: np.ndarray, weight: np.ndarray, bins: int) -> Reliability:
    bins = number("bins", bins, 1, 10_000, whole=True)
    ends = np.linspace(0.0, 1.0, bins + 1)
    place = np.clip(np.searchsorted(ends, confidence) - 1, 0, bins - 1)  # low < confidence <= high
    samples = np.bincount(place, minlength=bins)
    inside = np.flatnonzero(samples)
    total, sum_confidence, sum_right = (
        np.bincount(place, weights=weight * each, minlength=bins)[inside]
        for each in (np.ones_like(confidence), confidence, right)
    )
    return Reliability(
        ends[inside],
        ends[inside + 1],
        total / total.sum(),
        samples[inside],
        sum_confidence / total,
        sum_right / total,
    )
