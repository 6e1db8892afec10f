"""How much a sample counts, class by class, under re-weighting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.own_counts import training_counts
from ltviz.losses import LossSpec
from ltviz.studies._sample import make, scored


@dataclass(frozen=True)
class WeightCurve:
    """Class weights of some losses; see `weight_curve`.

    Parameters
    ----------
    losses : tuple of str
        Titles.
    counts : ClassCounts
        By class id.
    weights : ndarray (L, K)
        Of the classes `counts.drawn`, by default all. Their mean over all classes is 1.
    """

    losses: tuple[str, ...]
    counts: ClassCounts
    weights: np.ndarray


def weight_curve(
    *,
    losses: str = (
        "inverse_frequency, inverse_frequency(power=0.5), class_balanced(beta=0.9999), class_balanced(beta=0.99)"
    ),
    profile: str = "exp",
    imbalance: float = 100.0,
    classes: int = 10,
    largest: int = 5000,
    counts: Any = "",
) -> WeightCurve:
    """Return the class weights of each loss, divided by their mean over the classes.

    Parameters
    ----------
    losses : str
        Spellings, separated by commas.
    profile, imbalance, classes, largest, counts
        The training set's counts: a profile's, or one's own.
    """
    return weights_at(training_counts(counts, profile, largest, classes, imbalance), losses)


def weights_at(counts: Any, losses: str) -> WeightCurve:
    """Return what `weight_curve` returns, for any counts."""
    counts = ClassCounts(counts)
    specs = LossSpec.many(losses)
    weights = np.stack([scored(make(spec, counts), "weight").weight().numpy() for spec in specs])
    weights = (weights / weights.mean(axis=1, keepdims=True))[:, counts.drawn]
    return WeightCurve(tuple(spec.title for spec in specs), counts, weights)
