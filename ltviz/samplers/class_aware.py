"""Class-aware sampling: classes take turns, and so do the samples of each."""

from __future__ import annotations

import numpy as np

from ltviz.samplers._base import Sampler


class ClassAware(Sampler):
    """Every class once in a random order, then again in a new one; each class goes round its shuffled samples.

    An epoch has C n_max rows. So among any C rows from the first on, no class comes twice, and every sample of a class
    has come before one comes again; `over` has as many of each, in any order.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), ClassAwareSampler.py, with one sample a turn: with its default of 4, cut off
    at the epoch's end, classes need not come equally often.
    """

    def length(self) -> int:
        """Return C n_max."""
        return len(self.counts) * self.counts.largest

    def rows(self, generator: np.random.Generator, progress: float) -> np.ndarray:
        """Return the turns of an epoch."""
        classes = len(self.counts)
        turns = -(-self.samples // classes)
        order = np.concatenate([generator.permutation(classes) for _ in range(turns)])[: self.samples]
        rows = np.empty(self.samples, np.int64)
        for c, members in enumerate(self.members):
            here = np.flatnonzero(order == c)
            rounds = max(1, -(-len(here) // len(members)))  # a short epoch may lack a class
            rows[here] = np.concatenate([generator.permutation(members) for _ in range(rounds)])[: len(here)]
        return rows


RULE = ClassAware
