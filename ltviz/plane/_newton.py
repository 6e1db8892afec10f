"""Minimisers for class vectors on fixed features: Newton for cross-entropy, L-BFGS for any other loss.

Class vectors are free (linear head) or have length 1 (cosine head); the second case is Newton on a product of spheres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpotrf, dpotrs  # of six columns, what scipy puts around them costs more than they
from scipy.optimize import minimize

from ltviz.core.errors import TrainingDiverged
from ltviz.plane._score_function import Linearised

TOLERANCE = 1e-8  # of the gradient's largest entry
_STEPS = 100
_SHARPER = tuple(4.0**k for k in range(10))
KINK = 1e9  # a sharpness at which no score is near enough to a corner to see that it is round
_FREE = 1e-12  # curvature added to everything, against rounding

ScoreFunction = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass
class Head:
    """Class vectors on fixed features, with the term that makes their optimum unique.

    Parameters
    ----------
    phi : ndarray of shape (n, D)
        Features, of length 1 where `unit`.
    unit : bool
        Whether class vectors have length 1.
    ridge : ndarray of shape (D,)
        Linear head: ridge / 2 times the squared entries is added.
    pull : ndarray of shape (C, D)
        Cosine head: minus the product with the class vectors is added.
    """

    phi: np.ndarray
    unit: bool
    ridge: np.ndarray
    pull: np.ndarray
    factor: np.ndarray | None = None  # Cholesky factor of the last Hessian; the next fit of a path tries it first

    def __post_init__(self) -> None:
        self._narrow = self.phi.astype(np.float32)

    def penalty(self, vectors: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the added term and its gradient (C, D)."""
        bent = vectors * self.ridge
        return float(0.5 * (vectors * bent).sum() - (vectors * self.pull).sum()), bent - self.pull

    def tangent(self, vectors: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the part of a gradient along which the vectors may move."""
        return gradient - (gradient * vectors).sum(axis=1, keepdims=True) * vectors if self.unit else gradient

    def placed(self, vectors: np.ndarray) -> np.ndarray:
        """Return the vectors, brought back to length 1 where they have it."""
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if self.unit else vectors

    def total(self, function: ScoreFunction, vectors: np.ndarray) -> tuple[float, np.ndarray]:
        """Return loss plus added term, and its gradient along the free directions (C, D)."""
        value, inner = function(self.phi @ vectors.T)
        added, slope = self.penalty(vectors)
        return value + added, self.tangent(vectors, inner.T @ self.phi + slope)

    def hessian(self, model: Linearised, vectors: np.ndarray, prob: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the second derivatives (C D, C D); on spheres the Riemannian ones, plus the identity across."""
        classes, width = vectors.shape
        full: np.ndarray = np.empty((classes, width, classes, width))
        for j, k, curve in model.curvature(prob):
            # In float32, twice as fast: a Hessian only says which way to step; the gradient says when to stop.
            block = (self._narrow * curve[:, None].astype(np.float32)).T @ self._narrow
            full[j, :, k] = block
            full[k, :, j] = block.T
        flat: np.ndarray = full.reshape(classes * width, -1)
        flat[np.diag_indices_from(flat)] += np.tile(self.ridge, classes) + _FREE
        if not self.unit:
            return flat
        normal: np.ndarray = np.zeros((classes, width, classes))
        normal[np.arange(classes), :, np.arange(classes)] = vectors
        normal = normal.reshape(-1, classes)  # (C D, C)
        across = flat @ normal
        flat -= normal @ across.T
        flat -= across @ normal.T
        flat += normal @ (normal.T @ across + np.eye(classes)) @ normal.T
        outward = (vectors * gradient).sum(axis=1)
        for j in range(classes):  # the sphere bends the loss: minus the outward slope, along the tangent
            own = slice(j * width, (j + 1) * width)
            flat[own, own] -= outward[j] * (np.eye(width) - np.outer(vectors[j], vectors[j]))
        return flat


def factorised(hessian: np.ndarray) -> np.ndarray:
    """Return the upper Cholesky factor of the Hessian, its diagonal raised where it is not positive definite."""
    raised = 0.0
    unit = max(float(np.abs(np.diag(hessian)).mean()), 1e-12)  # a sphere may bend downwards: the trace can be negative
    for _ in range(30):
        factor, failed = dpotrf(hessian + raised * np.eye(len(hessian)) if raised else hessian)
        if not failed:
            return np.asarray(factor)
        raised = max(10 * raised, 1e-6 * unit)
    raise TrainingDiverged("the curvature of this fit is not finite: check the loss's scores and the model's scale")


def newton(head: Head, model: Linearised, vectors: np.ndarray) -> np.ndarray:
    """Minimise cross-entropy plus the head's term; return the class vectors (C, D).

    A Hessian's factor is kept as long as it brings the gradient down tenfold a step: along a slider's path most steps
    then cost one product with the features.
    """

    def look(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        value, inner, prob = model.parts(head.phi @ at.T)
        added, slope = head.penalty(at)
        gradient = inner.T @ head.phi + slope
        return value + added, gradient, head.tangent(at, gradient), prob

    value, gradient, free, prob = look(vectors)
    size = float(np.abs(free).max())
    fresh = False
    for _ in range(_STEPS):
        if size <= TOLERANCE:
            break
        if head.factor is None:
            head.factor = factorised(head.hessian(model, vectors, prob, gradient))
            fresh = True
        step = -head.tangent(vectors, dpotrs(head.factor, free.ravel())[0].reshape(vectors.shape))
        falls = float((step * free).sum())
        length, moved = 1.0, None
        while falls < 0 and length > 1e-6:
            trial = head.placed(vectors + length * step)
            seen = look(trial)
            # Near the optimum the value no longer resolves a step; the gradient still does.
            if seen[0] <= value + 1e-4 * length * falls or (length == 1.0 and np.abs(seen[2]).max() < 0.5 * size):
                moved = trial
                break
            if not fresh:
                break
            length /= 2
        if moved is None:
            if fresh:
                break
            head.factor = None
            continue
        vectors, (value, gradient, free, prob) = moved, seen
        before, size = size, float(np.abs(free).max())
        fresh = False
        if size > 0.1 * before:
            head.factor = None
    return vectors


def hinge(head: Head, linearised: Callable[[np.ndarray], Linearised], vectors: np.ndarray) -> np.ndarray:
    """Minimise a loss that is flat once a margin is kept: its corners are rounded, less and less."""
    for sharpness in _SHARPER:
        head.factor = None
        vectors = newton(head, linearised(head.phi @ vectors.T).sharpened(sharpness), vectors)
    return vectors


def descend(head: Head, function: ScoreFunction, model: Linearised, vectors: np.ndarray) -> np.ndarray:
    """Minimise any loss plus the head's term by L-BFGS, with cross-entropy's curvature as its first metric."""
    shape = vectors.shape
    best = vectors
    for _ in range(4):  # a loss with kinks stops the line search early: start again there with a new metric
        prob = model.parts(head.phi @ best.T)[2]
        outward = np.zeros_like(best)
        upper = factorised(head.hessian(model, best, prob, outward) + 1e-6 * np.eye(best.size))

        def along(move: np.ndarray, upper: np.ndarray = upper, best: np.ndarray = best) -> tuple[float, np.ndarray]:
            raw = best + solve_triangular(upper, move, check_finite=False).reshape(shape)
            value, free = head.total(function, head.placed(raw))
            if head.unit:
                free = free / np.linalg.norm(raw, axis=1, keepdims=True)
            return value, solve_triangular(upper, free.ravel(), trans="T", check_finite=False)

        options = {"maxiter": 300, "gtol": TOLERANCE, "ftol": 1e-14, "maxcor": 20}
        found = minimize(along, np.zeros(best.size), jac=True, method="L-BFGS-B", options=options)
        before = along(np.zeros(best.size))[0]
        best = head.placed(best + solve_triangular(upper, found.x, check_finite=False).reshape(shape))
        if before - found.fun <= 1e-9 * max(abs(before), 1e-3):
            break
    return best
