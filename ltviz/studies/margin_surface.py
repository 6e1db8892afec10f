"""DBM's margin against the rarity of the class and the difficulty of the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ltviz.core.checks import number
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.losses import LossSpec
from ltviz.studies._sample import make

_SMALLEST = 10_000  # samples of the rarest class: fine enough that whole counts meet the ratios


@dataclass(frozen=True)
class MarginSurface:
    """Margins on a grid; see `margin_surface`.

    Parameters
    ----------
    loss : str
        Title.
    ratio : ndarray (n,)
        n_y / n_min, from 1.
    difficulty : ndarray (m,)
        (1 - cos theta) / 2: 0 at the class direction, 1 opposite.
    margin : ndarray (m, n)
        Radians, for a sample on the wrong side.
    settings : str
        The loss's parameters, and of which samples this is the margin.
    """

    loss: str
    ratio: np.ndarray
    difficulty: np.ndarray
    margin: np.ndarray
    settings: str


def margin_surface(*, loss: str = "dbm", imbalance: float = 100.0, resolution: int = 61) -> MarginSurface:
    """Return the angular margin on the wrong side, m_C + m_I: m_C = K rho^(-tau), m_I = m_C (1 - cos theta) / 2.

    Parameters
    ----------
    loss : str
        The spelling of a loss with an angular margin.
    imbalance : float
        The largest rho = n_y / n_min.
    resolution : int
        Points along each side.

    Raises
    ------
    BadInput
        For a loss without an angular margin.

    Source
    ------
    Son et al. 2025 (arXiv 2412.15477), Figure 2.
    """
    points = int(number("resolution", resolution, 2, 2000, whole=True))
    number("imbalance", imbalance, 1, 1e6)
    spec = LossSpec.of(loss)
    made = make(spec, ClassCounts([2, 1]))
    if made.margin_unit != "radian":
        raise BadInput(f"margin_surface needs a loss with an angular margin: dbm; got {loss!r}")
    ratio, difficulty = ratios(imbalance, points), np.linspace(0.0, 1.0, points)
    margin = margins_on(spec, ratio, difficulty, np.ones(points, bool))
    return MarginSurface(spec.title, ratio, difficulty, margin, made.margin_in_words())


def ratios(imbalance: float, points: int) -> np.ndarray:
    """Return n_y / n_min (n,) from 1 to the imbalance, as whole counts meet them."""
    return np.asarray(np.rint(_SMALLEST * np.geomspace(1.0, imbalance, points)) / _SMALLEST)


def margins_on(loss: LossSpec, ratio: np.ndarray, difficulty: np.ndarray, hard: np.ndarray) -> np.ndarray:
    """Return the margins (m, n), radians, of samples of classes (n,) at difficulties (m,), hard (m,) or not."""
    made = make(loss, ClassCounts(np.rint(_SMALLEST * ratio).astype(np.int64)))
    labels = torch.arange(len(ratio))
    margin = np.empty((len(difficulty), len(ratio)))
    for row, (height, wrong) in enumerate(zip(difficulty, hard, strict=True)):
        own = 1 - 2 * height
        scores = torch.full((len(ratio), len(ratio)), own + (1 if wrong else -1), dtype=torch.float64)
        scores[labels, labels] = own
        at = made.margin_at(scores, labels)
        assert at is not None
        margin[row] = at.numpy()
    return margin
