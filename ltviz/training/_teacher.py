"""What comes before the first epoch: a net that the step needs trained, by a trainer of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from torch import nn

from ltviz.core.counts import ClassCounts
from ltviz.losses import make_loss
from ltviz.methods.schedule import Schedule
from ltviz.methods.steps import Step

if TYPE_CHECKING:
    from ltviz.training.trainer import Trainer


def taught(
    step: Step, parts: nn.Module | None, counts: ClassCounts, schedule: Schedule, like: Callable[..., Trainer]
) -> Iterator[int]:
    """Train what a step wants trained before, a teacher, yielding after each step, so that runs can take turns.

    Parameters
    ----------
    step : Step
        See `Step.taught`.
    parts : Module or None
        Its own.
    counts : ClassCounts
        Training counts, which the loss is made for.
    schedule : Schedule
        Of the training that follows.
    like : callable
        Maps a model, a loss and a schedule to a trainer on the same images, by the same sampler, recipe and seed.
    """
    if not step.taught:
        return
    assert parts is not None
    net = parts.get_submodule("teacher")
    trainer = like(net.requires_grad_(True), make_loss(step.taught, counts), schedule=replace(schedule, deferred=None))
    while trainer.epoch < trainer.recipe.epochs:
        yield from trainer.steps()
    net.requires_grad_(False)  # and in evaluation mode, as a trainer leaves it
