"""The rows of a step's further streams, and a seed for each stream and view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ltviz import samplers
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadDeclaration


class Streams:
    """A step's streams of rows after the first, which is the method's own sampler.

    Parameters
    ----------
    names : sequence of str
        ``"method"``, then names of samplers.
    labels : ndarray (N,)
        int64, checked before.
    seed : int
        Of the run.
    """

    def __init__(self, names: Sequence[str], labels: np.ndarray, seed: int) -> None:
        if not names or names[0] != "method":
            raise BadDeclaration(f"a step's streams begin with 'method', the row's own sampler; got {names}")
        self._names, self._labels, self._seed = tuple(names[1:]), labels, seed
        self._counts = ClassCounts(np.bincount(labels)) if self._names else None

    def rows(self, epoch: int, epochs: int, size: int) -> list[np.ndarray]:
        """Return the rows of each further stream in one epoch, as many as the first stream has."""
        return [
            samplers.make(name, self._labels, self._counts, seed=seed_of(self._seed, k), samples=size).indices(
                epoch, epochs
            )
            for k, name in enumerate(self._names, 1)
        ]


def seed_of(seed: int, stream: int, view: int = 0) -> int:
    """Return the seed of a stream's view: the run's own for the first of the first, else one drawn from all three."""
    if stream == view == 0:
        return seed
    return int(np.random.SeedSequence([seed, 6, stream, view, 1]).generate_state(1)[0])
