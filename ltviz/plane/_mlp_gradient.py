"""The small network's gradient by hand, and its L-BFGS: a few warm steps follow a slider.

Rows are computed in float32, which halves the time of a step; parameters and the loss stay in float64.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from ltviz.models.planar import MLP
from ltviz.plane._newton import TOLERANCE, ScoreFunction

COLD, WARM = 200, 8  # L-BFGS steps from the initial weights, and from the neighbouring stop


class Network:
    """Loss plus ridge of a small network, as a function of its flat parameters.

    Parameters
    ----------
    model : MLP
        Framed to the points.
    points : ndarray of shape (n, 2)
        Where it is trained.
    classes : int
        C.
    """

    def __init__(self, model: MLP, points: np.ndarray, classes: int) -> None:
        self.model, self.classes = model, classes
        self.u = model.standard(points).astype(np.float32)
        ridge = model.split(np.full(model.initial(classes).size, model.ridge * model.hold), classes)
        # Cosines do not see the length of the class vectors; a ridge would only shrink it, without end.
        ridge["W"][:, -1 if model.head == "linear" else slice(None)] *= 0.01 if model.head == "linear" else 0.0
        self.ridge = np.concatenate([part.ravel() for part in ridge.values()])
        n, h = len(self.u), model.width
        self._room = tuple(np.empty((n, width), np.float32) for width in (h, h, h + 1, h))

    def raw(self, parameters: np.ndarray) -> np.ndarray:
        """Return logits, or cosines without their scale, (n, C)."""
        part = self.model.split(parameters, self.classes)
        phi = self.model.normalised(self.model.hidden(self.u, part)[2])
        return phi @ self.model.unit(part["W"]).T

    def total(self, function: ScoreFunction, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return loss plus ridge and its gradient; arrays of n rows are reused, which halves its time."""
        part = self.model.split(parameters.astype(np.float32), self.classes)
        first, second, phi, slope = self._room
        np.matmul(self.u, part["W1"], out=first)
        first += part["b1"]
        np.tanh(first, out=first)
        np.matmul(first, part["W2"], out=second)
        second += part["b2"]
        np.tanh(second, out=second)
        phi[:, :-1] = second
        phi[:, -1] = 1
        vectors = part["W"]
        if self.model.head == "cosine":
            length = np.sqrt(np.einsum("nd,nd->n", phi, phi))[:, None]
            norm = np.linalg.norm(vectors, axis=1, keepdims=True)
            phi /= length
            vectors = vectors / norm
        raw = phi @ vectors.T
        value, wide = function(raw.astype(np.float64))
        inner = wide.astype(np.float32)
        d_vectors = inner.T @ phi
        if self.model.head == "cosine":
            d_vectors = (d_vectors - (d_vectors * vectors).sum(axis=1, keepdims=True) * vectors) / norm
            phi *= -np.einsum("nc,nc->n", inner, raw)[:, None]
            phi += inner @ vectors
            phi /= length
        else:
            np.matmul(inner, vectors, out=phi)
        d_hidden = phi[:, :-1]
        np.multiply(second, second, out=slope)
        np.subtract(1, slope, out=slope)
        slope *= d_hidden
        d_w2, d_b2 = first.T @ slope, slope.sum(axis=0)
        np.matmul(slope, part["W2"].T, out=second)
        np.multiply(first, first, out=slope)
        np.subtract(1, slope, out=slope)
        slope *= second
        slopes = (self.u.T @ slope, slope.sum(axis=0), d_w2, d_b2, d_vectors)
        bent = self.ridge * parameters
        gradient = np.concatenate([each.ravel() for each in slopes]) + bent
        return value + 0.5 * float(parameters @ bent), gradient

    def descend(self, function: ScoreFunction, parameters: np.ndarray, steps: int) -> np.ndarray:
        """Return the parameters after that many L-BFGS steps."""
        options = {"maxiter": steps, "maxfun": 2 * steps, "gtol": TOLERANCE, "ftol": 0.0, "maxcor": 10}
        found = minimize(lambda at: self.total(function, at), parameters, jac=True, method="L-BFGS-B", options=options)
        return np.asarray(found.x)
