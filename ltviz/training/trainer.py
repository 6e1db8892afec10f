"""The trainer: one run, epoch by epoch, on a CPU or a GPU, that can be put down and taken up again."""

from __future__ import annotations

import weakref
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from ltviz.core.checks import number
from ltviz.core.checks import seed as checked_seed
from ltviz.core.errors import BadInput
from ltviz.losses import Loss
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.steps import At, Batch, Step, Training, make
from ltviz.models.heads import Features
from ltviz.training import _recorded_steps
from ltviz.training._features import features_of, on_cpu
from ltviz.training._images import alike, normalising, tensor_of
from ltviz.training._sgd import SGD
from ltviz.training._state import fits, moved
from ltviz.training._streams import Streams
from ltviz.training._teacher import taught
from ltviz.training.device import autocast, device_of, precision_of
from ltviz.training.epoch import Augment, Epoch, Order, checked, raise_if_diverged
from ltviz.training.pace import Pace

_EVALUATED = {"cpu": 128, "cuda": 2000}  # images at once; what a cache holds, and what fills a GPU


class Trainer:
    """Trains a model by a recipe; every draw is a function of seed and epoch, so epochs can be taken up anywhere.

    Nothing waits for the device inside an epoch. Images stay on the device; uint8 ones are augmented there, all of an
    epoch at once, and normalised as they are used. On a GPU, a step is recorded once and replayed: see
    `_recorded_steps`.

    Parameters
    ----------
    model : Module
        Maps images to `Features`. Moved to the device and trained in place; in evaluation mode between epochs.
    loss : Loss
        Moved to the device; its class weights are overwritten where the schedule re-weights.
    images : Tensor or ndarray
        All training images: uint8 (N, H, W, 3), augmented as the recipe says, or floating point (N, channels, H, W),
        taken as they are.
    labels : Tensor or ndarray (N,)
        Class ids 0 .. C-1; checked here, once.
    sampler : object with indices(epoch, epochs)
        Decides which rows an epoch's first stream holds and in which order; they are cut into batches as they come.
        Where the model has batch norm, a left-over batch of a single row is dropped (it has no variance). A step's
        further streams have as many rows.
    recipe : Recipe
        Epochs, batch, rate, decay, momentum, augmentation.
    schedule : Schedule, optional
        The rate's course, and when re-weighting begins. By default drops at 80 % and 90 %, no re-weighting.
    deferred_weight : Tensor (C,), optional
        The class weights from that epoch on.
    step : Step, optional
        What one batch does; see `ltviz.methods.steps`. By default the plain one.
    augment : callable, optional
        Maps (images, rows, epoch, seed) to the images of the epoch's rows, in place of the recipe's augmentation.
    seed : int
        Of the augmentation, of a step's further streams, draws and parts; model and sampler have seeds of their own.
    device : {"cpu", "cuda", "auto"}
        Where to compute.
    precision : {"auto", "fp32", "bf16"}
        bf16 computes the backbone in bfloat16, head and loss in float32; weights are float32 always. "auto" is bf16
        where the device has it.
    pace : Pace
        How a CPU computes the net; see `ltviz.training.probe.fastest`. The threads are the caller's.
    recorded : bool
        Record the steps on a GPU, where they can be; else each is launched kernel by kernel.
    mean, std : three floats each, optional
        By channel, of images in [0, 1]: what uint8 images are normalised with. By default 0 and 1.

    Raises
    ------
    BadInput
        For images and labels that do not belong together, a label outside 0 .. C-1, a batch of one under batch norm,
        a schedule that re-weights without weights, a device that is not there. Nothing is changed then.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        images: Tensor | np.ndarray,
        labels: Tensor | np.ndarray,
        *,
        sampler: Order,
        recipe: Recipe,
        schedule: Schedule | None = None,
        deferred_weight: Tensor | None = None,
        step: Step | None = None,
        augment: Augment | None = None,
        seed: int = 0,
        device: str | torch.device = "cpu",
        precision: str = "auto",
        pace: Pace = Pace(),  # noqa: B008  # frozen
        recorded: bool = True,
        mean: Sequence[float] | np.ndarray | None = None,
        std: Sequence[float] | np.ndarray | None = None,
    ) -> None:
        images, labels = tensor_of(images), tensor_of(labels)
        labels = checked(images, labels, len(loss.class_counts))
        self.schedule = schedule or Schedule()
        if (self.schedule.deferred is None) != (deferred_weight is None):
            raise BadInput(
                "a schedule with a deferred start and deferred_weight belong together; got "
                f"deferred={self.schedule.deferred}, deferred_weight={deferred_weight}"
            )
        normed = any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())
        if normed and recipe.batch == 1:
            raise BadInput("batch is 1, and batch norm has no variance in a batch of one; it must be at least 2")
        pixels = images.dtype == torch.uint8
        self._seed, self._step = checked_seed(seed), make("plain") if step is None else step
        scale, shift = normalising(mean, std, pixels)
        self.device = device_of(device)
        self.precision = precision_of(precision, self.device)
        self.pace = pace.fitting(self.device, compiles=not self._step.through)
        self._images, self._labels = images.to(self.device), labels.to(self.device)
        own = self._images, self._labels, recipe, augment, self._seed, normed
        self._streams = Streams(self._step, sampler, *own)
        self.model, self.loss, self.recipe, self.epoch = model.to(self.device), loss.to(self.device), recipe, 0
        self.pace.begins(model)
        given: dict[str, Any] = {"sampler": sampler, "recipe": recipe, "augment": augment, "mean": mean, "std": std}
        given |= {"seed": self._seed, "device": self.device, "precision": self.precision, "pace": self.pace}
        self._like = partial(Trainer, images=self._images, labels=self._labels, **given)
        self._scale, self._shift = scale.to(self.device), shift.to(self.device)
        self._deferred, self._reweighted, self._rate = deferred_weight, False, recipe.rate
        self._parts = self._step.parts(model, Training(self._labels, self._images), self._seed)
        if self._parts is not None:
            self._parts.to(self.device)
        self._optimizer = SGD((p for _, p in moved(model, self._parts)), recipe)
        self._fixed: _recorded_steps.FixedSteps | None = None
        self._stream: torch.cuda.Stream | None = None
        if self.device.type == "cuda":
            self._stream = torch.cuda.Stream(self.device)
            if recorded and _recorded_steps.recordable(self._step, loss):
                self._fix()
            torch.cuda.synchronize(self.device)  # what was made on the default stream is used on the trainer's own

    def run_epoch(self) -> Epoch:
        """Train for one epoch and return what it did.

        Raises
        ------
        BadInput
            If all epochs are done, or the sampler returns rows that do not exist; nothing is changed then.
        TrainingDiverged
            If the loss of a step is NaN or infinite; names step, loss, rate and rows.
        """
        running = self.steps()
        while True:
            try:
                next(running)
            except StopIteration as end:
                return cast(Epoch, end.value)

    def steps(self) -> Generator[int, None, Epoch]:
        """Launch an epoch's steps one by one, yielding their number after each, so that runs can take turns.

        Before the first one, what the step wants trained is. Closed half-way, it leaves a state that only `load` mends.
        """
        if self.epoch == 0:
            yield from taught(self._step, self._parts, self.loss.class_counts, self.schedule, self._like)
        with self._placed():
            rows, rate, batches = self._begin()
            losses = torch.empty(len(batches), device=self.device)
        with self.loss.unchecked():
            for i, batch in enumerate(batches):
                with self._placed():
                    share = (self.epoch + i / len(batches)) / self.recipe.epochs
                    self.loss.set_progress(share)
                    losses[i] = self._fixed(batch) if self._fixed else self._update(batch, self._at(share, i))
                yield len(batches)
        with self._placed():
            self.model.eval()
            told = losses.cpu()
            raise_if_diverged(told, self.loss.name, rate, rows, self.recipe.batch, self.epoch)
            learned = self._step.learned(self._parts)
            epoch = Epoch(self.epoch, rate, self._reweighted, float(told.mean()), learned=learned)
            self.epoch += 1
            if self.epoch == self.recipe.epochs:
                self.loss.set_progress(1.0)
        return epoch

    def _begin(self) -> tuple[np.ndarray, float, list[tuple[Batch, ...]]]:
        """Return the epoch's rows of the first stream, its rate and batches; set rate and class weights."""
        epoch, epochs = self.epoch, self.recipe.epochs
        if epoch >= epochs:
            raise BadInput(f"all {epochs} epochs are done; a longer training has another schedule from the start")
        rows, batches = self._streams.begin(epoch)
        rate = self.recipe.rate * self.schedule.rate(epoch, epochs)
        self._rate = rate
        self._optimizer.set_rate(rate)
        if not self._reweighted and self.schedule.reweights(epoch, epochs):
            assert self._deferred is not None
            self.loss.set_class_weight(self._deferred)
            self._reweighted = True
        self.model.train()
        return rows, rate, batches

    def _at(self, share: float, step: int) -> At:
        own = self.model, self.loss, self._parts
        return At(*own, self.epoch, self.recipe.epochs, share, step, self._seed, self.device, self._rate)

    def _update(self, raw: tuple[Batch, ...], at: At) -> Tensor:
        """Take one step and return its loss; the same code is recorded on a GPU, where `at` plays no part."""
        batches = tuple(Batch(tuple(map(self._input, batch.views)), batch.labels) for batch in raw)
        with self._autocast(), self.pace.computing(len(raw[0].labels), self.recipe.batch):
            self._step.prepare(batches, at)
            value = self._step.value(batches, at)
        self._optimizer.clear()
        value.backward()
        self._optimizer.step()
        self._step.after(at)
        return value.detach()

    def _input(self, images: Tensor) -> Tensor:
        """Return what the model takes, normalised if they are pixels."""
        if images.dtype == torch.uint8:
            images = torch.addcmul(self._shift, images.permute(0, 3, 1, 2), self._scale)
        return images.contiguous(memory_format=self.pace.format)

    def _autocast(self) -> AbstractContextManager[object]:
        return autocast(self.device, self.precision)

    def _placed(self) -> AbstractContextManager[object]:
        return nullcontext() if self._stream is None else torch.cuda.stream(self._stream)

    def _fix(self) -> None:
        """From now on, take steps in buffers that stay in place; on a GPU they are recorded and replayed."""
        self._optimizer.keep_rate_on(self.device)
        # Weakly: a trainer that is in a circle would keep its images and recordings on the device when it is done with.
        own = weakref.proxy(self)
        self._fixed = _recorded_steps.FixedSteps(
            lambda batches: own._update(batches, own._at(0.0, 0)), lambda: own._state().values(), self._stream
        )

    # What it has learned ----------------------------------------------------------------------------------------

    def predict(self, images: Tensor | np.ndarray) -> Features:
        """Return what the model makes of images, in evaluation mode: float32, on the CPU.

        Parameters
        ----------
        images : Tensor or ndarray
            As the training images: uint8 (N, H, W, 3), not augmented, or floating point (N, channels, H, W).
        """
        with torch.no_grad(), self._placed():
            return on_cpu(self._seen(images))

    def _seen(self, images: Tensor | np.ndarray) -> Features:
        """Return what the model makes of images, in evaluation mode: float32, where it computes."""
        images = alike(tensor_of(images), self._images).to(self.device)
        self.model.eval()
        size = _EVALUATED[self.device.type]
        some = map(self._input, images.split(size))
        with self._autocast():
            seen = features_of(self.model, some, lambda each: self.pace.computing(len(each), size))
        return self._step.predict(seen)

    def state(self) -> dict[str, Tensor]:
        """Return a copy of all that a resumed run needs beside the epoch: weights, momentum, buffers, parts."""
        with torch.no_grad(), self._placed():
            return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in self._state().items()}

    def load(self, state: Mapping[str, Tensor], epoch: int) -> None:
        """Take up a run again: what `state` returned, and the number of epochs that were done.

        Raises
        ------
        CheckpointError
            If it belongs to another model, loss or counts, or holds NaN; nothing is changed then.
        """
        epoch = number("epoch", epoch, 0, self.recipe.epochs, whole=True)
        own = self._state()
        fits(state, own)
        with torch.no_grad(), self._placed():
            for name, tensor in own.items():
                tensor.copy_(state[name])  # in place: a recorded step reads it there
        self.epoch, self._reweighted = epoch, False  # the next epoch sets the class weights again, to what they are
        if epoch == self.recipe.epochs:
            self.loss.set_progress(1.0)
        self.model.eval()
        if self._stream is not None:
            self._stream.synchronize()

    def _state(self) -> dict[str, Tensor]:
        """Return the tensors themselves, by name."""
        parts = {
            "model": self.model.state_dict(),
            "momentum": {name: self._optimizer.momentum[p] for name, p in moved(self.model, self._parts)},
            "loss": self.loss.state_dict(),
            "parts": {} if self._parts is None else self._parts.state_dict(),
        }
        return {f"{part}.{name}": tensor for part, named in parts.items() for name, tensor in named.items()}
