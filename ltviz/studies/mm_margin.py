"""MM's margin against the signed score gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ltviz.core.errors import BadInput
from ltviz.core.own_counts import training_counts
from ltviz.losses import Loss, LossSpec
from ltviz.studies._sample import make

_TIE = 1e-12  # as near to the tie as float64 gives the limits from both sides

MOST = 7  # curves that can still be told apart
_MANY = 10_000  # classes, of which so many scores take time: fewer gaps and curves are enough


@dataclass(frozen=True)
class GapMargins:
    """One loss's margins against the gap.

    Parameters
    ----------
    loss : str
        Title.
    classes : ndarray (K,)
        Class ids, or names where the classes have names, from the most frequent to the rarest, evenly spaced if there
        are more than `MOST`; the single id -1 where all classes share one curve.
    counts : ndarray (K,)
        Their training samples; 0 where all classes share one curve.
    wrong, right : ndarray (K, n)
        Margins in units of the cosine at `MMMargin.wrong` and `MMMargin.right`; the last column of `wrong` and the
        first of `right` are the limits at the tie.
    tie : ndarray (K,)
        The margin at d = 0 itself.
    """

    loss: str
    classes: np.ndarray
    counts: np.ndarray
    wrong: np.ndarray
    right: np.ndarray
    tie: np.ndarray


@dataclass(frozen=True)
class MMMargin:
    """Margins against the signed gap d = c_y - max(0, max_{j != y} c_j); see `mm_margin`.

    Parameters
    ----------
    wrong, right : ndarray (n,)
        Gaps from -1 to 0 (the sample is on the wrong side) and from 0 to 1.
    panels : tuple of GapMargins
        One per loss.
    """

    wrong: np.ndarray
    right: np.ndarray
    panels: tuple[GapMargins, ...]


def mm_margin(
    *,
    losses: str = "mm, mm_ldam",
    profile: str = "exp",
    imbalance: float = 100.0,
    classes: int = 5,
    largest: int = 5000,
    counts: Any = "",
) -> MMMargin:
    """Return the margin that each loss takes off the target's cosine, against the signed score gap.

    Parameters
    ----------
    losses : str
        Spellings of losses that use cosines, separated by commas.
    profile, imbalance, classes, largest, counts
        The training set's counts, a profile's or one's own: mm_ldam's margins follow them.

    Raises
    ------
    BadInput
        For a loss that does not use cosines.
    """
    counts = training_counts(counts, profile, largest, classes, imbalance)
    gaps, most = (61, MOST) if len(counts) <= _MANY else (21, 5)
    wrong, right = np.linspace(-1.0, 0.0, gaps), np.linspace(0.0, 1.0, gaps)
    panels = []
    for spec in LossSpec.many(losses):
        loss = make(spec, counts)
        if loss.uses != "cosine":
            raise BadInput(f"mm_margin needs losses that use cosines; {loss.name} uses {loss.uses}: try mm or mm_ldam")
        ids = counts.by_frequency[np.linspace(0, len(counts) - 1, min(len(counts), most)).round().astype(int)]
        sizes = counts.values[ids]
        below, above = _margins(loss, ids, np.minimum(wrong, -_TIE)), _margins(loss, ids, np.maximum(right, _TIE))
        tie = _margins(loss, ids, np.zeros(1))[:, 0]
        if (below == below[0]).all() and (above == above[0]).all():
            ids, sizes = np.array([-1]), np.array([0])
            below, above, tie = below[:1], above[:1], tie[:1]
        elif counts.names:
            ids = np.array([counts.names[class_id] for class_id in ids])
        panels.append(GapMargins(spec.title, ids, sizes, below, above, tie))
    return MMMargin(wrong, right, tuple(panels))


def _margins(loss: Loss, ids: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """Return the margins (K, n): half of a negative gap is the rival's cosine, so both cosines stay in [-1, 1]."""
    labels = torch.as_tensor(np.repeat(ids, len(gaps)))
    gap = torch.as_tensor(np.tile(gaps, len(ids)), dtype=torch.float64)
    top = (-gap / 2).clamp_min(0)
    cosine = torch.zeros(len(gap), len(loss.class_counts), dtype=torch.float64)
    rows = torch.arange(len(gap))
    cosine[rows, (labels + 1) % len(loss.class_counts)] = top
    cosine[rows, labels] = gap + top
    scale = loss.logit_scale or 1.0
    with torch.no_grad(), loss.unchecked():
        adjusted = loss.adjust(cosine, labels)
    return (cosine[rows, labels] - adjusted[rows, labels] / scale).numpy().reshape(len(ids), len(gaps))
