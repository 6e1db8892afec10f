"""The geometry of the toy problems: a class is a point or a curve, its samples lie there plus Gaussian noise.

Neighbouring points or curves are 2 apart at their nearest, whatever the shape and the number of classes, so that
the noise alone says how much the classes overlap.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

_PANEL = 12  # Gauss-Legendre nodes on each stretch of at most 4 sigma
_FEWEST = 8  # stretches: each must be short against the curve's own bends too, however large sigma is


@dataclass(frozen=True)
class Centre:
    """A class around one point."""

    at: tuple[float, float]

    def place(self, share: np.ndarray) -> np.ndarray:
        """Return the point, (N, 2)."""
        return np.broadcast_to(self.at, (len(share), 2))

    def log_density(self, x: np.ndarray, sigma: float) -> np.ndarray:
        """Return log of the Gaussian density, (N,)."""
        square = ((x - self.at) ** 2).sum(axis=1)
        return -square / (2 * sigma**2) - math.log(2 * math.pi * sigma**2)

    def scaled(self, by: float) -> Centre:
        """Return the point, the plane enlarged."""
        return Centre((self.at[0] * by, self.at[1] * by))


@dataclass(frozen=True)
class Ring:
    """A class around a circle about the origin."""

    radius: float

    def place(self, share: np.ndarray) -> np.ndarray:
        """Return points of the circle, (N, 2)."""
        angle = 2 * np.pi * share
        return self.radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)

    def log_density(self, x: np.ndarray, sigma: float) -> np.ndarray:
        """Return log of the circle's density in closed form: the integral over the angle is a Bessel function."""
        from scipy.special import i0e

        distance = np.hypot(x[:, 0], x[:, 1])
        exponent = -((distance - self.radius) ** 2) / (2 * sigma**2)
        return exponent + np.log(i0e(distance * self.radius / sigma**2)) - math.log(2 * math.pi * sigma**2)

    def scaled(self, by: float) -> Ring:
        """Return the circle, the plane enlarged."""
        return Ring(self.radius * by)


@dataclass(frozen=True, eq=False)
class Curve:
    """A class along an open curve, uniform in arc length.

    Parameters
    ----------
    point : callable
        t (N,) in [0, 1] -> (N, 2).
    slope : callable
        t (N,) -> d point / dt (N, 2).
    """

    point: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]

    def speed(self, t: np.ndarray) -> np.ndarray:
        """Return the length of the slope, (N,)."""
        return np.hypot(*self.slope(t).T)

    def place(self, share: np.ndarray) -> np.ndarray:
        """Return the points at these shares of the arc length, (N, 2)."""
        t = np.linspace(0, 1, 4097)
        middle = self.speed((t[1:] + t[:-1]) / 2)
        length = np.concatenate([[0.0], np.cumsum(middle)])
        return self.point(np.interp(share, length / length[-1], t))

    def log_density(self, x: np.ndarray, sigma: float) -> np.ndarray:
        """Return log of the integral of the Gaussian along the curve, by Gauss-Legendre quadrature, (N,)."""
        nodes, weights = _quadrature(self, sigma)
        scores = x @ nodes.T
        scores -= (nodes**2).sum(axis=1) / 2
        scores -= (x**2).sum(axis=1, keepdims=True) / 2  # now minus half the squared distance
        scores /= sigma**2
        top = scores.max(axis=1, keepdims=True)
        np.exp(np.subtract(scores, top, out=scores), out=scores)
        return np.log(scores @ weights) + top[:, 0] - math.log(2 * math.pi * sigma**2)

    def scaled(self, by: float) -> Curve:
        """Return the curve, the plane enlarged."""
        return Curve(lambda t: by * self.point(t), lambda t: by * self.slope(t))


@cache
def _quadrature(curve: Curve, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Return points of the curve (Q, 2) and their shares of its length (Q,)."""
    longest = float(curve.speed(np.linspace(0, 1, 257)).max())
    panels = max(_FEWEST, math.ceil(longest / (4 * sigma)))
    node, weight = np.polynomial.legendre.leggauss(_PANEL)
    t = ((np.arange(panels)[:, None] + (node + 1) / 2) / panels).ravel()
    share = np.tile(weight, panels) * curve.speed(t)
    return curve.point(t), share / share.sum()


Part = Centre | Ring | Curve


@cache
def parts(shape: str, classes: int) -> tuple[Part, ...]:
    """Return the point or curve of each class, neighbours 2 apart."""
    return _SHAPES[shape](classes)


def _gaussians(classes: int) -> tuple[Part, ...]:
    if classes == 2:
        return Centre((-1.0, 0.0)), Centre((1.0, 0.0))
    radius = 1 / math.sin(math.pi / classes)
    angles = [math.pi / 2 + 2 * math.pi * c / classes for c in range(classes)]
    return tuple(Centre((radius * math.cos(a), radius * math.sin(a))) for a in angles)


def _rings(classes: int) -> tuple[Part, ...]:
    return tuple(Ring(2.0 * (c + 1)) for c in range(classes))


def _moons(classes: int) -> tuple[Part, ...]:
    """Half circles, in turn arched up and hanging down, each reaching into the next."""
    return _two_apart([_arc(1.25 * (c - (classes - 1) / 2), c % 2 == 1) for c in range(classes)])


def _arc(x: float, down: bool) -> Curve:
    sign = -1.0 if down else 1.0

    def point(t: np.ndarray) -> np.ndarray:
        return np.stack([x - np.cos(np.pi * t), sign * (np.sin(np.pi * t) - 0.25)], axis=1)

    def slope(t: np.ndarray) -> np.ndarray:
        return np.pi * np.stack([np.sin(np.pi * t), sign * np.cos(np.pi * t)], axis=1)

    return Curve(point, slope)


def _spirals(classes: int) -> tuple[Part, ...]:
    """Arms of Archimedes' spiral, turned against each other."""
    pitch = classes / math.pi  # radius gained per radian: neighbouring arms are 2 apart along a ray
    start, turn = max(1.5, 1 / math.sin(math.pi / classes)), max(math.pi, 4 * math.pi / classes)
    return _two_apart([_arm(2 * math.pi * c / classes, start, pitch, turn) for c in range(classes)])


def _arm(angle: float, start: float, pitch: float, turn: float) -> Curve:
    def point(t: np.ndarray) -> np.ndarray:
        radius, phi = start + pitch * turn * t, angle + turn * t
        return np.stack([radius * np.cos(phi), radius * np.sin(phi)], axis=1)

    def slope(t: np.ndarray) -> np.ndarray:
        radius, phi = start + pitch * turn * t, angle + turn * t
        along = np.stack([np.cos(phi), np.sin(phi)], axis=1)
        across = np.stack([-np.sin(phi), np.cos(phi)], axis=1)
        return turn * (pitch * along + radius[:, None] * across)

    return Curve(point, slope)


def _two_apart(curves: list[Curve]) -> tuple[Part, ...]:
    """Enlarge the plane until the two nearest curves are 2 apart."""
    from scipy.spatial import KDTree

    points = [curve.point(np.linspace(0, 1, 1001)) for curve in curves]
    pairs = ((a, b) for i, a in enumerate(points) for b in points[:i])
    nearest = min(float(KDTree(a).query(b)[0].min()) for a, b in pairs)
    return tuple(curve.scaled(2 / nearest) for curve in curves)


_SHAPES: dict[str, Callable[[int], tuple[Part, ...]]] = {
    "gaussians": _gaussians,
    "moons": _moons,
    "rings": _rings,
    "spirals": _spirals,
}
SHAPES = tuple(_SHAPES)
