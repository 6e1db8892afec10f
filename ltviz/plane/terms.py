"""What a fit needs of a loss and a model, as numbers: a browser solves the same fit from them.

Most long-tail losses are cross-entropy of scores that a factor and a term move, both known from the sample's class:
then three small arrays say all of the loss, and Newton's steps need nothing else. Whether that is so is asked of the
Loss itself, at scores of every kind; one whose margin follows the scores, or that is no cross-entropy, has no terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ltviz.losses import Loss
from ltviz.models.planar import MLP, make
from ltviz.plane._score_function import Linearised, ScoreLoss
from ltviz.plane.fit import BIAS, PULL

_ROWS = 6  # random rows of each class on which a loss is tried


@dataclass(frozen=True, eq=False)
class Terms:
    """A loss as weighted cross-entropy of ``slope[y] * raw + offset[y]`` for a sample of class y.

    Parameters
    ----------
    cosine : bool
        Whether the raw scores are cosines to class vectors of length 1; otherwise they are logits.
    scale : float or None
        What turns those cosines into logits.
    averaged : bool
        Whether a row's weight is divided by the mean of all rows.
    slope, offset : ndarray of shape (C, C)
        Row y: what the scores of a sample of class y are multiplied by, and what is added.
    weight : ndarray of shape (C,)
        Of a sample of each class.
    """

    cosine: bool
    scale: float | None
    averaged: bool
    slope: np.ndarray
    offset: np.ndarray
    weight: np.ndarray


def terms(loss: Loss, *, tried: bool = True) -> Terms | None:
    """Return the terms of a loss, or None for one that has none.

    Parameters
    ----------
    loss : Loss
        With the counts for which the terms are wanted.
    tried : bool
        False where the same loss has been tried at other counts: it is then taken to have terms.

    Examples
    --------
    >>> import ltviz
    >>> terms(ltviz.make_loss("logit_adjustment", [90, 10])).offset.round(2).tolist()
    [[-0.11, -2.3], [-0.11, -2.3]]
    >>> terms(ltviz.make_loss("focal", [90, 10], gamma=2.0)) is None
    True
    """
    if any(name not in ("logits", "cosine") for name in loss.needs()):
        return None
    if loss.draws and loss.training:  # no fit has its least value, even at counts for which nothing is drawn
        return None
    classes = len(loss.class_counts)
    score = ScoreLoss(loss, np.tile(np.arange(classes), 2), loss.logit_scale)
    offset, half = score.adjusted(np.repeat([[0.0], [0.5]], classes, axis=0) * np.ones(classes)).reshape(2, classes, -1)
    slope = 2 * (half - offset)
    if tried and not _holds(loss, slope, offset):
        return None
    return Terms(
        cosine=loss.uses == "cosine",
        scale=loss.logit_scale,
        averaged=loss.weights_by == "batch",
        slope=slope,
        offset=offset,
        weight=loss.class_weight.detach().cpu().double().numpy(),
    )


def _holds(loss: Loss, slope: np.ndarray, offset: np.ndarray) -> bool:
    """Whether the loss is cross-entropy of these scores, in value and gradient, for random rows of every class."""
    labels = np.tile(np.arange(len(slope)), _ROWS)
    score = ScoreLoss(loss, labels, loss.logit_scale)
    reach = 0.95 if loss.uses == "cosine" else 4.0
    raw = np.random.default_rng(0).uniform(-reach, reach, (len(labels), len(slope)))
    model = Linearised(slope[labels], offset[labels], labels, score.row_weight)
    return all(model.fits(at, score(at)[1]) for at in (raw, -0.5 * raw))


def frame(model: str) -> dict[str, Any] | None:
    """Return all that a fit of a model of fixed features needs beside the points; None for a network.

    Returns
    -------
    dict
        ``kind, head, scale``, and ``omega, phase`` of random features: see `ltviz.models.planar`. ``stretch``, by
        head, multiplies the points' spread; ``ridge`` and ``bias`` hold a linear head, ``pull`` one of cosines: see
        `ltviz.plane.fit`.
    """
    asked = make(model)
    if isinstance(asked, MLP):
        return None
    told = asked.weights(np.zeros(0), 1, asked.scale)
    held = {"ridge": asked.ridge * asked.hold, "bias": BIAS, "pull": PULL * asked.hold}
    return {key: each for key, each in told.items() if key not in ("W", "centre", "spread")} | {
        "stretch": dict(asked.stretch),
        **held,
    }
