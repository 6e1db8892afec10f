"""The classifier is drawn anew and trained on batches in which all classes come equally often; features stay."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import Any, Self

import torch
from torch import Tensor, nn

from ltviz.core.params import Param
from ltviz.datasets import DataSet
from ltviz.losses import make_loss
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.stages._base import At, Stage
from ltviz.models.heads import Features, width


class CRT(Stage):
    r"""Classifier re-training: the features of an ordinary training are good, its classifier is not.

    Equation
    --------
    min_W mean CE( W f(x) + b, y ),  (x, y) drawn with p_j = 1/C, f frozen

    By the recipe of the training, but for its length and its rate, which falls along half a cosine.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), section 4.1 and appendix: 10 epochs after 90, cosine, classifier drawn anew.
    The share is that of Bag of Tricks (Zhang et al. 2021) on CIFAR-LT, 30 epochs after 200. Differs from the released
    code in that the statistics of batch norm are frozen with the features.
    """

    source = "Kang et al. 2020, arXiv 1910.09217, section 4.1; classifier-balancing, cls_crt.yaml"
    params = {"share": Param(0.15, 1e-6, 1.0, 0.01, "epochs, as a share of those of the training")}

    learns = True

    share: float
    head: nn.Module | None = None

    def fit(self, net: nn.Module, data: DataSet, recipe: Recipe, at: At) -> Self:
        """Return the stage with its own classifier."""
        head = at.head(width(net), torch.Generator().manual_seed(at.seed))
        model = Reheaded(net, head).to(at.device)
        epochs = math.ceil(self.share * recipe.epochs - 1e-9)
        loss = make_loss("ce", data.counts)
        plan = replace(recipe, epochs=epochs)
        at.train(model, loss, sampler="class_balanced", recipe=plan, schedule=Schedule(shape="cosine"))
        return self.with_head(model.head)

    def with_head(self, head: nn.Module) -> Self:
        """Return this stage with a classifier."""
        fitted = type(self)(**self.options)
        fitted.head = head.eval()
        return fitted

    def apply(self, features: Features, counts: Any) -> Features:
        """Return what the new classifier makes of the features; before it is trained, what the old one does."""
        if self.head is None:
            return features
        own = self.head.get_parameter("weight").device
        anew: Features = self.head(features.embedding.to(own))
        cosine = None if anew.cosine is None else anew.cosine.detach().to(features.logits.device)
        prototypes, logits = (each.detach().to(features.logits.device) for each in (anew.prototypes, anew.logits))
        return Features(features.embedding, prototypes, logits, cosine)


class Reheaded(nn.Module):
    """A frozen net under a new classifier.

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
