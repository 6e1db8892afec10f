"""Under-sampling: of every class only as many samples as the rarest has."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler, spread


class Under(Sampler):
    """n_min samples of every class, drawn anew each epoch without replacement: an epoch has C n_min rows.

    Source
    ------
    Buda et al. 2018 (arXiv 1710.05381); Byrd and Lipton 2019 (arXiv 1812.03372). No code was read.
    """

    def length(self) -> int:
        """Return C n_min."""
        return len(self.counts) * self.counts.smallest

    def rows(self, generator: np.random.Generator, progress: float) -> np.ndarray:
        """Return each class equally often."""
        return self.each(generator, spread(self.samples, len(self.counts)))


RULE = Under
