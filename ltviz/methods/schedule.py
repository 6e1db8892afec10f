"""Schedules and recipes: an epoch's learning rate, when re-weighting begins, how weights are updated."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ltviz.core.checks import number, one_of
from ltviz.core.errors import BadInput

SHAPES = ("drops", "cosine")


@dataclass(frozen=True)
class Schedule:
    """A plan in shares of the training, so that 60 epochs have the shape of the paper's 200.

    Parameters
    ----------
    shape : {"drops", "cosine"}
        ``drops`` lowers the rate at 80 % and at 90 % of the epochs; ``cosine`` lets it fall along half a cosine.
        Both begin with a linear warm-up over 2.5 % of the epochs (5 of 200).
    drops : tuple of two floats
        The rate after the first and after the second drop, relative to the full one.
    deferred : float or None
        The share of the epochs after which the loss is re-weighted: 0.8 for deferred re-weighting (epoch 160 of 200),
        0 from the start, None never.

    Raises
    ------
    BadInput
        For a share outside [0, 1), factors that are not falling within (0, 1], or an unknown shape.

    Source
    ------
    Cao et al. 2019 (arXiv 1906.07413), cifar_train.py, for ``drops`` and the deferred start; the DBM paper
    (arXiv 2412.15477) for ``cosine``. The released code of the first reads an epoch beyond its table as an error
    (epoch 320) and the second keeps the rate constant unless there are 200 or 400 epochs; here every plan is whole.
    """

    shape: str = "drops"
    drops: tuple[float, float] = (0.01, 0.0001)
    deferred: float | None = None

    def __post_init__(self) -> None:
        one_of("schedule shape", self.shape, SHAPES)
        if len(self.drops) != 2:
            raise BadInput(f"drops must be two factors, after 80 % and after 90 % of the epochs; got {self.drops!r}")
        number("drops[0]", self.drops[0], 1e-9, 1)
        number("drops[1]", self.drops[1], 1e-9, self.drops[0])
        if self.deferred is not None and not number("deferred", self.deferred, 0, 1, unit="of the epochs") < 1:
            raise BadInput("deferred must be below 1 (a share of the epochs): at 1 re-weighting would never begin")

    def rate(self, epoch: int, epochs: int) -> float:
        """Return the learning rate of an epoch (from 0), relative to the full one: in (0, 1]."""
        epochs = plan(epochs)
        epoch = number("epoch", epoch, 0, epochs - 1, whole=True)
        warm = epochs // 40
        if epoch < warm:
            return (epoch + 1) / warm
        if self.shape == "cosine":
            return 0.5 * (1 + math.cos(math.pi * (epoch - warm) / (epochs - warm)))
        # The first epoch always has the full rate: a plan of one epoch would otherwise begin after its drops.
        if epoch >= max(1, epochs * 9 // 10):
            return self.drops[1]
        return self.drops[0] if epoch >= max(1, epochs * 8 // 10) else 1.0

    def reweights(self, epoch: int, epochs: int) -> bool:
        """Return whether the loss is re-weighted in this epoch (from 0)."""
        epoch = number("epoch", epoch, 0, plan(epochs) - 1, whole=True)
        return self.deferred is not None and epoch >= math.floor(self.deferred * epochs + 1e-9)


@dataclass(frozen=True)
class Recipe:
    """How the weights are updated: SGD with momentum.

    Parameters
    ----------
    name : str
        ``"digits"``, or a paper's.
    epochs, batch : int
        Epochs, and images in a batch.
    rate : float
        The full learning rate.
    decay : float
        Weight decay.
    momentum : float
        Momentum, without Nesterov's change.
    augmentation : {"none", "basic", "strong", "varied", "shift"}
        What is done to the images: see `ltviz.training.augment`. The last one is for floating point images.
    """

    name: str
    epochs: int
    batch: int
    rate: float
    decay: float
    momentum: float = 0.9
    augmentation: str = "none"

    def __post_init__(self) -> None:
        plan(self.epochs)
        number("batch", self.batch, 1, 2**20, whole=True, unit="images")
        number("rate", self.rate, 1e-9, 1e3)
        number("decay", self.decay, 0, 1)
        number("momentum", self.momentum, 0, 0.9999)


def plan(epochs: int) -> int:
    """Return the number of epochs if training can run that long: 1 to 100 000."""
    return int(number("epochs", epochs, 1, 100_000, whole=True))
