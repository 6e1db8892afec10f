"""Progressively-balanced sampling: instance-balanced at the start, class-balanced at the end."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class Progressive(Sampler):
    """Draw a class with p_j(t) = (1 - t) n_j / sum n + t / C, t from 0 in the first epoch to 1 in the last.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), equation 3; t as in the authors' code, linspace(0, 1, epochs).
    """

    changes = True

    def shares(self, progress: float) -> np.ndarray:
        """Return the mixture at this point of training."""
        return (1 - progress) * self.counts.prior + progress / len(self.counts)


RULE = Progressive
