"""Square-root sampling: half-way between instance- and class-balanced."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class SquareRoot(Sampler):
    """Draw a class with p_j = sqrt(n_j) / sum sqrt(n), then one of its samples.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), q = 1/2.
    """

    def shares(self, progress: float) -> np.ndarray:
        """Return sqrt(n_j) / sum sqrt(n)."""
        root = np.sqrt(self.counts.values.astype(np.float64))
        return root / root.sum()


RULE = SquareRoot
