"""Fits to a loss that looks at embeddings as well as at scores: value and gradient by autograd, descent by L-BFGS.

A model's embedding is what its head takes: the points themselves, lifted by the constant 1, for a linear model, fixed
cosines for random features. No training moves these, so such a loss can only turn the class vectors. A network's last
layer it moves too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.errors import BadInput
from ltviz.losses import Loss, Outputs
from ltviz.models.planar import MLP, Planar
from ltviz.plane._mlp_gradient import Network
from ltviz.plane._newton import TOLERANCE, Head

FIELDS = ("logits", "cosine", "embedding", "prototypes")  # what a classifier of points has for a loss
MOST = 3000  # points: each is held against each


class Embedded:
    """The mean loss of n points and its gradient, as a function of a model's flat parameters.

    Parameters
    ----------
    loss : Loss
        Needs `FIELDS` at most.
    model : Planar
        Framed to the points.
    points : ndarray of shape (n, 2)
        Where it is trained.
    labels : ndarray of shape (n,)
        Class ids.
    scale : float or None
        Of cosines.
    """

    def __init__(self, loss: Loss, model: Planar, points: np.ndarray, labels: np.ndarray, scale: float | None) -> None:
        if len(points) > MOST:
            raise BadInput(
                f"{loss.name} holds every point against every other, and {len(points)} are too many: at most {MOST}"
            )
        self.loss, self.model, self.scale = loss, model, scale
        self._labels = torch.from_numpy(labels)
        wide = model.standard(points) if isinstance(model, MLP) else model.features(points)
        self._given = torch.from_numpy(np.ascontiguousarray(wide))

    def _outputs(self, parameters: Tensor) -> Outputs:
        classes, phi, vectors = len(self.loss.class_counts), self._given, parameters
        if isinstance(self.model, MLP):
            shapes = self.model.shapes(classes)
            sizes = [int(np.prod(shape)) for shape in shapes.values()]
            w1, b1, w2, b2, vectors = (
                flat.view(shape) for flat, shape in zip(parameters.split(sizes), shapes.values(), strict=True)
            )
            hidden = torch.tanh(torch.tanh(phi @ w1 + b1) @ w2 + b2)
            phi = torch.cat([hidden, torch.ones(len(hidden), 1, dtype=hidden.dtype)], dim=1)
        vectors = vectors.view(classes, -1)
        if self.scale is None:
            return Outputs(logits=phi @ vectors.T, embedding=phi, prototypes=vectors)
        cosine = F.normalize(phi) @ F.normalize(vectors).T
        return Outputs(logits=self.scale * cosine, cosine=cosine, embedding=phi, prototypes=vectors)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and its gradient, flat."""
        leaf = torch.from_numpy(np.array(parameters)).requires_grad_()
        with self.loss.unchecked():
            total = self.loss(self._outputs(leaf), self._labels)
        if total.ndim or self.loss.reduction == "sum":
            total = total.sum() / len(self._labels)
        (slope,) = torch.autograd.grad(total, leaf)
        return float(total.detach()), slope.numpy()

    def turned(self, head: Head, begin: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
        """Return class vectors on fixed features (flat) at the least loss, and the largest entry of the slope there."""

        def total(at: np.ndarray) -> tuple[float, np.ndarray]:
            (value, slope), vectors = self(at), head.placed(at.reshape(begin.shape))
            added, bent = head.penalty(vectors)
            return value + added, slope + head.tangent(vectors, bent).ravel()

        at, size = _descended(total, begin.ravel(), steps, rounds=4)
        return head.placed(at.reshape(begin.shape)).ravel(), size

    def trained(self, network: Network, begin: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
        """Return a network's parameters after that many steps, and the largest entry of the slope there."""

        def total(at: np.ndarray) -> tuple[float, np.ndarray]:
            (value, slope), bent = self(at), network.ridge * at
            return value + 0.5 * float(at @ bent), slope + bent

        return _descended(total, begin, steps, rounds=1)


def _descended(
    total: Callable[[np.ndarray], tuple[float, np.ndarray]], begin: np.ndarray, steps: int, rounds: int
) -> tuple[np.ndarray, float]:
    best, slope = begin, np.inf
    for _ in range(rounds):  # a line search that stops early begins again
        options = {"maxiter": steps, "maxfun": 2 * steps, "gtol": TOLERANCE, "ftol": 1e-15, "maxcor": 20}
        found = minimize(total, best, jac=True, method="L-BFGS-B", options=options)
        best, before, slope = np.asarray(found.x), slope, float(np.abs(found.jac).max())
        if slope <= TOLERANCE or slope > 0.5 * before:
            break
    return best, slope
