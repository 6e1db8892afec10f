"""A loss as a function of the (n, C) scores alone: by autograd through the Loss itself, or linearised for Newton."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import torch

from ltviz.losses import Loss, Outputs


class ScoreLoss:
    """The mean loss of n rows and its gradient with respect to raw scores (logits, or cosines before their scale).

    Parameters
    ----------
    loss : Loss
        Its `adjust`, `pointwise`, class weights and `weights_by` are used as they stand; nothing is written twice.
    labels : ndarray of shape (n,)
        Class ids.
    scale : float or None
        Where the raw scores are cosines, what turns them into logits.
    """

    def __init__(self, loss: Loss, labels: np.ndarray, scale: float | None) -> None:
        self.loss, self.scale = loss, scale
        self.labels = labels
        self._labels = torch.from_numpy(labels)
        weight = loss.class_weight.detach().cpu().double().numpy()[labels]
        self.row_weight = (weight / weight.mean() if loss.weights_by == "batch" else weight) / len(labels)

    def _outputs(self, raw: torch.Tensor) -> Outputs:
        return Outputs(logits=raw) if self.scale is None else Outputs(logits=self.scale * raw, cosine=raw)

    def __call__(self, raw: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and its gradient (n, C), from the Loss by autograd."""
        leaf = torch.from_numpy(raw).requires_grad_()
        with self.loss.unchecked():
            total = self.loss(self._outputs(leaf), self._labels)
        if total.ndim or self.loss.reduction == "sum":
            total = total.sum() / len(raw)
        total.backward()
        assert leaf.grad is not None
        return float(total.detach()), leaf.grad.numpy()

    def adjusted(self, raw: np.ndarray) -> np.ndarray:
        """Return the scores (n, C) that enter the pointwise loss."""
        with torch.no_grad():
            return self.loss.adjusted(self._outputs(torch.from_numpy(raw)), self._labels).double().numpy()

    def linearised(self, raw: np.ndarray) -> Linearised:
        """Return cross-entropy of the adjusted scores, linearised at `raw`: exact where `adjust` is affine.

        `adjust` is taken to act score by score, so one backward pass gives all its slopes. `Linearised.fits` is how
        a caller learns that this, and the cross-entropy, hold for the loss at hand.
        """
        leaf = torch.from_numpy(raw).requires_grad_()
        adjusted = self.loss.adjusted(self._outputs(leaf), self._labels)
        if adjusted.requires_grad:
            adjusted.sum().backward()
        slope = np.zeros_like(raw) if leaf.grad is None else leaf.grad.numpy()
        offset = adjusted.detach().double().numpy() - slope * raw
        return Linearised(slope, offset, self.labels, self.row_weight)

    def margin_free(self, classes: int) -> Linearised:
        """Return cross-entropy of the logits themselves with this loss's class weights: where fits start from."""
        shape = (len(self.labels), classes)
        return Linearised(np.full(shape, self.scale or 1.0), np.zeros(shape), self.labels, self.row_weight)


@dataclass(frozen=True)
class Linearised:
    """Weighted cross-entropy of ``offset + slope * raw``, in numpy, with what Newton needs of its curvature."""

    slope: np.ndarray
    offset: np.ndarray
    labels: np.ndarray
    row_weight: np.ndarray

    def sharpened(self, sharpness: float) -> Linearised:
        """Return the cross-entropy of as many times the scores, divided by it: it tends to a hinge as that grows."""
        return replace(
            self,
            slope=sharpness * self.slope,
            offset=sharpness * self.offset,
            row_weight=self.row_weight / sharpness,
        )

    def parts(self, raw: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the value, the gradient (n, C), and the softmax probabilities (n, C)."""
        scores = self.slope * raw
        scores += self.offset
        scores -= reduce(np.maximum, scores.T)[:, None]  # class by class: numpy is slow along an axis so short
        own = scores[np.arange(len(raw)), self.labels]
        prob = np.exp(scores, out=scores)
        norm = reduce(np.add, prob.T)
        prob /= norm[:, None]
        value = float(self.row_weight @ (np.log(norm) - own))
        gradient = prob.copy()
        gradient[np.arange(len(raw)), self.labels] -= 1
        gradient *= self.slope
        gradient *= self.row_weight[:, None]
        return value, gradient, prob

    def __call__(self, raw: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the value and its gradient (n, C)."""
        return self.parts(raw)[:2]

    def fits(self, raw: np.ndarray, gradient: np.ndarray) -> bool:
        """Whether the Loss's own gradient at the point of linearisation is this one's: else use the Loss itself."""
        return bool(np.abs(self(raw)[1] - gradient).max() <= 1e-9 * max(float(np.abs(gradient).max()), 1e-3))

    def same_as(self, other: Linearised) -> bool:
        """Whether two linearisations agree: at two different points they do only where `adjust` is affine."""
        near = 1e-9 * (1 + float(np.abs(other.offset).max()))
        return bool(np.abs(self.slope - other.slope).max() <= near and np.abs(self.offset - other.offset).max() <= near)

    def curvature(self, prob: np.ndarray) -> list[tuple[int, int, np.ndarray]]:
        """Return the second derivatives (n,) with respect to the raw scores j <= k of each row."""
        blocks = []
        moved = prob * self.slope
        for j in range(prob.shape[1]):
            base = moved[:, j] * self.row_weight
            blocks.append((j, j, base * (self.slope[:, j] - moved[:, j])))
            blocks += [(j, k, -base * moved[:, k]) for k in range(j + 1, prob.shape[1])]
        return blocks
