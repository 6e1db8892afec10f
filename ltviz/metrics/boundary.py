"""How far a learned boundary stands from the balanced Bayes boundary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltviz.core.checks import finite
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput

Scores = Callable[[np.ndarray], np.ndarray]  # (N, 2) -> (N, C)
Difference = Callable[[np.ndarray], np.ndarray]  # (N, 2) -> (N,)

_GRID = 61  # lines along each side of the extent: the Bayes boundary is met on them
_STEPS = 160  # looks along a normal, before the place is found more closely
_BLOCK = 20  # of them at a time: most lines are met soon
_ROUNDS = 32  # of halving, in which a change is found ever more closely, and one more
_LIKE = 1e-9  # by which a third class may seem denser: where three meet, rounding decides
_CLOSE = 2.0**-33  # half the share of the interval of a change that is left in the end


def boundary_shift(
    scores: Scores, log_density: Scores, counts: Any, extent: tuple[float, float, float, float]
) -> float:
    """Return how far the learned boundary has moved from the balanced Bayes boundary into the most frequent class.

    Equation
    --------
    shift = 1/|B| integral_B t(x) dx,   s_f(x + t n) = s_r(x + t n),   t the one nearest to 0

    f and r are the most frequent and the rarest class, B = {x in the extent: p(x|f) = p(x|r) >= p(x|k) for all k} is
    the boundary between them when all classes are alike frequent (where a third class wins there is no boundary of
    these two), and n is its unit normal, pointing into f's side. The mean is by length along B.

    Parameters
    ----------
    scores : function, (N, 2) -> (N, C)
        The learned scores; of the two classes, the one with the larger score is chosen.
    log_density : function, (N, 2) -> (N, C)
        log p(x|c), smooth.
    counts : ClassCounts or anything that makes one
        Says which class is the most frequent and which the rarest.
    extent : tuple of float
        (xlow, xhigh, ylow, yhigh) of the data. The learned boundary is looked for outside of it too.

    Returns
    -------
    float
        In the data's unit of length. A normal that does not meet the learned boundary within one diagonal of the
        extent counts as one diagonal: positive where the learned rule has chosen the rarest class, else negative.

    Raises
    ------
    BadInput
        If the extent is none, or holds no piece of B, or the scores have not one column per class.
    """
    return shift_from(balanced_boundary(log_density, counts, extent), scores)


@dataclass(frozen=True, eq=False)
class Boundary:
    """The balanced Bayes boundary B between the most frequent and the rarest class; see `boundary_shift`.

    Parameters
    ----------
    points, normals : ndarray (P, 2)
        Of B, and its unit normals into the most frequent class's side.
    lengths : ndarray (P,)
        Of B, that each point stands for.
    frequent, rarest, classes : int
        Between which two of how many.
    far : float
        One diagonal of the extent.
    """

    points: np.ndarray
    normals: np.ndarray
    lengths: np.ndarray
    frequent: int
    rarest: int
    classes: int
    far: float


def shift_from(bayes: Boundary, scores: Scores) -> float:
    """Return `boundary_shift` where B is known: it does not move with the points, nor with what is learned."""
    points, normals, lengths, far = bayes.points, bayes.normals, bayes.lengths, bayes.far

    def lead(x: np.ndarray) -> np.ndarray:  # of the rarest class over the most frequent
        every = np.asarray(scores(x), np.float64)
        if every.shape != (len(x), bayes.classes):
            raise BadInput(f"scores must return (N, C) = {(len(x), bayes.classes)}; got {every.shape}")
        both = every[:, [bayes.frequent, bayes.rarest]]
        finite("boundary_shift", scores=both)
        return np.subtract(both[:, 1], both[:, 0])

    ahead, behind = _reach(lead, points, np.stack([normals, -normals]), far)
    distance = np.where(ahead <= behind, ahead, -behind)
    lost = np.isinf(ahead) & np.isinf(behind)
    distance[lost] = np.where(lead(points[lost]) >= 0, far, -far) if lost.any() else 0.0
    return float(distance @ lengths / lengths.sum())


def _checked(extent: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return the two sides' lengths."""
    left, right, low, high = (float(v) for v in extent)
    if not (0 < right - left < np.inf and 0 < high - low < np.inf):
        raise BadInput(f"extent must be (xlow, xhigh, ylow, yhigh), each low below its high; got {extent!r}")
    return right - left, high - low


def balanced_boundary(log_density: Scores, counts: Any, extent: tuple[float, float, float, float]) -> Boundary:
    """Return B; the parameters are those of `boundary_shift`.

    The points are where B crosses the lines of a grid. A crossing of a horizontal line stands for dy |n_x| of B, one
    of a vertical line for dx |n_y|: over a piece of length L with normal n that is L n_x^2 + L n_y^2 = L.
    """

    def lead(x: np.ndarray) -> np.ndarray:
        density = log_density(x)
        return np.subtract(density[:, r], density[:, f])

    across, upwards = _checked(extent)
    counts = ClassCounts(counts)
    f, r = counts.most_frequent, counts.rarest
    left, right, low, high = extent
    far = float(np.hypot(across, upwards))
    x, y = np.linspace(left, right, _GRID), np.linspace(low, high, _GRID)
    nodes = np.stack(np.meshgrid(x, y), axis=-1)  # (Y, X, 2)
    above = (lead(nodes.reshape(-1, 2)) >= 0).reshape(_GRID, _GRID)
    pieces = []
    for axis, edge, apart in ((0, x[1] - x[0], y[1] - y[0]), (1, y[1] - y[0], x[1] - x[0])):
        start = nodes[np.nonzero(np.diff(above, axis=1 - axis))]  # the axis of x is the array's second
        direction = np.broadcast_to(np.eye(2)[axis], start.shape)
        (reach,) = _reach(lead, start, direction[None], edge, looks=1)
        points = start + np.minimum(reach, edge)[:, None] * direction  # inf: on the next node, to rounding
        normals = -_gradient(lead, points, 1e-6 * far)
        pieces.append((points, normals, apart * np.abs(normals[:, axis])))
    points, normals, lengths = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    density = log_density(points) if len(points) else np.empty((0, 2))
    others = np.delete(density, (f, r), axis=1)
    kept = (lengths > 0) & (others <= density[:, [f]] + _LIKE).all(axis=1)
    if not kept.any():
        raise BadInput(
            f"classes {f} and {r}, the most frequent and the rarest, share no balanced Bayes boundary inside the "
            f"extent {tuple(float(v) for v in extent)}: choose counts or a shape in which they are neighbours"
        )
    return Boundary(points[kept], normals[kept], lengths[kept], f, r, len(counts), far)


def _gradient(function: Difference, points: np.ndarray, step: float) -> np.ndarray:
    """Return the unit gradient (P, 2) by central differences; zero where there is none."""
    offsets = step * np.eye(2)
    slope = np.stack([function(points + offset) - function(points - offset) for offset in offsets], axis=1)
    length = np.linalg.norm(slope, axis=1, keepdims=True)
    return np.divide(slope, length, out=np.zeros_like(slope), where=length > 0)


def _reach(
    function: Difference, points: np.ndarray, directions: np.ndarray, far: float, looks: int = _STEPS
) -> np.ndarray:
    """Return how far (S, P) along its directions (S, P, 2) the function's sign first changes at each point.

    Infinite if not within `far`, or where it changes along another of the point's directions some looks nearer.
    """
    reach = np.full(directions.shape[:2], np.inf)
    steps = far * np.linspace(0.0, 1.0, looks + 1) ** 2  # close together near the start, where most changes are
    above = function(points) >= 0
    left = np.arange(len(points))
    for begin in range(0, looks, _BLOCK):
        if not len(left):
            break
        ends = steps[begin : begin + _BLOCK + 1]
        places = points[left][:, None] + ends[1:, None] * directions[:, left, None]  # (S, P', looks, 2)
        same = (function(places.reshape(-1, 2)) >= 0).reshape(places.shape[:-1]) == above[left][:, None]
        met = ~same.all(axis=-1)
        side, row = np.nonzero(met)
        first = same[side, row].argmin(axis=1)
        which = left[row]
        if not len(which):
            continue
        ray = points[which], directions[side, which], above[which]
        reach[side, which] = _closer(function, *ray, ends[first], ends[first + 1])
        left = left[~met.any(axis=0)]
    return reach


def _closer(
    function: Difference,
    points: np.ndarray,
    directions: np.ndarray,
    above: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> np.ndarray:
    """Return how far (P,) along its direction the function's sign changes, which is `above` at low, not at high.

    Source
    ------
    Oliveira and Takahashi 2020, An enhancement of the bisection method average performance preserving minmax
    optimality, ACM TOMS 47(1), article 5: no more looks than one beyond those of halving, and five or six where the
    function is smooth.
    """
    limit = _CLOSE * (high - low)
    bent = 0.2 / (high - low)  # with it and the squares below, the steps are those of the ITP method as published
    at_low, at_high = (function(points + ends[:, None] * directions) for ends in (low, high))
    for left in range(_ROUNDS + 1, 0, -1):
        half = (high - low) / 2
        if (half <= limit).all():
            break
        with np.errstate(all="ignore"):
            line = (at_high * low - at_low * high) / (at_high - at_low)  # where a straight line would change sign
        middle = low + half
        line = np.where((line >= low) & (line <= high), line, middle)
        towards = np.sign(middle - line)
        step = np.clip(bent * (2 * half) ** 2, limit, np.abs(middle - line))
        spare = limit * 2.0**left - half  # how far from the middle, so that halving would still be done in time
        here = middle - towards * np.minimum(np.abs(middle - line) - step, np.maximum(spare, 0.0))
        value = function(points + here[:, None] * directions)
        same = (value >= 0) == above
        low, at_low = np.where(same, here, low), np.where(same, value, at_low)
        high, at_high = np.where(same, high, here), np.where(same, at_high, value)
    return high
