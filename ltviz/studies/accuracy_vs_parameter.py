"""What do DBM's margins add to accuracy, and how much do their two parameters matter?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.core.params import Param
from ltviz.losses import Field
from ltviz.methods import find
from ltviz.records.finished import FinishedRun
from ltviz.studies._digits import runs_of, setting
from ltviz.studies.boundary_shift import slider_stops

METHOD = "dbm_bs"
_TITLES = {"tau": "τ, how fast margins fall", "margin": "K, the rarest class's margin"}


@dataclass(frozen=True)
class Curve:
    """What the margin adds along one parameter, the other at its default.

    Parameters
    ----------
    parameter, title, unit : str
        What is changed, in words, and its unit.
    default : float
        Where it stands while the other is changed.
    values : ndarray (S,)
        The stops.
    balanced, few : ndarray (S, n)
        Mean accuracy of all classes, and of the rarest third, minus that of the same seed's net without a margin.
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
    stops: int = 4,
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> AccuracyVsParameter:
    """Train DBM over the sliders of tau (how fast the margin falls) and K (its size), and without margin.

    Parameters
    ----------
    imbalance, profile, epochs
        The training set and how long to train.
    base : str
        DBM's base loss.
    stops : int
        Values per parameter.
    seeds, seed : int
        How many seeds, and the first. What a seed does to all nets cancels in the difference to its net without margin.

    Source
    ------
    DBM (arXiv 2412.15477), Figure 3, there accuracies on CIFAR-100-LT.
    """
    stops = number("stops", stops, 2, 50, whole=True)
    seeds = number("seeds", seeds, 1, 100, whole=True)
    method, declared = find(METHOD), Field()["dbm"].params
    based = {} if base == method.params["base"] else {"base": base}

    def accuracies(**given: float) -> tuple[np.ndarray, np.ndarray, FinishedRun]:
        runs = runs_of(
            METHOD, imbalance, profile, epochs, [seed_after(seed, k) for k in range(seeds)], **based, **given
        )[METHOD]
        by_class = np.array([run.class_accuracy for run in runs])
        return (
            by_class.mean(axis=1),
            by_class[:, runs[0].counts.groups("terciles").members["few"]].mean(axis=1),
            runs[0],
        )

    all_plain, few_plain, run = accuracies(margin=0.0)
    told = []
    for parameter, title in _TITLES.items():
        control = declared[parameter]
        assert isinstance(control, Param)
        values = slider_stops(control, stops)
        balanced, few = np.empty((2, stops, seeds))
        for i, value in enumerate(values.tolist()):
            every, rare, _ = accuracies(**{parameter: value})
            balanced[i], few[i] = every - all_plain, rare - few_plain
        told.append(Curve(parameter, title, control.unit, float(method.params[parameter]), values, balanced, few))
    caption = (
        f"{setting(imbalance, profile)} Without margin: {100 * all_plain.mean():.1f} % of all classes right, "
        f"{100 * few_plain.mean():.1f} % of the rarest third. Dotted: default, kept in the other panel."
    )
    return AccuracyVsParameter(f"dbm(base={base})", run.counts, tuple(told), "the rarest third", caption)
