"""The log of each class's share of the training set is taken off its score."""

from __future__ import annotations

from typing import Any

import torch

from ltviz.core.counts import ClassCounts
from ltviz.core.params import Param
from ltviz.methods.stages._base import Stage
from ltviz.models.heads import Features


class LogitAdjustment(Stage):
    """Take the log prior off the logits: a net trained by cross-entropy then predicts as under equal priors.

    Equation
    --------
    argmax_j z_j - tau log pi_j

    Parameters
    ----------
    tau : float
        How much of the log prior is taken off.

    Source
    ------
    Menon et al. 2021 (arXiv 2007.07314), equation 9.
    """

    source = "Menon et al. 2021, arXiv 2007.07314, equation 9"
    params = {"tau": Param(1.0, 0.0, 10.0, 0.05, "how much of the log prior is taken off")}

    tau: float

    def apply(self, features: Features, counts: Any) -> Features:
        """Return features with adjusted logits."""
        prior = torch.from_numpy(ClassCounts(counts).prior).log().to(features.logits)
        return features._replace(logits=features.logits - self.tau * prior)
