"""Assembling: a method, a data set and a seed become a net, a loss, a sampler and a trainer that has them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltviz.datasets.cifar import Cifar
from ltviz.datasets.digits import Digits
from ltviz.losses import Loss, spell
from ltviz.methods import Method, objective
from ltviz.methods.steps import STEPS
from ltviz.models.heads import Features
from ltviz.models.nets import DigitsNet
from ltviz.models.resnet import ResNet
from ltviz.samplers import Sampler, jitter
from ltviz.samplers import make as make_sampler
from ltviz.training.epoch import Augment
from ltviz.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
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
    """

    method: Method
    net: nn.Module
    built: Mapping[str, Any]
    loss: Loss
    sampler: Sampler
    trainer: Trainer

    @property
    def spelling(self) -> str:
        """The loss with its parameters, as for flags and in records."""
        return spell(self.method.loss, self.loss.options)

    def finished(self, features: Features) -> Features:
        """Return what the method predicts from what the net makes of images: its second stages are applied."""
        return objective.finished(self.method, features, self.sampler.counts)


def assemble(
    method: Method,
    data: Cifar | Digits,
    seed: int = 0,
    *,
    device: str | torch.device = "cpu",
    precision: str = "auto",
    recorded: bool = True,
    bottleneck: int | None = None,
) -> Assembled:
    """Build what a run trains with; nothing is trained or written.

    Parameters
    ----------
    method : Method
        With the recipe by which it is to be trained: see `methods.on_digits` and `methods.on_cifar`.
    data : Cifar or Digits
        What it is trained on.
    seed : int
        Of initial weights, order and augmentation.
    device, precision, recorded
        See `Trainer`.
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
    >>> run.trainer.classes(data.test_images).shape
    (440,)
    """
    loss, deferred = objective.objective(method, data.counts, seed)
    sampler = make_sampler(method.sampler, data.train_labels, data.counts, seed=seed)
    net, built = _net(method, len(data.counts), loss.logit_scale or 1.0, seed, bottleneck)
    # Floating point images are trained on as they are.
    normal = {"mean": data.mean, "std": data.std} if isinstance(data, Cifar) else {}
    trainer = Trainer(
        net,
        loss,
        data.train_images,
        data.train_labels,
        sampler=sampler,
        recipe=method.recipe,
        schedule=method.schedule,
        deferred_weight=deferred,
        step=STEPS[method.step],
        augment=_jittered(method.jitter, seed) if method.jitter else None,
        seed=seed,
        device=device,
        precision=precision,
        recorded=recorded,
        **normal,
    )
    return Assembled(method, net, built, loss, sampler, trainer)


def _net(
    method: Method, classes: int, scale: float, seed: int, bottleneck: int | None
) -> tuple[nn.Module, dict[str, Any]]:
    """Return the method's net, and with what it was made."""
    built: dict[str, Any] = {"classes": classes, "head": method.head, "scale": scale}
    if method.model == "digits":
        built["bottleneck"] = bottleneck
        return DigitsNet(**built, seed=seed), built
    built["depth"] = int(method.model.removeprefix("resnet"))
    return ResNet(**built, seed=seed), built


def _jittered(amount: float, seed: int) -> Augment:
    """Return what makes the replicas of an over-sampled image differ, drawn from seed and epoch."""

    def augment(images: Tensor, rows: np.ndarray, epoch: int) -> Tensor:
        generator = np.random.default_rng([seed, epoch, 1])
        return torch.from_numpy(jitter(images.numpy(), rows, amount=amount, generator=generator))

    return augment
