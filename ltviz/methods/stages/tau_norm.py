"""Each class vector is divided by a power of its length, which is chosen on the validation split."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from torch import Tensor, nn

from ltviz.datasets import DataSet
from ltviz.methods.schedule import Recipe
from ltviz.methods.stages._base import At, Stage
from ltviz.metrics.accuracy import by_class
from ltviz.models.heads import Features

TAUS = np.linspace(0, 2, 21)


class TauNorm(Stage):
    r"""Normalise the classifier: rarer classes have shorter vectors, and so smaller scores.

    Equation
    --------
    z_j = (w_j / |w_j|^tau)^T f(x),  tau in {0, 0.1, ..., 2}

    tau is the one with the best mean accuracy by class on the validation split, the smallest of equally good ones. The
    bias is dropped, also at tau = 0. Without a validation split tau is 1, as in Bag of Tricks on CIFAR-LT.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), section 4.2; classifier-balancing, tau_norm.py. In a validation split that
    lacks a class (CIFAR-LT's lacks the largest) its accuracy plays no part in the choice.
    """

    source = "Kang et al. 2020, arXiv 1910.09217, section 4.2; classifier-balancing, tau_norm.py"

    learns = True
    tau: float | None = None

    def fit(self, net: nn.Module, data: DataSet, recipe: Recipe, at: At) -> Self:
        """Return the stage with the tau that does best on the validation split."""
        fitted, labels = type(self)(), data.labels("val")
        fitted.tau = 1.0
        if len(labels):
            seen = at.seen(data.whole("val"))
            right = [by_class(labels, _predicted(seen, tau), len(data.counts)) for tau in TAUS.tolist()]
            fitted.tau = float(TAUS[int(np.argmax(np.nanmean(right, axis=1)))])
        return fitted

    def apply(self, features: Features, counts: Any) -> Features:
        """Return features with the scores and the class vectors of the normalised classifier."""
        if self.tau is None:
            return features
        vectors = _normalised(features.prototypes, self.tau)
        return features._replace(prototypes=vectors, logits=features.embedding @ vectors.T)


def _normalised(vectors: Tensor, tau: float) -> Tensor:
    return vectors / vectors.norm(dim=1, keepdim=True).clamp_min(1e-12) ** tau


def _predicted(seen: Features, tau: float) -> np.ndarray:
    """Return the class of the largest score of each image (N,)."""
    scores = seen.embedding @ _normalised(seen.prototypes, tau).T
    found: np.ndarray = scores.argmax(dim=1).cpu().numpy()
    return found
