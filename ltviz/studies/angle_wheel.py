"""One sample turned round a circle of class directions, and what DBM's margins do to it at every degree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.checks import one_of
from ltviz.core.profiles import profile
from ltviz.losses import Outputs
from ltviz.losses.dbm import DBM
from ltviz.metrics.margins import logit_margin

SAMPLES = ("rare", "middle", "frequent")
DIRECTIONS = (90, 210, 330)  # degrees, of the most frequent class, the middle one and the rarest
TURNS = tuple(range(-180, 181))  # degrees from the sample's own class direction
_LARGEST = 5000


@dataclass(frozen=True)
class Wheel:
    """A sample at each of `TURNS` from its class; see `wheel`.

    Parameters
    ----------
    directions, counts, class_margins : ndarray (3,)
        Degrees, training samples and m_C in degrees, of each class.
    own : int
        The sample's class.
    cosine, moved : ndarray (n,)
        The target's cosine, and what the loss makes of it: beyond 180 degrees -2 - cos, below -1.
    rival : ndarray (n,)
        The nearest other class, or one of two.
    hard : ndarray (n,)
        1 where that class is nearer than the sample's own.
    tie : ndarray (n,)
        1 where two classes are equally near, and none is nearer.
    difficulty : ndarray (n,)
        (1 - cosine) / 2.
    margin : ndarray (n,)
        m_C + m_I in degrees.
    loss, plain : ndarray (n,)
        The sample's loss, and what it is without margins.
    """

    directions: np.ndarray
    counts: np.ndarray
    class_margins: np.ndarray
    own: int
    cosine: np.ndarray
    moved: np.ndarray
    rival: np.ndarray
    hard: np.ndarray
    tie: np.ndarray
    difficulty: np.ndarray
    margin: np.ndarray
    loss: np.ndarray
    plain: np.ndarray


def wheel(*, sample: str, margin: float, tau: float, scale: float, imbalance: float, instance: str) -> Wheel:
    """Return what DBM does to a sample at every degree: one batch through the loss.

    Parameters
    ----------
    sample : {"rare", "middle", "frequent"}
        The sample's class, of three with exponentially falling counts.
    margin, tau, scale, instance
        DBM's parameters.
    imbalance : float
        Most frequent over rarest class.
    """
    counts = profile("exp", _LARGEST, len(DIRECTIONS), imbalance)
    own = 2 - SAMPLES.index(one_of("sample", sample, SAMPLES))
    cosine, labels = _circle(own), torch.full((len(TURNS),), own)
    options: dict[str, Any] = {"margin": margin, "tau": tau, "scale": scale, "instance": instance}
    loss = DBM(counts, reduction="none", **options)
    given = Outputs(logits=scale * cosine, cosine=cosine)
    others = cosine.index_fill(1, torch.tensor([own]), -torch.inf)
    return Wheel(
        np.array(DIRECTIONS),
        counts.values,
        np.degrees(loss.margins().numpy()),
        own,
        cosine[:, own].numpy(),
        (loss.adjusted(given, labels)[:, own] / scale).numpy(),
        others.argmax(dim=1).numpy().astype(np.uint8),
        (logit_margin(cosine.numpy(), labels.numpy()) < 0).astype(np.uint8),
        ((cosine == cosine.amax(dim=1, keepdim=True)).sum(dim=1) > 1).numpy().astype(np.uint8),
        ((1 - cosine[:, own]) / 2).numpy(),
        np.degrees(loss.margin_at(cosine, labels).numpy()),
        loss(given, labels).numpy(),
        DBM(counts, reduction="none", **{**options, "margin": 0.0})(given, labels).numpy(),
    )


def _circle(own: int) -> Tensor:
    """Return the cosines (n, 3) of the turned sample; whole degrees keep equal angles equal to the last digit."""
    apart = (np.array(TURNS)[:, None] + DIRECTIONS[own] - np.array(DIRECTIONS)) % 360
    return torch.from_numpy(np.cos(np.radians(np.minimum(apart, 360 - apart))))
