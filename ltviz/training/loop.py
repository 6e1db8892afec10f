"""The one mini-batch loop: a sampler decides the order, a schedule the rate, a loss what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from ltviz.core.errors import BadInput, TrainingDiverged
from ltviz.losses import Loss
from ltviz.training.schedules import Recipe, Schedule
from ltviz.training.steps import Batch, Step, plain

Augment = Callable[[Tensor, np.ndarray, int], Tensor]


class Order(Protocol):
    """What the loop wants of a sampler."""

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        """Return the rows of one epoch, in order, int64."""


@dataclass(frozen=True)
class Epoch:
    """What one epoch did.

    Parameters
    ----------
    epoch : int
        From 0.
    rate : float
        The learning rate.
    reweighted : bool
        Whether deferred class weights were in force.
    loss : float
        The mean over the epoch's batches.
    measures : dict of str to float
        What the caller's `evaluate` returned after it; empty where it was not asked.
    """

    epoch: int
    rate: float
    reweighted: bool
    loss: float
    measures: Mapping[str, Any] = field(default_factory=dict)


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
    step: Step = plain,
    augment: Augment | None = None,
    evaluate: Callable[[int], Mapping[str, Any]] | None = None,
    progress: bool = False,
) -> list[Epoch]:
    """Train the model in place and return what each epoch did.

    Labels are checked once, before the first step; nothing waits for the device inside an epoch.

    Parameters
    ----------
    model : Module
        Maps images to `Features`. Trained in place, left in evaluation mode.
    loss : Loss
        Its class weights are overwritten where the schedule re-weights.
    images : Tensor (N, channels, height, width)
        All training images, floating point.
    labels : Tensor (N,)
        Class ids 0 .. C-1.
    sampler : object with indices(epoch, epochs)
        Alone decides which rows an epoch holds and in which order; they are cut into batches as they come. Where
        the model has batch norm, a left-over batch of a single row is dropped (it has no variance).
    recipe : Recipe
        Epochs, batch, rate, decay, momentum.
    schedule : Schedule, optional
        The rate's course, and when re-weighting begins. By default drops at 80 % and 90 %, no re-weighting.
    deferred_weight : Tensor (C,), optional
        The class weights from that epoch on.
    step : callable
        Maps (model, loss, batch, progress) to a scalar.
    augment : callable, optional
        Maps (images, rows, epoch) to the images of the epoch's rows; by default they are gathered as they are.
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
        For images and labels that do not belong together, a label outside 0 .. C-1, rows that do not exist, a
        batch of one under batch norm, or a schedule that re-weights without weights. Nothing is changed then.
    TrainingDiverged
        If the loss of a step is NaN or infinite; names step, loss, rate and rows.
    """
    schedule = schedule or Schedule()
    labels = _checked(images, labels, len(loss.class_counts))
    if (schedule.deferred is None) != (deferred_weight is None):
        raise BadInput(
            "a schedule with a deferred start and deferred_weight belong together; got "
            f"deferred={schedule.deferred}, deferred_weight={deferred_weight}"
        )
    normed = any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())
    if normed and recipe.batch == 1:
        raise BadInput("batch is 1, and batch norm has no variance in a batch of one; it must be at least 2")
    optimizer = torch.optim.SGD(
        model.parameters(), lr=recipe.rate, momentum=recipe.momentum, weight_decay=recipe.decay, fused=True
    )
    history: list[Epoch] = []
    reweighted = False
    bar = tqdm(range(recipe.epochs), desc=loss.name, unit="epoch", delay=2, disable=None if progress else True)
    with loss.unchecked():
        for epoch in bar:
            rate = recipe.rate * schedule.rate(epoch, recipe.epochs)
            for group in optimizer.param_groups:
                group["lr"] = rate
            if not reweighted and schedule.reweights(epoch, recipe.epochs):
                assert deferred_weight is not None
                loss.set_class_weight(deferred_weight)
                reweighted = True
            rows = _order(sampler, epoch, recipe, len(labels), normed)
            model.train()
            order = torch.from_numpy(rows).to(images.device)
            taken = augment(images, rows, epoch) if augment else images[order]  # one gather for the epoch
            losses = _run_epoch(model, loss, taken, labels[order], recipe, epoch, optimizer, step)
            _raise_if_diverged(losses, loss.name, rate, rows, recipe.batch, epoch)
            model.eval()
            measures = evaluate(epoch) if evaluate else {}
            history.append(Epoch(epoch, rate, reweighted, float(losses.mean()), measures))
            bar.set_postfix(loss=f"{history[-1].loss:.3f}", refresh=False)
    loss.set_progress(1.0)
    return history


def _run_epoch(
    model: nn.Module,
    loss: Loss,
    images: Tensor,
    labels: Tensor,
    recipe: Recipe,
    epoch: int,
    optimizer: torch.optim.Optimizer,
    step: Step,
) -> Tensor:
    """Run one epoch's steps, on batches that are views of its images; return the loss of each, on the device."""
    batches = list(zip(images.split(recipe.batch), labels.split(recipe.batch), strict=True))
    losses = torch.empty(len(batches), device=images.device)
    for i, pair in enumerate(batches):
        progress = (epoch + i / len(batches)) / recipe.epochs
        loss.set_progress(progress)
        value = step(model, loss, Batch(*pair), progress)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        losses[i] = value.detach()
    return losses


def _checked(images: Tensor, labels: Tensor, classes: int) -> Tensor:
    if not images.dtype.is_floating_point or images.ndim != 4:
        raise BadInput(
            f"images must be floating point (N, channels, height, width); got {images.dtype} {tuple(images.shape)}"
        )
    if not bool(images.isfinite().all()):
        raise BadInput("images must be finite; they hold NaN or infinity")
    if labels.dtype.is_floating_point or labels.dtype in (torch.bool, torch.complex64) or labels.ndim != 1:
        raise BadInput(f"labels must be class ids (integers), (N,); got {labels.dtype} {tuple(labels.shape)}")
    if len(labels) != len(images) or len(labels) == 0:
        raise BadInput(f"{len(labels)} labels for {len(images)} images; there must be as many, and at least one")
    wrong = (labels < 0) | (labels >= classes)
    if bool(wrong.any()):
        row = int(torch.nonzero(wrong)[0])
        raise BadInput(f"label {int(labels[row])} at row {row}, classes are 0..{classes - 1}; no label is ignored")
    return labels.long()


def _order(sampler: Order, epoch: int, recipe: Recipe, available: int, normed: bool) -> np.ndarray:
    rows = np.asarray(sampler.indices(epoch, recipe.epochs))
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(rows) == 0:
        raise BadInput(f"a sampler must return rows (at least one), integers; got {rows.dtype} {rows.shape}")
    if not 0 <= rows.min() <= rows.max() < available:
        raise BadInput(f"a sampler returned rows {rows.min()} to {rows.max()}; rows are 0..{available - 1}")
    if normed and len(rows) % recipe.batch == 1:
        rows = rows[:-1]
        if len(rows) == 0:
            raise BadInput("an epoch of one row cannot train a model with batch norm; it must be at least 2")
    return rows.astype(np.int64, copy=False)


def _raise_if_diverged(losses: Tensor, name: str, rate: float, rows: np.ndarray, batch: int, epoch: int) -> None:
    bad = torch.nonzero(~losses.isfinite())
    if len(bad) == 0:
        return
    i = int(bad[0])
    seen = rows[i * batch : (i + 1) * batch].tolist()
    shown = ", ".join(map(str, seen[:8])) + (", ..." if len(seen) > 8 else "")
    raise TrainingDiverged(
        f"{name}: the loss is {losses[i].item()} at step {epoch * len(losses) + i} (epoch {epoch}, batch {i}) with "
        f"learning rate {rate:g}; the batch has rows {shown}. Lower the rate or the loss's scale"
    )
