"""Balanced softmax: a softmax whose classes are counted as often as they occur in training."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, weighted


class BalancedSoftmax(Loss):
    r"""Balanced softmax: a softmax whose classes are counted as often as they occur in training.

    Equation
    --------
    L = -log( n_y exp(z_y) / sum_j n_j exp(z_j) ) = CE( z + log n )

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Ren et al. 2020 (arXiv 2007.10740), Theorem 1; authors' code BalancedSoftmaxLoss.py:47-50. Differs from the
    released code in that log n is taken in float64, and a class without samples is refused.
    """

    title = "Balanced softmax"
    source = "Ren et al. 2020, arXiv 2007.10740, Theorem 1; BalancedSoftmaxLoss.py"
    place = 5
    exempt = {"neutral": "no parameter turns the prior off; with equal counts it is cross-entropy"}

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Add log n to every row."""
        return scores + self.counts_wide.log().to(scores.dtype)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        z, rows = np.array(case.logits, np.float64), np.arange(len(case.labels))
        z -= z.max(axis=1, keepdims=True)  # of the logarithm of n_y exp(z_y), z_y is taken out: exp(-800) is 0
        point = np.log((case.counts * np.exp(z)).sum(axis=1)) - np.log(case.counts[case.labels]) - z[rows, case.labels]
        return weighted(point, case)
