"""From a method's row to what is trained and what is predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from ltviz.core.counts import ClassCounts
from ltviz.losses import Field, Loss, LossSpec, make_loss
from ltviz.methods import REWEIGHT_BETA, Method, stages
from ltviz.methods.in_words import step_of
from ltviz.methods.stages import Stage
from ltviz.models.heads import Features
from ltviz.models.table import make_model

__all__ = ["finished", "first_of", "make_model", "meanwhile", "objective", "spelling", "stages_of", "step_of"]


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


def spelling(method: Method, loss: Loss) -> str:
    """Return the loss that a method trains, with its parameters, as for flags and in records."""
    return LossSpec(method.loss, loss.options).text


def stages_of(method: Method) -> tuple[Stage, ...]:
    """Return the method's second stages, in order, before they are fitted."""
    return tuple(map(stages.make, method.stages))


def finished(some: Sequence[Stage], features: Features, counts: ClassCounts) -> Features:
    """Return what a method predicts from a trained net's features: its second stages are applied in order."""
    for stage in some:
        features = stage.apply(features, counts)
    return features


def first_of(method: Method) -> Method:
    """Return what methods have in common whose first training is the same: all but names and second stages."""
    return replace(method, name="", title="", source="", idea="", step=step_of(method).spelling, stages=())


def meanwhile(method: Method) -> tuple[str, ...]:
    """Return the second stages that act while the first training lasts: those that need not learn."""
    return tuple(stage.spelling for stage in stages_of(method) if not stage.learns)
