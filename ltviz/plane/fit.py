"""Fit a classifier of points in the plane to any loss, in the time of one slider move.

The Loss is never written twice. It is seen as a function of the (n, C) scores: one call with autograd on the scores
gives its value and gradient, and the chain rule through fixed features is numpy. Most long-tail losses are
cross-entropy of adjusted scores, so the adjustment is linearised and the rest is Newton in numpy: exact in one pass
where `adjust` is affine (LDAM, logit adjustment, VS, CDT), a few passes where margins depend on the scores (MM, DBM:
margins are frozen within a pass, as their stop-gradient or slope says). Each pass ends with a check against the
Loss's own gradient, which is also how any other loss (focal, yours) is noticed and given to L-BFGS. A hinge is noticed
as the limit of ever sharper cross-entropies, and Newton follows them.

What makes the optimum unique:

- linear head: a ridge of 1e-4 (mean loss + ridge/2 |W|^2, points standardised), which also keeps separable data
  finite; biases have a hundredth of it, since some shift of all biases changes no loss, and under VS and CDT that
  shift still moves the boundary;
- cosine head: only differences of class vectors matter to most losses, so many solutions are equal; a pull of 1e-3
  towards the class's mean direction (mean loss + pull sum_j (1 - W_j . mean_j)) picks the one whose class vectors lie
  closest to their classes;
- a model's `hold` multiplies ridge and pull: the looser, the more closely the training data are fitted;
- where margins depend on the scores, every fit starts from the loss's margin-free fit, never from the neighbouring
  stop: a slider gives the same picture dragged up or down. Networks have no unique optimum: fit them with `path`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ltviz.core.errors import BadInput, TrainingDiverged
from ltviz.losses import Loss
from ltviz.models.planar import MLP, Planar, make
from ltviz.plane._embedded import FIELDS, Embedded
from ltviz.plane._mlp_gradient import COLD, WARM, Network
from ltviz.plane._newton import KINK, Head, descend, hinge, newton
from ltviz.plane._score_function import Linearised, ScoreLoss
from ltviz.plane.threads import one_thread

PULL = 1e-3
BIAS = 0.01  # the share of the ridge that a bias has
UNBOUNDED = 1e4  # a mean loss beyond it falls without end: only the ridge or the number of steps stopped it
SMALL = 1e-6  # a gradient below this is 0: the optimum is found
_PASSES = 30
_NETWORK_PASSES = 4


@dataclass(frozen=True, eq=False)
class Fit2D:
    """A fitted classifier of points in the plane.

    Parameters
    ----------
    model : Planar
        Framed to the training points.
    parameters : ndarray
        Flat; `weights` gives them names.
    classes : int
        C.
    scale : float
        What multiplies the cosines (1 for a linear head).
    value : float
        The mean loss on the training points, without the ridge or pull.
    gradient : float
        The largest entry of the gradient of loss plus ridge or pull, from the Loss itself.
    converged : bool
        Whether that gradient is 0 (to 1e-6), or the solver could not go lower at a kink. A network follows a slider
        with a few steps per stop and rarely is.
    passes : int
        How often the adjustment was linearised; 0 where L-BFGS took the Loss as it is, or a hinge was rounded.
    """

    model: Planar
    parameters: np.ndarray
    classes: int
    scale: float
    value: float
    gradient: float
    converged: bool
    passes: int
    _data: _Data = field(repr=False)
    _margin_free: np.ndarray | None = field(repr=False)

    def features(self, points: np.ndarray) -> np.ndarray:
        """Return the features (N, D) of a grid that is evaluated again and again; see `scores`."""
        return self.model.features(points)

    def scores(self, points: np.ndarray, *, features: np.ndarray | None = None) -> np.ndarray:
        """Return the scores (N, C): logits, or scale times the cosines.

        Parameters
        ----------
        points : ndarray of shape (N, 2)
            Where to evaluate.
        features : ndarray of shape (N, D), optional
            `features(points)`, kept from an earlier fit to the same points and model.
        """
        with one_thread():
            if features is not None:
                return features @ (self.scale * self.parameters.reshape(self.classes, -1)).T
            return self.scale * self.model.raw_scores(points, self.parameters, self.classes)

    def predict(self, points: np.ndarray, *, features: np.ndarray | None = None) -> np.ndarray:
        """Return the class ids (N,)."""
        return self.scores(points, features=features).argmax(axis=1)

    @property
    def weights(self) -> dict[str, Any]:
        """All that evaluates the model, in the names of `ltviz.models.planar`."""
        return self.model.weights(self.parameters, self.classes, self.scale)


@dataclass(eq=False)
class _Data:
    """What stays the same along a slider's path: points, features, and the last curvature."""

    points: np.ndarray
    labels: np.ndarray
    asked: Planar
    model: Planar
    classes: int
    solver: Head | Network

    def same(self, points: np.ndarray, labels: np.ndarray, asked: Planar, classes: int) -> bool:
        same = self.asked == asked and type(self.asked) is type(asked) and self.classes == classes
        return same and np.array_equal(self.points, points) and np.array_equal(self.labels, labels)


def fit2d(
    points: np.ndarray, labels: np.ndarray, loss: Loss, model: str | Planar = "linear", *, start: Fit2D | None = None
) -> Fit2D:
    """Fit a classifier to points in the plane.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        Training points.
    labels : ndarray of shape (n,)
        Class ids below the loss's number of classes.
    loss : Loss
        Any loss of logits or cosines; one that takes cosines gives the model a cosine head. A term on embeddings sees
        what the head takes.
    model : {"linear", "cosine", "random_features", "mlp"} or Planar
        See `ltviz.models.planar`.
    start : Fit2D, optional
        The fit at a neighbouring slider value: saves time, and changes no result except a network's.

    Raises
    ------
    BadInput
        For points, labels, model or a loss that do not fit together.
    TrainingDiverged
        If the loss is NaN or infinite, or falls without end.
    """
    points, labels = _checked(points, labels, loss)
    asked = make(model)
    asked = asked if loss.uses == "logits" or asked.head == "cosine" else replace(asked, head="cosine")
    classes = len(loss.class_counts)
    with one_thread():
        if start is not None and not start._data.same(points, labels, asked, classes):
            start = None
        data = prepared(points, labels, asked, classes) if start is None else start._data
        scale = (loss.logit_scale or asked.scale) if asked.head == "cosine" else None
        score = ScoreLoss(loss, labels, scale)
        with np.errstate(all="ignore"):  # a loss that is not finite is said once, below
            if {*loss.needs()} - {"logits", "cosine"}:
                fit = _fit_embedded(data, score, start)
            elif isinstance(data.solver, Network):
                fit = _fit_network(data, data.solver, score, start)
            else:
                fit = _fit_head(data, data.solver, score, start)
    if not (abs(fit.value) < UNBOUNDED and fit.gradient < UNBOUNDED):
        raise TrainingDiverged(
            f"{loss.name}: no fit has a finite loss; the value is {fit.value:g}, its slope {fit.gradient:g}. A loss "
            "must be finite, and bounded from below, for any scores: try `ltviz check-loss` on its file"
        )
    return fit


def path(points: np.ndarray, labels: np.ndarray, losses: Sequence[Loss], model: str | Planar = "linear") -> list[Fit2D]:
    """Fit one classifier per loss, in order, each from the one before: a slider's stops."""
    fits: list[Fit2D] = []
    for loss in losses:
        fits.append(fit2d(points, labels, loss, model, start=fits[-1] if fits else None))
    return fits


def _checked(points: np.ndarray, labels: np.ndarray, loss: Loss) -> tuple[np.ndarray, np.ndarray]:
    points, labels = np.ascontiguousarray(points, np.float64), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise BadInput(f"points must be (n, 2) with n of at least 1; got {points.shape}")
    if not np.isfinite(points).all():
        raise BadInput(f"points must be finite; point {int(np.argwhere(~np.isfinite(points))[0][0])} is not")
    if labels.shape != (len(points),) or labels.dtype.kind not in "iu":
        raise BadInput(f"labels must be {len(points)} whole numbers; got {labels.dtype} {labels.shape}")
    classes = len(loss.class_counts)
    if not (labels.min() >= 0 and labels.max() < classes):
        raise BadInput(f"labels must be 0..{classes - 1}; got {labels.min()} to {labels.max()}")
    if other := [name for name in loss.needs() if name not in FIELDS]:
        raise BadInput(f"{loss.name} needs {' and '.join(other)}, which a classifier of 2-D points does not have")
    if loss.draws and loss.training:
        raise BadInput(f"{loss.name} draws at random in training, so no fit has the least loss: give loss.eval()")
    if loss.uses == "embedding":
        raise BadInput(f"{loss.name} takes embeddings alone and no scores, so no boundary follows from it")
    return points, labels.astype(np.int64)


def prepared(points: np.ndarray, labels: np.ndarray, asked: Planar, classes: int) -> _Data:
    """Return what a fit of a model to these points needs of them, whatever the loss."""
    model = asked.framed(points, labels)
    if isinstance(model, MLP):
        return _Data(points, labels, asked, model, classes, Network(model, points, classes))
    phi = model.features(points)
    ridge, pull = np.zeros(phi.shape[1]), np.zeros((classes, phi.shape[1]))
    if model.head == "cosine":
        pull[:] = PULL * model.hold * class_means(phi, labels, classes)
    else:
        ridge[:] = model.ridge * model.hold
        ridge[-1] *= BIAS
    return _Data(points, labels, asked, model, classes, Head(phi, model.head == "cosine", ridge, pull))


def class_means(phi: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return unit mean features (C, D); a class without points gets the mean of all."""
    sums = np.stack([phi[labels == c].sum(axis=0) if (labels == c).any() else phi.sum(axis=0) for c in range(classes)])
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-300)


def _affine(score: ScoreLoss, raw: np.ndarray) -> Linearised | None:
    """Return the loss as exact cross-entropy if its adjustment is affine, else None."""
    model = score.linearised(raw)
    return model if model.same_as(score.linearised(-0.5 * raw)) else None


def _fit_head(data: _Data, head: Head, score: ScoreLoss, start: Fit2D | None) -> Fit2D:
    means = class_means(head.phi, data.labels, data.classes)
    initial = means if head.unit else np.zeros_like(means)
    vectors = initial if start is None else start.parameters.reshape(initial.shape)
    raw = head.phi @ means.T
    known = _affine(score, raw)
    margin_free = None
    if known is None or not known.fits(raw, score(raw)[1]):
        begin = initial if start is None or start._margin_free is None else start._margin_free
        plain = score.margin_free(data.classes)
        margin_free = vectors = newton(head, plain, begin)
        head.factor = known = None
    passes, settled = 0, False
    if known is not None:
        vectors, passes = newton(head, known, vectors), 1
    while True:
        raw = head.phi @ vectors.T
        model = known or score.linearised(raw)
        slope = largest_slope(head, vectors, model(raw)[1])
        if 0 < passes < _PASSES and slope > SMALL:  # the Loss itself is asked where passes begin, and where they end
            vectors = newton(head, model, vectors)
            passes += 1
            continue
        value, inner = score(raw)
        gradient = largest_slope(head, vectors, inner)
        if gradient <= SMALL or passes == _PASSES or settled:
            break
        if model.fits(raw, inner):
            vectors = newton(head, model, vectors)
            passes += 1
        elif known is not None:  # affine only where it was tried
            known = None
        else:
            kinked = model.sharpened(KINK).fits(raw, inner)
            plain = score.margin_free(data.classes)
            vectors = hinge(head, score.linearised, vectors) if kinked else descend(head, score, plain, vectors)
            passes, settled = 0, True
    scale = score.scale or 1.0
    done = gradient <= SMALL or settled
    return Fit2D(data.model, vectors.ravel(), data.classes, scale, value, gradient, done, passes, data, margin_free)


def largest_slope(head: Head, vectors: np.ndarray, inner: np.ndarray) -> float:
    """Return the largest entry of the gradient of loss plus ridge or pull; `inner` is the loss's, by raw scores."""
    return float(np.abs(head.tangent(vectors, inner.T @ head.phi + head.penalty(vectors)[1])).max())


def _fit_network(data: _Data, network: Network, score: ScoreLoss, start: Fit2D | None) -> Fit2D:
    steps = COLD if start is None else WARM
    assert isinstance(data.model, MLP)
    at = data.model.initial(data.classes) if start is None else start.parameters
    raw = network.raw(at)
    known = _affine(score, raw)
    passes = 0
    if known is not None and known.fits(raw, score(raw)[1]):
        at, passes = network.descend(known, at, steps), 1
    else:
        if start is None:
            at = network.descend(score.margin_free(data.classes), at, steps)
        for _ in range(_NETWORK_PASSES):
            raw = network.raw(at)
            model = score.linearised(raw)
            if not model.fits(raw, score(raw)[1]):
                at, passes = network.descend(score, at, steps), 0
                break
            at = network.descend(model, at, max(steps // _NETWORK_PASSES, WARM // 2))
            passes += 1
    value = score(network.raw(at))[0]
    gradient = float(np.abs(network.total(score, at)[1]).max())
    done = gradient <= SMALL
    return Fit2D(data.model, at, data.classes, score.scale or 1.0, value, gradient, done, passes, data, None)


def _fit_embedded(data: _Data, score: ScoreLoss, start: Fit2D | None) -> Fit2D:
    loss, solver = Embedded(score.loss, data.model, data.points, data.labels, score.scale), data.solver
    if isinstance(solver, Network):
        begin = solver.model.initial(data.classes) if start is None else start.parameters
        at, gradient = loss.trained(solver, begin, COLD if start is None else WARM)
    else:
        means = class_means(solver.phi, data.labels, data.classes)
        plain = newton(solver, score.margin_free(data.classes), means if solver.unit else np.zeros_like(means))
        solver.factor = None
        at, gradient = loss.turned(solver, plain, COLD)
    value, done = loss(at)[0], gradient <= SMALL
    return Fit2D(data.model, at, data.classes, score.scale or 1.0, value, gradient, done, 0, data, None)
