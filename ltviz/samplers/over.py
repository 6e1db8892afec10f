"""Over-sampling: minorities are replicated until every class is as large as the most frequent."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler, spread


class Over(Sampler):
    """Every sample of every class, replicated to n_max a class: an epoch has C n_max rows.

    Replicas of one sample differ in number by at most 1. `ltviz.samplers.jitter` keeps them from being
    the same picture.

    Source
    ------
    Buda et al. 2018 (arXiv 1710.05381); Byrd and Lipton 2019 (arXiv 1812.03372). No code was read.
    """

    def length(self) -> int:
        """Return C n_max."""
        return len(self.counts) * self.counts.largest

    def rows(self, generator: np.random.Generator, progress: float) -> np.ndarray:
        """Return each class equally often, its samples as equally often as can be."""
        return self.each(generator, spread(self.samples, len(self.counts)))


RULE = Over
