"""A problem in the plane and its fits: what a decision map draws, and what its explorers ask for stop by stop."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ltviz.core.checks import seed_after
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.profiles import profile as long_tail
from ltviz.datasets import toy
from ltviz.losses import LossSpec
from ltviz.metrics.boundary_lines import boundaries
from ltviz.plane.fit import Fit2D, fit2d

_TEST = 500  # new points per class
_KEPT = 8  # fits: one of random features has megabytes
_SMALL = 256  # of their weights, which panels side by side share
_HELD = 64  # problems: points alone


@dataclass(frozen=True, eq=False)
class Problem:
    """Points to fit and to test on.

    Parameters
    ----------
    data : ToyData
        The training points.
    seed : int
        Of the new points.
    """

    data: toy.ToyData
    seed: int

    @cached_property
    def test(self) -> toy.ToyData:
        """New points, as many of each class."""
        return self.data.draw(ClassCounts([_TEST] * len(self.counts)), seed_after(self.seed, 1))

    @property
    def counts(self) -> ClassCounts:
        """The training counts."""
        return self.data.counts

    def grid(self, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the coordinates x, y and the points (resolution^2, 2), x first."""
        left, right, low, high = self.data.extent
        x, y = np.linspace(left, right, resolution), np.linspace(low, high, resolution)
        return x, y, np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

    def bayes(self, resolution: int) -> dict[str, tuple[np.ndarray, ...]]:
        """Return the boundaries of the Bayes rules for the training prior and for balanced classes."""
        x, y, grid = self.grid(resolution)
        density = self.data.log_density(grid).reshape(resolution, resolution, -1)
        return {
            "bayes_training": boundaries(x, y, density + np.log(self.counts.prior)),
            "bayes_balanced": boundaries(x, y, density),
        }

    def after_training(self, tau: float) -> np.ndarray:
        """Return what post-hoc logit adjustment subtracts from the scores (C,): tau log prior."""
        return tau * np.log(self.counts.prior)


@lru_cache(_HELD)
def problem(
    scene: str = "none",
    shape: str = "gaussians",
    classes: int = 3,
    largest: int = 500,
    imbalance: float = 100.0,
    overlap: float = 0.3,
    seed: int = toy.SEED,
    added: tuple[tuple[float, float, int], ...] = (),
) -> Problem:
    """Return the points of a named scene, or of a shape, and points (x, y, class) that a hand has added.

    Raises
    ------
    BadInput
        For a value out of range, or one that the scene sets.
    """
    asked = {"shape": shape, "classes": classes, "largest": largest, "overlap": overlap}
    declared = inspect.signature(problem).parameters
    taken = [key for key, value in asked.items() if value != declared[key].default]
    if scene != "none" and taken:
        raise BadInput(
            f"the scene {scene!r} sets {taken[0]} itself; got {taken[0]}={asked[taken[0]]!r}: leave it out, or take "
            "scene='none'"
        )
    if scene == "none":
        data = toy.make(shape, long_tail("exp", largest, classes, imbalance), overlap=overlap, seed=seed)
    else:
        data = toy.scene(scene, imbalance=imbalance, seed=seed)
    if added:
        data = _with_points(data, added)
    return Problem(data, seed)


def _with_points(data: toy.ToyData, added: tuple[tuple[float, float, int], ...]) -> toy.ToyData:
    places = np.array([point[:2] for point in added], np.float64)
    labels = np.array([point[2] for point in added])
    if not np.isfinite(places).all() or not ((labels >= 0) & (labels < len(data.counts))).all():
        raise BadInput(f"added points must be (x, y, class), class 0..{len(data.counts) - 1}; got {added!r}")
    counts = ClassCounts(data.counts.values + np.bincount(labels, minlength=len(data.counts)))
    points = np.concatenate([data.points, places])
    return replace(data, points=points, labels=np.concatenate([data.labels, labels]), counts=counts)


def fit(data: toy.ToyData, loss: LossSpec, model: str) -> Fit2D:
    """Return the fit of a loss, from its own start: the same whatever was fitted before."""
    return fit2d(data.points, data.labels, loss.make(data.counts), model)


class Fits:
    """Fits along a slider: each starts from the last one of the same points, loss and model, and is kept.

    A network is fitted from its own start, since its optimum would depend on the way the slider went.

    Parameters
    ----------
    kept : int
        Of how many problems the last fit is.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._last: OrderedDict[tuple[Problem, str, str], Fit2D] = OrderedDict()
        self.fit: Callable[[Problem, LossSpec, str], Fit2D] = lru_cache(kept)(self._fit)
        self.weights: Callable[[Problem, LossSpec, str], dict[str, Any]] = lru_cache(_SMALL)(self._weights)

    def _weights(self, given: Problem, loss: LossSpec, model: str) -> dict[str, Any]:
        return self.fit(given, loss, model).weights

    def _fit(self, given: Problem, loss: LossSpec, model: str) -> Fit2D:
        place = (given, loss.name, model)
        start = None if model == "mlp" else self._last.pop(place, None)
        made = loss.make(given.counts)
        self._last[place] = found = fit2d(given.data.points, given.data.labels, made, model, start=start)
        while len(self._last) > self._kept:
            self._last.popitem(last=False)
        return found
