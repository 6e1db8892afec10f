"""Plain gradient descent on fixed features: what training does step by step, where `fit` asks only for its end.

Several draws of the points are trained side by side. They share the labels, so a loss sees all of them as one batch,
and its gradient by the scores falls apart into theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ltviz.core.errors import BadInput
from ltviz.losses import Loss
from ltviz.plane._score_function import Linearised, ScoreLoss
from ltviz.plane.terms import terms

RATE = 2.0  # of the scores' curvature at its most, which is scale^2 / 2: the usual step of gradient descent


def checkpoints(steps: int, count: int, first: int = 1) -> np.ndarray:
    """Return whole numbers from the first to `steps`, evenly on a logarithmic scale, at most `count` of them."""
    return np.unique(np.round(np.geomspace(first, steps, count)).astype(int))


def descend(phi: np.ndarray, labels: np.ndarray, loss: Loss, at: Sequence[int]) -> np.ndarray:
    """Train class vectors by full-batch gradient descent, without ridge or pull, and keep them at some steps.

    A loss of logits begins at 0 and its vectors are free; one of cosines begins at the classes' mean directions, and
    its vectors are brought back to length 1 after every step along the sphere.

    Parameters
    ----------
    phi : ndarray of shape (S, n, D)
        Features of S draws, of length at most 1.
    labels : ndarray of shape (n,)
        Class ids, the same in every draw.
    loss : Loss
        Any loss of logits or cosines.
    at : sequence of int
        After how many steps, in order.

    Returns
    -------
    ndarray of shape (S, len(at), C, D)

    Raises
    ------
    BadInput
        For a loss that needs more than scores.
    """
    other = [name for name in loss.needs() if name not in ("logits", "cosine")]
    if other:
        raise BadInput(f"{loss.name} needs {' and '.join(other)}, which points of the plane do not have")
    draws, n, width = phi.shape
    classes = len(loss.class_counts)
    scale = loss.logit_scale if loss.uses == "cosine" else None
    slope = _slope(loss, np.tile(labels, draws), scale)
    vectors = np.zeros((draws, classes, width))
    if scale is not None:
        vectors = _unit(np.stack([phi[:, labels == c].mean(axis=1) for c in range(classes)], axis=1))
    rate = RATE / (scale or 1.0) ** 2 * draws  # the mean is over all draws
    kept = []
    for step in range(1, max(at) + 1):
        inner = slope((phi @ vectors.transpose(0, 2, 1)).reshape(-1, classes)).reshape(draws, n, classes)
        gradient = inner.transpose(0, 2, 1) @ phi
        if scale is None:
            vectors = vectors - rate * gradient
        else:
            gradient -= (gradient * vectors).sum(axis=2, keepdims=True) * vectors
            vectors = _unit(vectors - rate * gradient)
        if step in at:
            kept.append(vectors)
    return np.stack(kept, axis=1)


def _slope(loss: Loss, labels: np.ndarray, scale: float | None) -> Callable[[np.ndarray], np.ndarray]:
    """Return raw scores -> their gradient: in numpy where the loss has terms, else by the Loss itself."""
    score = ScoreLoss(loss, labels, scale)
    known = terms(loss)
    if known is None:
        return lambda raw: score(raw)[1]
    exact = Linearised(known.slope[labels], known.offset[labels], labels, score.row_weight)
    return lambda raw: exact.parts(raw)[1]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
