"""No classifier: an image belongs to the class whose mean of training features is nearest."""

from __future__ import annotations

from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.datasets import DataSet
from ltviz.methods.schedule import Recipe
from ltviz.methods.stages._base import At, Stage
from ltviz.models.heads import Features


class NCM(Stage):
    r"""Nearest class mean, of features that are centred and brought to length 1.

    Equation
    --------
    g(x) = (f(x) - m) / |f(x) - m|,  m the mean of all training features
    z_j = -| g(x) - mu_j |,  mu_j the mean of g over the training images of class j

    Class vectors are the class means of the features themselves, so that they share the embeddings' space.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), section 4; classifier-balancing, KNNClassifier.py with cl2n features and
    the L2 distance. As there, means are not brought to length 1 again. The paper also has cosines; the released
    "cos" is a dot product with means of any length, which this leaves out.
    """

    source = "Kang et al. 2020, arXiv 1910.09217, section 4; classifier-balancing, KNNClassifier.py"

    learns = True
    centre: Tensor | None = None  # (D,)
    means: Tensor  # (C, D), of centred features of length 1
    vectors: Tensor  # (C, D), of the features themselves

    def fit(self, net: nn.Module, data: DataSet, recipe: Recipe, at: At) -> Self:
        """Return the stage with the means of the training features."""
        embedding = at.seen(data.whole("train")).embedding
        member = F.one_hot(torch.from_numpy(data.labels("train")).to(embedding.device), len(data.counts))
        share = (member / member.sum(dim=0)).to(embedding).T  # (C, N)
        fitted = type(self)()
        fitted.centre, fitted.vectors = embedding.mean(dim=0), share @ embedding
        fitted.means = share @ _unit(embedding, fitted.centre)
        return fitted

    def apply(self, features: Features, counts: Any) -> Features:
        """Return features whose scores are distances to class means, with their sign turned."""
        if self.centre is None:
            return features
        centre, means, vectors = (each.to(features.embedding) for each in (self.centre, self.means, self.vectors))
        apart = _unit(features.embedding, centre)[:, None, :] - means
        return Features(features.embedding, vectors, -apart.norm(dim=2))


def _unit(embedding: Tensor, centre: Tensor) -> Tensor:
    return F.normalize(embedding - centre)
