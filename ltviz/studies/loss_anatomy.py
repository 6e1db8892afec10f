"""What one loss changes in cross-entropy, read from its hooks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ltviz.core.counts import ClassCounts
from ltviz.core.own_counts import training_counts
from ltviz.losses import Loss, LossSpec
from ltviz.studies._sample import SHARPNESS, drops, make, penalties

_MANY = 10_000  # classes, of which so many scores take time: half as many angles are enough
ANGLE = math.radians(30.0)  # of the sample whose scores are compared


@dataclass(frozen=True)
class LossAnatomy:
    """One loss beside cross-entropy; see `loss_anatomy`.

    Parameters
    ----------
    loss : str
        Title.
    changes : tuple of str
        The hooks that it overrides: adjust, weight, pointwise, extra.
    counts : ClassCounts
        By class id.
    at : float
        Radians between the sample whose scores are compared and its own class direction.
    drop, weight : ndarray (K,)
        Of the classes `counts.drawn`, by default all: fall of that sample's own logit, and class weight.
    angle : ndarray (n,)
        Radians between a sample and its own class direction.
    shown : ndarray (K,)
        Class ids of the curves, the most frequent first.
    penalty, pull : ndarray (K, n)
        Loss of such a sample, and its derivative with the angle (per radian).
    ce_penalty, ce_pull : ndarray (n,)
        The same of cross-entropy with the same scale.
    """

    loss: str
    changes: tuple[str, ...]
    counts: ClassCounts
    at: float
    drop: np.ndarray
    weight: np.ndarray
    angle: np.ndarray
    shown: np.ndarray
    penalty: np.ndarray
    pull: np.ndarray
    ce_penalty: np.ndarray
    ce_pull: np.ndarray


def loss_anatomy(
    *,
    loss: str = "ldam",
    sharpness: float = SHARPNESS,
    profile: str = "exp",
    imbalance: float = 100.0,
    classes: int = 10,
    largest: int = 5000,
    counts: Any = "",
) -> LossAnatomy:
    """Return what a loss does to scores, weights, penalty and pull, through its hooks alone.

    Parameters
    ----------
    loss : str
        Any loss's spelling, a user's own included.
    sharpness : float
        Logits per cosine for a loss without a scale.
    profile, imbalance, classes, largest, counts
        The training set's counts: a profile's, or one's own.
    """
    counts = training_counts(counts, profile, largest, classes, imbalance)
    spec = LossSpec.of(loss)
    made = make(spec, counts)
    # a grid without 45 degrees itself: at the tie a margin may jump
    theta = torch.linspace(0.0, math.pi / 2, 60 if len(counts) <= _MANY else 30, dtype=torch.float64)
    order = counts.by_frequency
    shown = np.unique([order[0], order[len(order) // 2], order[-1]])
    shown = shown[np.argsort(-counts.values[shown], kind="stable")]
    curves = [_curve(made, int(label), theta, sharpness) for label in shown]
    plain = _curve(make(LossSpec("ce"), counts), int(order[-1]), theta, made.logit_scale or sharpness)
    return LossAnatomy(
        spec.title,
        tuple(hook for hook in ("adjust", "weight", "pointwise", "extra") if _overrides(made, hook)),
        counts,
        ANGLE,
        drops(made, ANGLE, sharpness),
        made.class_weight.double().numpy()[counts.drawn],
        theta.numpy(),
        shown,
        np.stack([penalty for penalty, _ in curves]),
        np.stack([pull for _, pull in curves]),
        *plain,
    )


def _curve(loss: Loss, label: int, theta: torch.Tensor, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the penalty and its derivative along the angle, by autograd through the hooks."""
    angles = theta.clone().requires_grad_()
    penalty = penalties(loss, label, angles, sharpness)
    (pull,) = torch.autograd.grad(penalty.sum(), angles)
    return penalty.detach().numpy(), pull.numpy()


def _overrides(loss: Loss, hook: str) -> bool:
    base = getattr(loss, "plug", None)
    if hook != "adjust" and isinstance(base, Loss):  # a plug-in hands these to its base
        return _overrides(base, hook)
    some = ("adjust", "adjusted") if hook == "adjust" else (hook,)  # two ways to change the scores
    return any(getattr(type(loss), each) is not getattr(Loss, each) for each in some)
