"""Toy problems: long-tailed classes in the plane whose true densities, and so true boundaries, are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ltviz.core.by_class import by_class
from ltviz.core.checks import number, one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.profiles import profile
from ltviz.datasets._shapes import SHAPES, parts

__all__ = ["SCENES", "SEED", "SHAPES", "Scene", "ToyData", "make", "scene"]


@dataclass(frozen=True)
class ToyData:
    """Points of a toy problem, and the densities that they were drawn from.

    Parameters
    ----------
    points : ndarray (N, 2)
        float64, sorted by class.
    labels : ndarray (N,)
        Class ids, int64.
    counts : ClassCounts
        Points of each class.
    shape : str
        One of `SHAPES`.
    overlap : float
        The overlapping coefficient of neighbouring classes.
    seed : int
        Of the points.
    scene : str, optional
        The named scene that they belong to.
    """

    points: np.ndarray
    labels: np.ndarray
    counts: ClassCounts
    shape: str
    overlap: float
    seed: int
    scene: str | None = None

    @cached_property
    def sigma(self) -> float:
        """The noise's standard deviation: 2/d, with neighbours 2 apart in the plane and d sigma in noise."""
        return 2 / separation(self.overlap)

    @property
    def centres(self) -> np.ndarray:
        """The middle of each class's point or curve (C, 2), by its length."""
        share = np.linspace(0, 1, 201)
        return np.stack([part.place(share).mean(axis=0) for part in parts(self.shape, len(self.counts))])

    def log_density(self, x: np.ndarray) -> np.ndarray:
        """Return log p(x | class) at points (N, 2), as (N, C).

        Equation
        --------
        p(x | c) is the mean of N(x; u, sigma^2 I) over the class's point or curve u, uniform in arc length: closed
        form for points and circles; along the others a quadrature, whose logarithm is exact to 1e-6 where the density
        is above e^-40, and to 0.01 in the far tails of the likeliest class.
        """
        x = _points(x)
        return np.stack([part.log_density(x, self.sigma) for part in parts(self.shape, len(self.counts))], axis=1)

    def bayes(self, x: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
        """Return the optimal class at points (N, 2) for class priors (C,); None means balanced classes.

        The prior may be 0 for a class that never comes, and need not sum to 1.
        """
        scores = self.log_density(x)
        if prior is not None:
            scores = scores + _log_prior(prior, len(self.counts))
        return scores.argmax(axis=1)

    def draw(self, counts: Any, seed: int) -> ToyData:
        """Return new points of the same densities, such as a balanced test set."""
        counts = ClassCounts(counts)
        if len(counts) != len(self.counts):
            raise BadInput(f"counts have {len(counts)} classes, this problem has {len(self.counts)}")
        points, labels = _draw(self.shape, counts, self.sigma, checked_seed(seed), stream=1)
        return replace(self, points=points, labels=labels, counts=counts, seed=seed)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """A frame around the densities, which does not move with the points: x low, x high, y low, y high."""
        share = np.linspace(0, 1, 201)
        line = np.concatenate([part.place(share) for part in parts(self.shape, len(self.counts))])
        (left, low), (right, high) = line.min(axis=0), line.max(axis=0)
        pad = 3.5 * self.sigma
        return float(left - pad), float(right + pad), float(low - pad), float(high + pad)


def make(shape: str, counts: Any, *, overlap: float = 0.3, seed: int = 0) -> ToyData:
    """Return a toy problem.

    Parameters
    ----------
    shape : {"gaussians", "moons", "rings", "spirals"}
        A class is a point, a half circle, a circle or an arm of a spiral, plus Gaussian noise.
    counts : ClassCounts or anything that makes one
        Points of each class, 2 to 10 classes, in any order.
    overlap : float
        The overlapping coefficient of two neighbouring classes across the gap between them, 2 Phi(-d/2) for a gap
        of d sigma: 0.0001 (hardly a point is on the wrong side) to 0.95. At 0.317 the gap is 2 sigma, at 0.0027 it
        is 6 sigma. The gap is always 2 long in the plane, so sigma is 2/d.
    seed : int
        Of the points. With more points of a class, its first ones stay where they are.

    Raises
    ------
    BadInput
        For an unknown shape, more than 10 classes, or an overlap outside its range.

    Examples
    --------
    >>> data = make("gaussians", [100, 10])
    >>> data.points.shape, data.labels[-1].item()
    ((110, 2), 1)
    >>> data.bayes([[0.0, 0.0], [1.0, 0.0]]).tolist()  # the optimal classes, all classes alike frequent
    [0, 1]
    """
    one_of("shape", shape, SHAPES)
    counts, overlap, seed = ClassCounts(counts), number("overlap", overlap, 1e-4, 0.95), checked_seed(seed)
    if len(counts) > 10:
        raise BadInput(f"toy problems have 2 to 10 classes; got {len(counts)}")
    points, labels = _draw(shape, counts, 2 / separation(overlap), seed, stream=0)
    return ToyData(points, labels, counts, shape, overlap, seed)


def separation(overlap: float) -> float:
    """Return the gap d between neighbouring classes, in sigma, at this overlapping coefficient."""
    from scipy.special import ndtri

    return float(-2 * ndtri(overlap / 2))


def overlap_at(gap: float) -> float:
    """Return the overlapping coefficient 2 Phi(-d/2) at a gap of d sigma."""
    from scipy.special import ndtr

    return float(2 * ndtr(-gap / 2))


@dataclass(frozen=True)
class Scene:
    """A named toy problem, chosen because one thing can be seen in it.

    Parameters
    ----------
    title : str
        For captions.
    shape : str
        One of `SHAPES`.
    classes, largest : int
        Number of classes, and points of the most frequent.
    imbalance : float
        The default ratio, exponential profile.
    gap : float
        Between neighbouring classes, in sigma.
    note : str
        What to look for.
    """

    title: str
    shape: str
    classes: int
    largest: int
    imbalance: float
    gap: float
    note: str


SCENES = {
    "overlap": Scene(
        "Two classes that overlap, 2 σ apart", "gaussians", 2, 1000, 100, 2.0,
        "Priors act: every boundary misclassifies somebody, and the prior decides whom. Logit adjustment lands on the "
        "balanced Bayes boundary. LDAM's margin moves the boundary the wrong way, into the rare class's side: no "
        "boundary keeps the margin, and more points of the frequent class miss it.",
    ),
    "separable": Scene(
        "Two classes that separate, 6 σ apart", "gaussians", 2, 1000, 100, 6.0,
        "Margins act: many boundaries make no training error, and LDAM's margin picks one further from the rare class. "
        "Logit adjustment moves the boundary further still, beyond the balanced Bayes boundary.",
    ),
    "few_points": Scene(
        "Three classes, the rarest with a handful of points", "gaussians", 3, 200, 50, 3.5,
        "Chance acts: logit adjustment and re-weighting move the boundary by 0.8 and 0.7 sigma, and where it ends "
        "differs from one draw of the rare points to the next about as much.",
    ),
}  # fmt: skip


SEED = 27  # of the draw that every picture shows: its boundaries stand about where those of many draws do


def scene(name: str, *, imbalance: float | None = None, seed: int = SEED) -> ToyData:
    """Return a named toy problem; another imbalance keeps its most frequent class as large.

    Raises
    ------
    BadInput
        For an unknown name, or an imbalance that leaves a class without points.
    """
    chosen = SCENES[one_of("scene", name, SCENES)]
    counts = profile("exp", chosen.largest, chosen.classes, chosen.imbalance if imbalance is None else imbalance)
    return replace(make(chosen.shape, counts, overlap=overlap_at(chosen.gap), seed=seed), scene=name)


def _draw(shape: str, counts: ClassCounts, sigma: float, seed: int, stream: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw points class by class; each class has its own generators, so its first points do not depend on n."""
    points = []
    for c, (n, part) in enumerate(zip(counts, parts(shape, len(counts)), strict=True)):
        share = np.random.default_rng([seed, stream, c, 0]).random(n)
        noise = np.random.default_rng([seed, stream, c, 1]).standard_normal((n, 2))
        points.append(part.place(share) + sigma * noise)
    return np.concatenate(points), np.repeat(np.arange(len(counts)), counts.values)


def _log_prior(prior: Any, classes: int) -> np.ndarray:
    weights = np.asarray(by_class("prior", prior), np.float64)
    if weights.shape != (classes,) or not ((weights >= 0) & (weights < np.inf)).all() or not weights.any():
        raise BadInput(f"prior must be {classes} finite numbers of at least 0, one per class, not all 0; got {prior!r}")
    with np.errstate(divide="ignore"):
        return np.log(weights)


def _points(x: Any) -> np.ndarray:
    try:
        x = np.asarray(x, np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"points must be numbers, (N, 2); got {type(x).__name__} ({error})") from error
    if x.ndim != 2 or x.shape[1] != 2:
        raise BadInput(f"points must be (N, 2), got {x.shape}")
    if not np.isfinite(x).all():
        raise BadInput("points must be finite; they hold NaN or infinity")
    return x
