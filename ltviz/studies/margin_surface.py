"""DBM's margin against the rarity of the class and the difficulty of the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ltviz.core.checks import number
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.studies._sample import in_words, make


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
        The loss's parameters.
    """

    loss: str
    ratio: np.ndarray
    difficulty: np.ndarray
    margin: np.ndarray
    settings: str


def margin_surface(*, loss: str = "dbm", imbalance: float = 100.0, resolution: int = 61) -> MarginSurface:
    """Return the angular margin m_C + m_I of hard samples: m_C = K rho^(-tau), m_I = m_C (1 - cos theta) / 2.

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
    smallest = 10_000  # fine enough that whole counts meet the ratios
    counts = ClassCounts(np.rint(smallest * np.geomspace(1.0, imbalance, points)).astype(np.int64))
    made = make(loss, counts)
    if made.name != "dbm":
        raise BadInput(f"margin_surface needs a loss with an angular margin: dbm; got {loss!r}")
    difficulty = np.linspace(0.0, 1.0, points)
    cosine = torch.ones(points, points, dtype=torch.float64)  # some other class is always nearer: every sample is hard
    labels = torch.arange(points)
    margin = np.empty((points, points))
    for row, hard in enumerate(difficulty):
        scores = cosine.clone()
        scores[labels, labels] = 1 - 2 * hard
        margin[row] = made.margin_at(scores, labels).numpy()  # type: ignore[operator]
    settings = f"K = {made.margin:g} rad, τ = {made.tau:g}, instance margin: {made.instance}"
    return MarginSurface(in_words(loss), counts.values / counts.smallest, difficulty, margin, settings)
