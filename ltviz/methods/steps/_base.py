"""What every step is: streams of rows, views of each image, what it owns, and the value to go down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ltviz.losses import Loss, Outputs
from ltviz.methods._part import Part
from ltviz.models.heads import Features

_DRAWS = 5  # sets a step's draws apart from those of jitter (1) and augmentation (2 to 4) in the same epoch


class Batch(NamedTuple):
    """Rows of one stream: their images in each view, (B, 1, H, W) or (B, 3, H, W), and labels (B,) int64."""

    views: tuple[Tensor, ...]
    labels: Tensor

    @property
    def images(self) -> Tensor:
        """The first view."""
        return self.views[0]


@dataclass(frozen=True)
class Training:
    """What is trained on, as a step may ask before it begins.

    Parameters
    ----------
    labels : Tensor (N,)
        int64, on the device.
    images : Tensor (N, ...)
        On the device, not augmented, not normalised.
    """

    labels: Tensor
    images: Tensor


@dataclass(frozen=True)
class At:
    """Where training stands, and what it trains.

    Parameters
    ----------
    net : Module
        Maps images to `Features`.
    loss : Loss
        It has been told the share of the training already.
    parts : Module or None
        What `Step.parts` returned.
    epoch, epochs : int
        The epoch, from 0, and how many there are.
    share : float
        The share of the training that is done, from 0 towards 1, step by step.
    step : int
        Of the epoch, from 0.
    seed : int
        Of the run.
    device : torch.device
        Where it computes.
    rate : float
        The learning rate.
    """

    net: nn.Module
    loss: Loss
    parts: nn.Module | None
    epoch: int
    epochs: int
    share: float
    step: int
    seed: int
    device: torch.device
    rate: float = 0.0

    @cached_property
    def generator(self) -> np.random.Generator:
        """The one source of a step's draws, from (seed, epoch, step) alone: a resumed run draws the same."""
        return np.random.default_rng([self.seed, self.epoch, _DRAWS, self.step])


class Step(Part):
    """What one batch does. A step overrides what it needs; what training changes lives in its parts.

    The trainer calls `prepare`, `value` and `after` in this order for each batch, with one `Batch` for each stream.
    """

    streams: ClassVar[tuple[str, ...]] = ("method",)  # samplers by name; "method" is the row's own, and comes first
    views: ClassVar[tuple[str, ...]] = ("recipe",)  # augmentations by name; "recipe" is the recipe's own
    form: ClassVar[str] = ""  # of the net: see `ltviz.models.table`
    # The loss by which the `teacher` among its parts is trained before the first epoch begins, if it has one: as the
    # net is, but by the plain step and without deferred weights. It is frozen, in evaluation mode, from then on. The
    # first epoch is as much longer.
    taught: ClassVar[str] = ""
    replayable: ClassVar[bool] = False  # the host decides nothing in it, so it may be recorded as a CUDA graph
    through: ClassVar[bool] = False  # it differentiates through a step of the net, so the net stays as it is written

    def held_out(self, labels: np.ndarray, seed: int) -> np.ndarray:
        """Return the training rows that the first stream passes over, and which the further ones alone consist of.

        A meta set, say. Where there are none, all streams draw from all.
        """
        return np.empty(0, np.int64)

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module | None:
        """Return what the step owns (a projection, a queue, a momentum net); it is saved and resumed.

        Parameters of it that require a gradient are trained with the net's.
        """
        return None

    def prepare(self, batches: tuple[Batch, ...], at: At) -> None:
        """Do what comes before the value: a step on a meta batch, say."""

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the scalar to go down."""
        raise NotImplementedError

    def after(self, at: At) -> None:
        """Do what comes after the weights have moved: queues, momentum nets."""

    def predict(self, features: Features) -> Features:
        """Return what the method answers with, from what the net makes of images in evaluation mode."""
        return features

    def learned(self, parts: nn.Module | None) -> dict[str, list[float]]:
        """Return what its parts have come to, for the history of a run: a few numbers by name, asked once an epoch."""
        return {}


def outputs(features: Features) -> Outputs:
    """Return what a net returns as a loss takes it."""
    return Outputs(**features._asdict())
