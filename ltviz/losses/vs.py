"""Vector scaling: rarer classes get a smaller factor and a smaller shift of their logit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._margins import log_prior
from ltviz.losses._numpy import cross_entropy


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
    params = {
        "gamma": Param(0.3, 0.0, 2.0, 0.05, "the exponent of the factor on each logit", shown=(0.0, 1.0)),
        "tau": Param(1.0, 0.0, 10.0, 0.05, "how much of the log prior is added", shown=(0.0, 3.0)),
    }
    neutral = {"gamma": 0.0, "tau": 0.0}
    exempt = {"shift": "each logit has its own factor, so a common shift of the logits matters"}

    gamma: float
    tau: float

    def adjust(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Multiply and shift every logit."""
        logits, counts = outputs.logits, self.counts_wide
        assert logits is not None
        factor, shift = (counts / counts.max()) ** self.gamma, self.tau * log_prior(counts)
        return torch.addcmul(shift.to(logits.dtype), logits, factor.to(logits.dtype))

    @classmethod
    def reference(
        cls,
        outputs: Mapping[str, np.ndarray],
        labels: np.ndarray,
        counts: np.ndarray,
        class_weight: np.ndarray,
        draw: Any = None,
        **params: Any,
    ) -> np.ndarray:
        """Return the formula by hand."""
        factor = (counts / counts.max()) ** params["gamma"]
        scores = outputs["logits"] * factor + params["tau"] * np.log(counts / counts.sum())
        return cross_entropy(scores, labels, class_weight)
