"""Draws of two clouds that separate, as features of length 1, for the studies that train on them step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import seed_after
from ltviz.core.counts import ClassCounts
from ltviz.core.profiles import profile
from ltviz.datasets import toy
from ltviz.losses import LossSpec
from ltviz.models.planar import Linear, Planar
from ltviz.plane.descent import descend
from ltviz.plane.threads import one_thread


@dataclass(frozen=True, eq=False)
class Draws:
    """Several draws of the same two clouds, with their features side by side.

    Parameters
    ----------
    data : tuple of ToyData
        The draws: two clouds as far apart as in the scene that separates.
    models : tuple of Planar
        Each framed to its draw.
    phi : ndarray (n, N, 3)
        The lifted points of each draw, of length 1: on them a cosine is the loss's own, and a free vector's too.
    """

    data: tuple[toy.ToyData, ...]
    models: tuple[Planar, ...]
    phi: np.ndarray

    @property
    def counts(self) -> ClassCounts:
        """The training counts, the same in each draw."""
        return self.data[0].counts

    @property
    def labels(self) -> np.ndarray:
        """Class ids (N,), the same in each draw."""
        return self.data[0].labels

    def trained(self, spec: LossSpec, at: np.ndarray) -> np.ndarray:
        """Return the class vectors (n, K, 2, 3) after so many steps of gradient descent."""
        with one_thread():
            return descend(self.phi, self.labels, spec.make(self.counts), at.tolist())


def draws(largest: int, imbalance: float, seeds: int, seed: int) -> Draws:
    """Return so many draws of the clouds, from the first seed on."""
    counts, overlap = profile("exp", largest, 2, imbalance), toy.overlap_at(toy.SCENES["separable"].gap)
    data = tuple(toy.make("gaussians", counts, overlap=overlap, seed=seed_after(seed, k)) for k in range(seeds))
    models = tuple(Linear(head="cosine").framed(each.points, each.labels) for each in data)
    phi = np.stack([model.features(each.points) for model, each in zip(models, data, strict=True)])
    return Draws(data, models, phi)
