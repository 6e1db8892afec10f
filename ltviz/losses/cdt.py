"""Class-dependent temperatures: a rarer class must score higher in training to be believed."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, cross_entropy


class CDT(Loss):
    r"""Class-dependent temperatures: a rarer class must score higher in training to be believed.

    Equation
    --------
    L = CE( z_j / a_j ),   a_j = (n_max / n_j)^gamma

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    gamma : float
        The exponent of the temperature; 0 is cross-entropy.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Ye et al. 2020 (arXiv 2001.01385), the CDT objective (equation number not verified), as the Bag of Tricks'
    CDT code writes it. Differs from the released code in nothing known; it is VS with tau = 0.
    """

    title = "Class-dependent temperatures (CDT)"
    source = "Ye et al. 2020, arXiv 2001.01385"
    place = 12
    params = {"gamma": Param(0.2, 0.0, 2.0, 0.05, "the exponent of the temperature", shown=(0.0, 1.0))}
    neutral = {"gamma": 0.0}
    exempt = {"shift": "each logit has its own temperature, so a common shift of the logits matters"}

    gamma: float

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Divide every logit by its temperature."""
        counts = self.counts_wide
        return scores / ((counts.max() / counts) ** self.gamma).to(scores.dtype)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        return cross_entropy(case.logits / (case.counts.max() / case.counts) ** params["gamma"], case)
