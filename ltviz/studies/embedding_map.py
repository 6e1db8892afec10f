"""Where do the classes lie when the net must put them into a plane?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.studies._digits import runs_of, setting


@dataclass(frozen=True)
class MethodMap:
    """One method's plane.

    Parameters
    ----------
    method : str
        Its name.
    embedding : ndarray (N, 2)
        Test images.
    prototypes : ndarray (C, 2)
        Class vectors of the head.
    balanced, unsqueezed : float
        Mean accuracy of the classes, in [0, 1]: of this net, and of the same net without the plane.
    """

    method: str
    embedding: np.ndarray
    prototypes: np.ndarray
    balanced: float
    unsqueezed: float


@dataclass(frozen=True)
class EmbeddingMap:
    """One plane per method; see `embedding_map`."""

    counts: ClassCounts
    labels: np.ndarray
    methods: tuple[MethodMap, ...]
    caption: str


def embedding_map(
    *,
    methods: str = "erm, logit_adjustment",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seed: int = 0,
) -> EmbeddingMap:
    """Train nets whose last features are a plane, on long-tailed digits, and show the plane as it is.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    imbalance, profile, epochs, seed
        The training set and how long to train.
    """
    maps, run = [], None
    free = runs_of(methods, imbalance, profile, epochs, [seed])
    for name, (run,) in runs_of(methods, imbalance, profile, epochs, [seed], bottleneck=2).items():
        balanced, unsqueezed = (float(each.class_accuracy.mean()) for each in (run, free[name][0]))
        maps.append(MethodMap(name, _wide(run.embedding("test")), _wide(run.class_vectors()), balanced, unsqueezed))
    assert run is not None
    caption = (
        f"{setting(imbalance, profile, seed)} Points: test images; rays: directions of the class vectors. "
        "No projection: the last layer has two units, which costs accuracy. In brackets: the net with all its features."
    )
    return EmbeddingMap(run.counts, run.labels("test"), tuple(maps), caption)


def _wide(array: np.ndarray) -> np.ndarray:
    """Return float64: what JSON gives back."""
    return np.asarray(array, np.float64)
