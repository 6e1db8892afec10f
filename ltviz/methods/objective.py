"""From a method's row to what is trained and what is predicted."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from ltviz.core.counts import ClassCounts
from ltviz.losses import Field, Loss, make_loss
from ltviz.methods import REWEIGHT_BETA, Method
from ltviz.methods.stages import STAGES
from ltviz.models.heads import Features


def objective(method: Method, counts: ClassCounts, seed: int = 0) -> tuple[Loss, Tensor | None]:
    """Return the method's loss, and the class weights that its schedule brings in later, if it does.

    The run's seed is that of a random loss.
    """
    seen = ClassCounts(np.full(len(counts), counts.largest)) if method.equal_counts else counts
    draws = {"seed": seed} if Field()[method.loss].draws else {}
    loss = make_loss(method.loss, seen, **method.params, **draws)
    if method.schedule.deferred is None:
        return loss, None
    return loss, make_loss("class_balanced", counts, beta=REWEIGHT_BETA).class_weight.clone()


def finished(method: Method, features: Features, counts: ClassCounts) -> Features:
    """Return what the method predicts from a trained net's features: its second stages are applied in order."""
    for stage in method.stages:
        features = STAGES[stage](features, counts)
    return features
