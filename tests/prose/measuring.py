"""What the ties measure: each fit and each run is made once, and shared by all sentences that speak of it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
from scipy.special import ndtr

from ltviz.core.profiles import profile
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.models.planar import Linear
from ltviz.plane.fit import Fit2D, fit2d
from ltviz.records.published import published
from ltviz.studies.boundary_shift import BoundaryShift, boundary_shift, shift_of
from ltviz.studies.boundary_vs_fit import RANGE
from ltviz.studies.margin_curve import MarginCurve, margin_curve

from .reading import ROOT

USUAL, CLOSEST = RANGE
DRAWS = range(toy.SEED, toy.SEED + 20)
RECORDS = ROOT / "data" / "runs" / "cifar10-exp100"
CIFAR = profile("exp", 5000, 10, 100.0)


@cache
def _fit(loss: str, scene: str, hold: float, seed: int) -> tuple[toy.ToyData, Fit2D]:
    data = toy.scene(scene, seed=seed)
    return data, fit2d(data.points, data.labels, make_loss(loss, data.counts), Linear(hold=hold))


@cache
def shifts(loss: str, scene: str, hold: float = USUAL, first: int = toy.SEED) -> np.ndarray:
    """How far into the frequent class's side the boundary stands, in sigma, over 20 draws at the scene's imbalance."""
    return np.array([shift_of(*_fit(loss, scene, hold, seed)[::-1]) for seed in range(first, first + 20)])


def mistakes(loss: str, hold: float) -> np.ndarray:
    """Training points of the separable scene on the wrong side, over 20 draws."""
    fits = [_fit(loss, "separable", hold, seed) for seed in DRAWS]
    return np.array([(fit.predict(data.points) != data.labels).sum() for data, fit in fits])


def strip() -> float:
    """Width of the empty strip between the two separable clouds that every picture shows, in sigma."""
    data = toy.scene("separable")
    across = data.points[:, 0] / data.sigma
    return float(across[data.labels == 1].min() - across[data.labels == 0].max())


def rare_error(loss: str, scene: str) -> np.ndarray:
    """The share of new rare points on the wrong side of a boundary that crosses the axis at right angles."""
    return ndtr(-toy.SCENES[scene].gap / 2 - shifts(loss, scene))


@cache
def taus() -> BoundaryShift:
    """Shift and accuracies along tau where the classes overlap."""
    return boundary_shift(stops=13, seeds=20)


def at_best(accuracy: str) -> np.ndarray:
    """The tau at which an accuracy is largest, in each draw."""
    return taus().values[getattr(taus(), accuracy).argmax(axis=0)]


@cache
def margins(angle: float = 30.0) -> MarginCurve:
    """LDAM's, MM-LDAM's, DBM's and logit adjustment's margins on CIFAR-10-LT's counts."""
    return margin_curve(angle=angle)


def printed(source: str, method: str, dataset: str = "cifar10") -> float:
    """The accuracy in % that a paper prints for a method at an exponential imbalance of 100."""
    (found,) = (
        each.accuracy
        for each in published()
        if source in each.source and (each.method, each.dataset) == (method, dataset)
        if (each.profile, each.imbalance) == ("exp", 100)
    )
    return 100 * found


def all_printed(method: str, but: str = "\0") -> np.ndarray:
    """Every accuracy in % that some source prints for a method on CIFAR-10-LT, but for those of one recipe."""
    every = (each for each in published() if (each.method, each.dataset) == (method, "cifar10") and each.recipe != but)
    return np.array([100 * each.accuracy for each in every if (each.profile, each.imbalance) == ("exp", 100)])


@cache
def record(method: str) -> dict[str, Any]:
    """The short record of a method on CIFAR-10-LT."""
    return json.loads((RECORDS / f"{method}-short" / "seed0" / "run.json").read_text(encoding="utf-8"))


def by_class(method: str) -> np.ndarray:
    """The accuracy in % of each class after each epoch of a short record (E, C)."""
    return 100 * np.array([row["by_class"] for row in record(method)["history"]])
