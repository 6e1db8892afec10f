"""Label-aware smoothing: a label gives part of itself to all classes, a larger part where its class is frequent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._margins import target
from ltviz.losses._numpy import Case, log_softmax, weighted


class LabelAwareSmoothing(Loss):
    r"""Label-aware smoothing: a label gives part of itself to all classes, a larger part where its class is frequent.

    Equation
    --------
    L = (1 - eps_y) (-log p_y) + eps_y / C sum_j (-log p_j),   p = softmax(z)

    eps_j = tail + (head - tail) sin( pi/2 (n_j - n_min) / (n_max - n_min) )

    With equal counts every class has eps = tail.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    head : float
        eps of the most frequent class.
    tail : float
        eps of the rarest class.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Zhong et al. 2021 (MiSLAS, arXiv 2104.00466), section 3.2; authors' code methods.py:31-64, its concave form; the
    defaults are those of CIFAR-10-LT at imbalance 100. Differs from the released code in that the largest and the
    smallest count are found wherever they stand, and in that equal counts are no division of 0 by 0.
    """

    title = "Label-aware smoothing"
    source = "Zhong et al. 2021, arXiv 2104.00466, section 3.2; MiSLAS methods.py:31-64"
    params = {
        "head": Param(
            0.3, 0.0, 1.0, 0.01, "the part that the most frequent class's labels give away", shown=(0.0, 0.5)
        ),
        "tail": Param(0.0, 0.0, 1.0, 0.01, "the part that the rarest class's labels give away", shown=(0.0, 0.5)),
    }
    neutral = {"head": 0.0, "tail": 0.0}
    exempt = {"monotone": "a smoothed label wants a part of every class: a score that runs away costs"}

    head: float
    tail: float

    def smoothing(self) -> Tensor:
        """Return eps (C,), float64."""
        counts = self.counts_wide
        most, least = self.class_counts.largest, self.class_counts.smallest
        rank = (counts - least) / max(most - least, 1)
        return self.tail + (self.head - self.tail) * torch.sin(math.pi / 2 * rank)

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return cross-entropy with the smoothed label of each row (B,)."""
        log_p, eps = F.log_softmax(scores, dim=1), self.smoothing().to(scores.dtype)[labels]
        return -(1 - eps) * target(log_p, labels) - eps * log_p.mean(dim=1)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, row by row."""
        most, least = float(max(case.counts)), float(min(case.counts))
        rows = []
        for log_p, y in zip(log_softmax(case.logits), case.labels):
            rank = (case.counts[y] - least) / (most - least) if most > least else 0.0
            eps = params["tail"] + (params["head"] - params["tail"]) * np.sin(np.pi * rank / 2)
            rows.append(-(1 - eps) * log_p[y] - eps * np.mean(log_p))
        return weighted(np.array(rows), case)
