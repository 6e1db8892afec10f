"""What follows the training: a change of the scores or of the head, with the features as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ltviz.core.counts import ClassCounts
from ltviz.models.heads import Features

Stage = Callable[[Features, ClassCounts], Features]


def logit_adjustment(features: Features, counts: Any, tau: float = 1.0) -> Features:
    """Take the log prior off the logits: a net trained by cross-entropy then predicts as under equal priors.

    Equation
    --------
    argmax_j z_j - tau log pi_j

    Parameters
    ----------
    features : Features
        Of the trained net.
    counts : ClassCounts or anything that makes one
        Training counts, whose shares are pi.
    tau : float
        How much of the log prior is taken off.

    Source
    ------
    Menon et al. 2021 (arXiv 2007.07314), equation 9.
    """
    prior = torch.from_numpy(ClassCounts(counts).prior).log().to(features.logits)
    return features._replace(logits=features.logits - tau * prior)


STAGES: dict[str, Stage] = {"logit_adjustment": logit_adjustment}
