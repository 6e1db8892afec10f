"""What stages share that train a classifier on the features of the first training, which stay as they are."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from ltviz.core.errors import BadInput
from ltviz.core.params import Param
from ltviz.datasets import DataSet
from ltviz.losses import make_loss
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.stages._base import At, Stage
from ltviz.methods.steps import Step
from ltviz.models.heads import Features

SHARE = Param(0.15, 1e-6, 1.0, 0.01, "epochs, as a share of those of the training")


class Classifier(Stage):
    """Trains a classifier by the recipe of the training, but for its length and its rate, which falls along a cosine.

    A subclass says where the classifier begins, and by which sampler, loss and step it is trained.
    """

    learns = True
    sampler: ClassVar[str] = "class_balanced"
    loss: ClassVar[str] = "ce"

    share: float
    head: nn.Module | None = None

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return the classifier before it is trained."""
        raise NotImplementedError

    def step(self) -> Step | None:
        """Return what one batch does, if it is not the plain step."""
        return None

    def criterion(self) -> str:
        """Return the spelling of the loss."""
        return self.loss

    def recipe(self, training: Recipe) -> Recipe:
        """Return how the weights are updated."""
        return replace(training, epochs=math.ceil(self.share * training.epochs - 1e-9))

    def fit(self, net: nn.Module, data: DataSet, recipe: Recipe, at: At) -> Self:
        """Return the stage with its own classifier."""
        model = Reheaded(net, self.begun(net, at)).to(at.device)
        at.train(
            model,
            make_loss(self.criterion(), data.counts, seed=at.seed),
            sampler=self.sampler,
            recipe=self.recipe(recipe),
            schedule=Schedule(shape="cosine"),
            step=self.step(),
        )
        return self.with_head(model.head)

    def with_head(self, head: nn.Module) -> Self:
        """Return this stage with a classifier."""
        fitted = type(self)(**self.options)
        fitted.head = head.eval()
        return fitted

    def apply(self, features: Features, counts: Any) -> Features:
        """Return what the own classifier makes of the features; before it is trained, what the net's does."""
        if self.head is None:
            return features
        own = next(self.head.parameters()).device
        anew: Features = self.head(features.embedding.to(own))
        cosine = None if anew.cosine is None else anew.cosine.detach().to(features.logits.device)
        prototypes, logits = (each.detach().to(features.logits.device) for each in (anew.prototypes, anew.logits))
        return Features(features.embedding, prototypes, logits, cosine)


class Reheaded(nn.Module):
    """A frozen net under another classifier.

    Parameters
    ----------
    net : Module
        Copied.
    head : Module
        The only part that is trained.
    """

    def __init__(self, net: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.net, self.head = copy.deepcopy(net).requires_grad_(False), head

    def train(self, mode: bool = True) -> Self:
        """Set the mode of the head; the net stays in evaluation mode."""
        super().train(mode)
        self.net.eval()
        return self

    def forward(self, images: Tensor) -> Features:
        """Return the new classifier's features."""
        with torch.no_grad():
            embedding = self.net(images).embedding
        with torch.autocast(images.device.type, enabled=False):
            features: Features = self.head(embedding.float())
        return features


class Scaled(nn.Module):
    """A classifier whose scores are multiplied by a factor for each class, 1 to begin with.

    Parameters
    ----------
    head : Module
        Gives the scores.
    """

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        weight = head.get_parameter("weight")
        self.head, self.factor = head, nn.Parameter(torch.ones(len(weight), device=weight.device))

    def forward(self, embedding: Tensor) -> Features:
        """Return the classifier's features, logits and class vectors multiplied."""
        plain: Features = self.head(embedding)
        return plain._replace(logits=plain.logits * self.factor, prototypes=plain.prototypes * self.factor[:, None])


def head_of(net: nn.Module) -> nn.Module:
    """Return a copy of a net's classifier.

    Raises
    ------
    BadInput
        If each of several experts has one of its own.
    """
    head = getattr(net, "head", None)
    if not isinstance(head, nn.Module):
        raise BadInput(
            "this stage goes on with the classifier of the net, and a net of several experts has no single one; "
            "crt draws one anew for all of them"
        )
    return copy.deepcopy(head)
