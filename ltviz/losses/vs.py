"""Vector scaling: rarer classes get a smaller factor and a smaller shift of their logit."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._margins import log_prior
from ltviz.losses._numpy import Case, cross_entropy


class VS(Loss):
    r"""Vector scaling: rarer classes get a smaller factor and a smaller shift of their logit.

    Equation
    --------
    L = CE( (n_j / n_max)^gamma z_j + tau log pi_j )

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    gamma : float
        The exponent of the factor; 0 gives logit adjustment.
    tau : float
        How much of the log prior is added; 0 gives CDT.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Kini et al. 2021 (arXiv 2103.01550), the VS-loss (equation number not verified); authors' code losses.py:40-53.
    Differs from the released code in nothing known: where the text multiplies by (n_j / n_max)^gamma, the code
    divides by its inverse.
    """

    title = "Vector scaling (VS)"
    source = "Kini et al. 2021, arXiv 2103.01550; losses.py"
    place = 13
    params = {
        "gamma": Param(0.3, 0.0, 2.0, 0.05, "the exponent of the factor on each logit", shown=(0.0, 1.0)),
        "tau": Param(1.0, 0.0, 10.0, 0.05, "how much of the log prior is added", shown=(0.0, 3.0)),
    }
    neutral = {"gamma": 0.0, "tau": 0.0}
    exempt = {"shift": "each logit has its own factor, so a common shift of the logits matters"}

    gamma: float
    tau: float

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Multiply and shift every logit."""
        counts = self.counts_wide
        factor, shift = (counts / counts.max()) ** self.gamma, self.tau * log_prior(counts)
        return torch.addcmul(shift.to(scores.dtype), scores, factor.to(scores.dtype))

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        factor = (case.counts / case.counts.max()) ** params["gamma"]
        scores = case.logits * factor + params["tau"] * np.log(case.counts / case.counts.sum())
        return cross_entropy(scores, case)
