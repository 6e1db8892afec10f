"""Cube-root sampling: between class-balanced and square-root sampling."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class CubeRoot(Sampler):
    """Draw a class with p_j = n_j^(1/3) / sum n^(1/3).

    Source
    ------
    A test.
    """

    def shares(self, progress: float) -> np.ndarray:
        """Return the cube roots' shares."""
        roots = self.counts.values ** (1 / 3)
        return roots / roots.sum()


RULE = CubeRoot
