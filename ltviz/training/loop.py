"""The one mini-batch loop: a sampler decides the order, a schedule the rate, a loss what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from ltviz.losses import Loss
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.steps import Step
from ltviz.training.epoch import Augment, Epoch, Order
from ltviz.training.trainer import Trainer

__all__ = ["Augment", "Epoch", "Order", "fit", "one_thread", "trained"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread inside: small batches are slower with more, and sums keep their order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fit(
    model: nn.Module,
    loss: Loss,
    images: Tensor,
    labels: Tensor,
    *,
    sampler: Order,
    recipe: Recipe,
    schedule: Schedule | None = None,
    deferred_weight: Tensor | None = None,
    step: Step | None = None,
    augment: Augment | None = None,
    seed: int = 0,
    evaluate: Callable[[int], Mapping[str, Any]] | None = None,
    progress: bool = False,
) -> list[Epoch]:
    """Train the model in place, in float32 on the images' device, and return what each epoch did.

    Parameters
    ----------
    model, loss, images, labels, sampler, recipe, schedule, deferred_weight, step, augment, seed
        See `ltviz.training.trainer.Trainer`.
    evaluate : callable, optional
        Called after each epoch with its number, the model in evaluation mode; returns measures for the record.
    progress : bool
        Show a bar once two seconds have passed, if the output is a terminal.

    Returns
    -------
    list of Epoch
        One for each.

    Raises
    ------
    BadInput
        For what `Trainer` refuses; nothing is changed then.
    TrainingDiverged
        If the loss of a step is NaN or infinite; names step, loss, rate and rows.
    """
    trainer = Trainer(
        model,
        loss,
        images,
        labels,
        sampler=sampler,
        recipe=recipe,
        schedule=schedule,
        deferred_weight=deferred_weight,
        step=step,
        augment=augment,
        seed=seed,
        device=images.device,
        precision="fp32",
    )
    return trained(trainer, evaluate=evaluate, progress=progress)


def trained(
    trainer: Trainer, *, evaluate: Callable[[int], Mapping[str, Any]] | None = None, progress: bool = False
) -> list[Epoch]:
    """Run all epochs of a trainer and return what each did; see `fit`."""
    history: list[Epoch] = []
    epochs, name = range(trainer.epoch, trainer.recipe.epochs), trainer.loss.name
    bar = tqdm(epochs, desc=name, unit="epoch", delay=2, disable=None if progress else True)
    for epoch in bar:
        done = trainer.run_epoch()
        history.append(replace(done, measures=evaluate(epoch) if evaluate else {}))
        bar.set_postfix(loss=f"{done.loss:.3f}", refresh=False)
    return history
