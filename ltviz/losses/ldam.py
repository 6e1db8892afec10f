"""LDAM: label-distribution-aware margins, larger for rarer classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, cross_entropy


class LDAM(Loss):
    r"""LDAM: label-distribution-aware margins, larger for rarer classes.

    Equation
    --------
    L = CE( s * (c - Delta_y e_y) ),   Delta_j = max_margin * (n_j / n_min)^(-1/4)

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    max_margin : float
        The margin of the rarest class, in units of the cosine.
    scale : float
        s: it multiplies margin and cosine alike.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Cao et al. 2019 (arXiv 1906.07413), equations 9, 12 and 13; authors' code losses.py. Differs from the released
    code in that the deferred class weights are a buffer of the loss, and in that the margins do not break when a
    class is empty: such counts are refused.
    """

    title = "LDAM"
    source = "Cao et al. 2019, arXiv 1906.07413, eq. 9, 12, 13; losses.py"
    place = 1
    uses = "cosine"
    params = {
        "max_margin": Param(0.5, 0.0, 2.0, 0.01, "the margin of the rarest class", "cosine", shown=(0.0, 1.0)),
        "scale": Param(30.0, 0.1, 100.0, 0.5, "multiplies the cosines and the margin", shown=(1.0, 64.0)),
    }
    neutral = {"max_margin": 0.0}
    margin_from_counts = True

    max_margin: float
    scale: float

    def margins(self) -> Tensor:
        """Return Delta (C,), in units of the cosine, float64."""
        counts = self.counts_wide
        return self.max_margin * (counts / counts.min()) ** -0.25

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Take the margin off the target's cosine, then scale."""
        margin = self.margins().to(scores.dtype)[labels, None]
        return self.scale * (scores - margin * one_hot_like(scores, labels))

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        delta = params["max_margin"] * (case.counts / case.counts.min()) ** -0.25
        cosine = np.array(case.cosine, np.float64)
        cosine[np.arange(len(case.labels)), case.labels] -= delta[case.labels]
        return cross_entropy(params["scale"] * cosine, case)


def one_hot_like(scores: Tensor, labels: Tensor) -> Tensor:
    """Return e_y (B, C) in the scores' dtype."""
    return torch.zeros_like(scores).scatter(1, labels[:, None], 1.0)
