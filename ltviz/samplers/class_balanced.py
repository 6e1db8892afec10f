"""Class-balanced sampling: every class equally often, the rare ones' samples again and again."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class ClassBalanced(Sampler):
    """Draw a class, each equally likely, then one of its samples: p_j = 1/C.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), q = 0; as many draws an epoch as there are samples.
    """

    def shares(self, progress: float) -> np.ndarray:
        """Return 1/C."""
        return np.full(len(self.counts), 1 / len(self.counts))


RULE = ClassBalanced
