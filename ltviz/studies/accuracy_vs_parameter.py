"""How much do the margin's two parameters matter for accuracy?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number
from ltviz.core.counts import ClassCounts
from ltviz.studies._digits import class_accuracy, runs_of, setting


@dataclass(frozen=True)
class Curve:
    """Accuracies along one parameter, the others at their defaults.

    Parameters
    ----------
    parameter, title, unit : str
        What is changed, in words, and its unit.
    default : float
        Where it stands while the other is changed.
    values : ndarray (S,)
        The stops.
    balanced, few : ndarray (S, n)
        Mean accuracy of all classes, and of the rarest third, over n seeds.
    """

    parameter: str
    title: str
    unit: str
    default: float
    values: np.ndarray
    balanced: np.ndarray
    few: np.ndarray


@dataclass(frozen=True)
class AccuracyVsParameter:
    """One curve per parameter; see `accuracy_vs_parameter`."""

    method: str
    loss: str
    counts: ClassCounts
    curves: tuple[Curve, ...]
    few_name: str
    caption: str


def accuracy_vs_parameter(
    *,
    imbalance: float = 50.0,
    profile: str = "exp",
    base: str = "balanced_softmax",
    stops: int = 5,
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> AccuracyVsParameter:
    """Train DBM over a range of tau (how fast the margin falls) and K (its size).

    Parameters
    ----------
    imbalance, profile, epochs
        The training set and how long to train.
    base : str
        DBM's base loss.
    stops : int
        Values per parameter.
    seeds, seed : int
        How many seeds, and the first.

    Source
    ------
    DBM (arXiv 2412.15477), Figure 3, there on CIFAR-100-LT.
    """
    stops = number("stops", stops, 2, 50, whole=True)
    seeds = number("seeds", seeds, 1, 100, whole=True)
    told, counts = [], None
    default = {"tau": 1.0, "margin": 0.1}
    for parameter, title, unit, low, high in (
        ("tau", "τ, how fast margins fall", "", 0.0, 2.0),
        ("margin", "K, the rarest class's margin", "rad", 0.0, 0.4),
    ):
        values = np.linspace(low, high, stops)
        balanced, few = np.empty((2, stops, seeds))
        for i, value in enumerate(values):
            given = {"base": base, **default, parameter: float(value)}
            runs = runs_of("dbm_bs", imbalance, profile, epochs, range(seed, seed + seeds), **given)["dbm_bs"]
            for k, run in enumerate(runs):
                accuracy, counts = class_accuracy(run), run.counts
                balanced[i, k] = accuracy.mean()
                few[i, k] = accuracy[counts.groups("terciles").members["few"]].mean()
        told.append(Curve(parameter, title, unit, default[parameter], values, balanced, few))
    assert counts is not None
    caption = f"{setting(imbalance, profile)} Dotted: default, where the other panel was computed."
    return AccuracyVsParameter("dbm_bs", f"dbm(base={base})", counts, tuple(told), "the rarest third", caption)
