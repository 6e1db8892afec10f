"""Logit adjustment: the scores carry the training prior, so that what is learned is free of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._margins import log_prior
from ltviz.losses._numpy import Case, cross_entropy


class LogitAdjustment(Loss):
    r"""Logit adjustment: the scores carry the training prior, so that what is learned is free of it.

    Equation
    --------
    L = CE( z + tau log pi ),   pi_j = n_j / sum_k n_k

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    tau : float
        0 is cross-entropy; 1 aims at the balanced error and equals the balanced softmax.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Menon et al. 2021 (arXiv 2007.07314), equation 10. Equation 9 is the same shift after training. Differs from the
    released code in nothing known.
    """

    title = "Logit adjustment"
    source = "Menon et al. 2021, arXiv 2007.07314, eq. 10"
    place = 3
    params = {"tau": Param(1.0, 0.0, 10.0, 0.05, "how much of the log prior is added", shown=(0.0, 3.0))}
    neutral = {"tau": 0.0}

    tau: float

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Add tau log pi to every row."""
        return scores + (self.tau * log_prior(self.counts_wide)).to(scores.dtype)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        return cross_entropy(case.logits + params["tau"] * np.log(case.counts / case.counts.sum()), case)
