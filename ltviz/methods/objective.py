"""From a method's row to what is trained and what is predicted."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from ltviz.core.counts import ClassCounts
from ltviz.losses import Loss, make_loss
from ltviz.methods import REWEIGHT_BETA, Method
from ltviz.methods.stages import STAGES
from ltviz.models.heads import Features


def objective(method: Method, counts: ClassCounts) -> tuple[Loss, Tensor | None]:
    """Return the method's loss, and the class weights that its schedule brings in later, if it does."""
    told = ClassCounts(np.full(len(counts), counts.largest)) if method.equal_counts else counts
    loss = make_loss(method.loss, told, **method.params)
    if method.schedule.deferred is None:
        return loss, None
    return loss, make_loss("class_balanced", counts, beta=REWEIGHT_BETA).class_weight.clone()


def finished(method: Method, features: Features, counts: ClassCounts) -> Features:
    """Return what the method predicts from a trained net's features: its second stages are applied in order."""
    for stage in method.stages:
        features = STAGES[stage](features, counts)
    return features
