"""What every second stage is: it may learn from the trained net, and it changes what is predicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import torch
from torch import nn

from ltviz.datasets import DataSet
from ltviz.losses import Loss
from ltviz.methods._part import Part
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.steps import Step
from ltviz.models.heads import Features


class Train(Protocol):
    """Trains a model on the training images, as a run trains its net: recorded, saved and taken up again."""

    def __call__(
        self,
        model: nn.Module,
        loss: Loss,
        *,
        sampler: str,
        recipe: Recipe,
        schedule: Schedule,
        step: Step | None = None,
    ) -> object:
        """Train the model in place by a sampler of that name, and by the plain step if there is no other."""


@dataclass(frozen=True)
class At:
    """What a run lends to a stage.

    Parameters
    ----------
    seed : int
        Of this stage alone.
    device : torch.device
        Where the net lies.
    head : callable
        Maps a number of features and a generator to a new classifier of the method's kind.
    train : callable
        See `Train`.
    seen : callable
        Maps images, as the data set has them, to what the net makes of them, the stages before this one applied.
    """

    seed: int
    device: torch.device
    head: Callable[[int, torch.Generator], nn.Module]
    train: Train
    seen: Callable[[np.ndarray], Features]


class Stage(Part):
    """What follows the training; the net itself stays as it is, so that several stages can share one training."""

    learns: ClassVar[bool] = False  # before it is fitted it changes nothing

    def fit(self, net: nn.Module, data: DataSet, recipe: Recipe, at: At) -> Self:
        """Return the stage with what it has learned: it may train, or choose on the validation split.

        Parameters
        ----------
        net : Module
            Trained; it is not changed.
        data : DataSet
            Training and validation split, never the test set.
        recipe : Recipe
            That of the training.
        at : At
            What the run lends.
        """
        return self

    def apply(self, features: Features, counts: Any) -> Features:
        """Return what is predicted, from what the net makes of images; before `fit`, what is known then."""
        return features
