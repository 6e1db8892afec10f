"""Equalization: rare classes are left out, at random, of the softmax of other classes' samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, weighted


class Equalization(Loss):
    r"""Equalization: rare classes are left out, at random, of the softmax of other classes' samples.

    Equation
    --------
    L = -log( exp(z_y) / sum_k w_k exp(z_k) ),   w_k = 1 - beta_k [pi_k < threshold] [k != y]

    beta_k is drawn for each row and class: 1 with probability gamma, else 0. In evaluation mode nothing is drawn and
    all w_k are 1.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order; pi_j = n_j / sum n.
    threshold : float
        Classes with a smaller share of the training set are rare.
    gamma : float
        How often a rare class is left out of the softmax of another class's sample.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Tan et al. 2020 (arXiv 2003.05176), softmax equalization loss; Bag of Tricks' equalization_loss.py (gamma 0.9,
    threshold 0.005). Differs from the released code in that the authors' own is the sigmoid form without beta, for
    detection; and in that its draws follow from a seed and stay away in evaluation mode.
    """

    title = "Equalization loss"
    source = "Tan et al. 2020, arXiv 2003.05176, softmax equalization loss; Bag of Tricks equalization_loss.py"
    params = {
        "threshold": Param(
            0.005, 0.0, 1.0, 0.001, "the share of the training set below which a class is rare", shown=(0.0, 0.5)
        ),
        "gamma": Param(0.9, 0.0, 1.0, 0.01, "how often a rare class is left out of another sample's softmax"),
    }
    neutral = {"gamma": 0.0}
    tried = ({"threshold": 0.1},)  # at the default most sets have no rare class at all

    threshold: float
    gamma: float

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Take the rare classes that are drawn out of the rows of other classes."""
        if not (self.class_counts.prior < self.threshold).any():
            return scores
        chance = self.draw(scores)
        if chance is None:
            return scores
        rare = self.counts_wide / self.counts_wide.sum() < self.threshold
        out = ((chance < self.gamma) & rare).scatter(1, labels[:, None], False)
        return scores.masked_fill(out, -torch.inf)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, row by row."""
        rows, share = [], case.counts / np.sum(case.counts)
        for i, (z, y) in enumerate(zip(np.asarray(case.logits, np.float64), case.labels)):
            w = np.ones(len(z))
            for k in range(len(z)):
                if k != y and share[k] < params["threshold"] and case.draw is not None:
                    w[k] -= case.draw[i, k] < params["gamma"]
            most = max(z[k] for k in range(len(z)) if w[k])
            rows.append(np.log(np.sum(w * np.exp(np.minimum(z - most, 0)))) + most - z[y])
        return weighted(np.array(rows), case)
