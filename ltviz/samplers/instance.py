"""Instance-balanced sampling: every sample once an epoch, so that classes come as often as they are."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class Instance(Sampler):
    """Every sample once an epoch, in a new order: p_j = n_j / sum n.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), q = 1.
    """

    def rows(self, generator: np.random.Generator, progress: float) -> np.ndarray:
        """Return a permutation; longer epochs repeat, shorter ones cut it."""
        rounds = -(-self.samples // self.counts.total)
        return np.concatenate([generator.permutation(self.counts.total) for _ in range(rounds)])[: self.samples]


RULE = Instance
