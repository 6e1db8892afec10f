"""Assembling: a method, a data set and a seed become a net, a loss, a sampler and a trainer that has them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltviz.datasets import DataSet
from ltviz.losses import Loss
from ltviz.methods import Method, objective
from ltviz.methods.in_words import model_of
from ltviz.methods.schedule import Schedule
from ltviz.methods.stages import Stage
from ltviz.models.heads import Features
from ltviz.runs._looks import Looks
from ltviz.samplers import Sampler, jitter
from ltviz.samplers import make as make_sampler
from ltviz.training.epoch import Augment, Order
from ltviz.training.pace import Pace
from ltviz.training.replicas import by_replica
from ltviz.training.trainer import Trainer


@dataclass(eq=False)
class Assembled:
    """What a method, a data set and a seed come to; its trainer has net, loss and sampler.

    Parameters
    ----------
    method : Method
        With its recipe.
    net : Module
        On the device, in the state in which the trainer left it.
    built : mapping
        With which the net was made, beside its seed.
    loss : Loss
        The method's, for the training counts.
    sampler : Sampler
        The order of each epoch's images.
    trainer : Trainer
        Runs the epochs.
    build : callable
        Makes another trainer on the same images and device, for a second stage that trains.
    looks : Looks
        What the trainer's net makes of the images, kept until its next epoch.
    stages : tuple of Stage
        What follows the training, in order; fitted ones take their place in the end.
    """

    method: Method
    net: nn.Module
    built: Mapping[str, Any]
    loss: Loss
    sampler: Sampler
    trainer: Trainer
    build: Callable[..., Trainer]
    looks: Looks
    stages: tuple[Stage, ...]

    @property
    def spelling(self) -> str:
        """The loss with its parameters, as for flags and in records."""
        return objective.spelling(self.method, self.loss)

    def ending(self, method: Method) -> Assembled:
        """Return the same training, as that of a method that differs in its second stages alone."""
        return replace(self, method=method, stages=objective.stages_of(method))

    def answer(self, features: Features) -> Features:
        """Return what the method's step makes of what the net makes of images."""
        return objective.step_of(self.method).predict(features)

    def finished(self, features: Features) -> Features:
        """Return what the method predicts from what the net makes of images: its second stages are applied."""
        return objective.finished(self.stages, features, self.sampler.counts)


def assemble(
    method: Method,
    data: DataSet,
    seed: int = 0,
    *,
    device: str | torch.device = "cpu",
    precision: str = "auto",
    pace: Pace = Pace(),  # noqa: B008  # frozen
    recorded: bool = True,
    bottleneck: int | None = None,
) -> Assembled:
    """Build what a run trains with; nothing is trained or written.

    Parameters
    ----------
    method : Method
        With the recipe by which it is to be trained: see `methods.on_digits` and `methods.by_recipe`.
    data : DataSet
        What it is trained on.
    seed : int
        Of initial weights, order and augmentation.
    device, precision, pace, recorded
        See `Trainer`. What second stages train is not compiled.
    bottleneck : {None, 2}
        Of the digits' net: 2 gives features in the plane.

    Raises
    ------
    BadInput
        For a parameter, seed, device or precision that cannot be.

    Examples
    --------
    >>> from ltviz.datasets import digits
    >>> from ltviz.methods import METHODS, on_digits
    >>> data = digits.load(imbalance=20)
    >>> run = assemble(on_digits(METHODS["erm"], epochs=3), data, seed=0)
    >>> losses = [run.trainer.run_epoch().loss for _ in range(3)]
    >>> losses[0] > losses[2]
    True
    >>> run.trainer.predict(data.test_images).logits.shape
    torch.Size([440, 10])
    """
    loss, deferred = objective.objective(method, data.counts, seed)
    images, labels = data.whole("train"), data.labels("train")
    sampler = make_sampler(method.sampler, labels, data.counts, seed=seed)
    stages = objective.stages_of(method)
    classes, scale = len(data.counts), loss.logit_scale or 1.0
    built: dict[str, Any] = {"model": model_of(method), "classes": classes, "head": method.head, "scale": scale}
    built |= {} if bottleneck is None else {"bottleneck": bottleneck}
    net = objective.make_model(built["model"], **{key: built[key] for key in built if key != "model"}, seed=seed)
    shared: dict[str, Any] = {"device": device, "precision": precision, "recorded": recorded}
    shared["pace"] = replace(pace, compiled=False)
    if images.dtype == np.uint8:  # floating point images are trained on as they are
        shared |= {"mean": data.mean, "std": data.std}

    def build(model: nn.Module, target: Loss, **given: Any) -> Trainer:
        augment = _jittered(method.jitter) if method.jitter else None
        if method.replicas:
            augment = by_replica(method.recipe.augmentation, method.replicas, pixels=images.dtype == np.uint8)
        return Trainer(model, target, images, labels, augment=augment, **{**shared, **given})

    trainer = build(
        net,
        loss,
        sampler=_deferred(method, sampler),
        recipe=method.recipe,
        schedule=method.schedule,
        deferred_weight=deferred,
        step=objective.step_of(method),
        seed=seed,
        pace=pace,
    )
    return Assembled(method, net, built, loss, sampler, trainer, build, Looks(trainer, data), stages)


def _deferred(method: Method, sampler: Sampler) -> Order:
    """Return the sampler, or what gives way to another one when the schedule says so."""
    if method.schedule.resampled is None:
        return sampler
    own = {"seed": sampler.seed, "samples": sampler.samples}
    later = make_sampler(method.schedule.resampler, sampler.labels, sampler.counts, **own)
    return _Deferred(sampler, later, method.schedule)


@dataclass(frozen=True)
class _Deferred:
    """Draws an epoch's rows by one sampler, and by another once the schedule says so."""

    before: Sampler
    after: Sampler
    schedule: Schedule

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        own = self.after if self.schedule.resamples(epoch, epochs) else self.before
        return own.indices(epoch, epochs)


def _jittered(amount: float) -> Augment:
    """Return what makes the replicas of an over-sampled image differ, drawn from seed and epoch."""

    def augment(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
        generator = np.random.default_rng([seed, epoch, 1])
        return torch.from_numpy(jitter(images.numpy(), rows, amount=amount, generator=generator))

    return augment
