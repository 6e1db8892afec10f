"""Reversed sampling: the rarest class comes most often, as much more as the most frequent one is larger."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class Reverse(Sampler):
    """Draw a class with p_j = (1 / n_j) / sum 1 / n, then one of its samples.

    Source
    ------
    Zhou et al. 2020 (BBN, arXiv 1912.02413), section 3.2; imbalance_cifar.py (w_j = n_max / n_j).
    """

    def shares(self, progress: float) -> np.ndarray:
        """Return 1/n_j, summing to 1."""
        inverse = 1 / self.counts.values.astype(np.float64)
        return inverse / inverse.sum()


RULE = Reverse
