"""How far a margin pushes down the target's logit, class by class."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ltviz.core.checks import number, one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.own_counts import training_counts
from ltviz.losses import Loss, LossSpec
from ltviz.studies._sample import drops, make, outputs, parts, scored


@dataclass(frozen=True)
class MarginCurve:
    """Margins of some losses against class frequency; see `margin_curve`.

    Parameters
    ----------
    losses : tuple of str
        Titles.
    counts : ClassCounts
        By class id.
    unit : str
        Which of the two is asked for: ``"logit"`` or ``"paper"``.
    logits : ndarray (L, K)
        Of the classes `counts.drawn`, by default all: margins as falls of the target's logit.
    own : ndarray (L, K)
        The same margins, each in the unit of its paper.
    units : tuple of str
        Those units: logit, cosine or radian.
    scales : tuple of float
        s of each loss on cosines: its logits go from -s to s. 0 for a loss of logits, whose scale training finds:
        its margins and those of the others compare in no unit.
    angle : float
        Radians between the sample and its own class direction.
    """

    losses: tuple[str, ...]
    counts: ClassCounts
    unit: str
    logits: np.ndarray
    own: np.ndarray
    units: tuple[str, ...]
    scales: tuple[float, ...]
    angle: float


def margin_curve(
    *,
    losses: str = "ldam, mm_ldam, dbm, logit_adjustment",
    unit: str = "logit",
    angle: float = 30.0,
    profile: str = "exp",
    imbalance: float = 100.0,
    classes: int = 10,
    largest: int = 5000,
    counts: Any = "",
) -> MarginCurve:
    """Return each loss's margin in each class, for the same sample.

    The sample lies `angle` degrees from its own class direction, towards the most frequent other class, and 90
    degrees less that from the other's. The margin is the fall of the target's logit against the most frequent
    class's: for LDAM s Delta_y, for logit adjustment tau log(n_max / n_y). The logits of a loss on cosines lie within
    its scale s; those of a linear head are as large as training makes them.

    Parameters
    ----------
    losses : str
        Spellings, separated by commas.
    unit : {"logit", "paper"}
        Draw logits for all, or each paper's own unit: the cosine (LDAM, MM), the angle (DBM), the logit (priors). Both
        are computed, and the interactive page switches between them.
    angle : float
        Degrees, 0 to 180; wrong side from 45 on.
    profile, imbalance, classes, largest, counts
        The training set's counts: a profile's, or one's own.
    """
    return margins_at(training_counts(counts, profile, largest, classes, imbalance), losses, unit=unit, angle=angle)


def margins_at(counts: Any, losses: str, *, unit: str = "logit", angle: float = 30.0) -> MarginCurve:
    """Return what `margin_curve` returns, for any counts."""
    counts = ClassCounts(counts)
    one_of("unit", unit, ("logit", "paper"))
    theta = math.radians(number("angle", angle, 0, 180, unit="degrees"))
    specs = LossSpec.many(losses)
    made = [scored(make(spec, counts), "margin") for spec in specs]
    logits = [drops(loss, theta) for loss in made]
    own = [_own_unit(loss, theta, fall) for loss, fall in zip(made, logits, strict=True)]
    return MarginCurve(
        tuple(spec.title for spec in specs),
        counts,
        unit,
        np.stack(logits),
        np.stack(own),
        tuple(loss.margin_unit for loss in made),
        tuple(loss.logit_scale or 0.0 for loss in made),
        theta,
    )


def _own_unit(loss: Loss, theta: float, fall: np.ndarray) -> np.ndarray:
    """Return the margins (K,) in the unit in which the loss's paper states them; `fall` is in logits."""
    if loss.margin_unit != "radian":
        return fall / (loss.logit_scale or 1.0)
    margins = []
    for labels in parts(loss.class_counts):
        given = outputs(loss, labels, torch.full((len(labels),), theta, dtype=torch.float64))
        margin = loss.margin_at(getattr(given, loss.uses), labels)
        assert margin is not None
        margins.append(margin.numpy())
    return np.concatenate(margins)
