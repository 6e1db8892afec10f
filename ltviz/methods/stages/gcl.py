"""The classifier goes on by GCL's loss, with a margin and a focal factor, on classes drawn equally and blended."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from ltviz.core.params import Param
from ltviz.losses import LossSpec
from ltviz.methods.schedule import Recipe
from ltviz.methods.stages._base import At
from ltviz.methods.stages._classifier import SHARE, Classifier, head_of
from ltviz.methods.steps import Step, make
from ltviz.models.heads import CosineHead


class GCL(Classifier):
    r"""GCL's second stage: clouds as in the first, a margin for the own class, and easy samples played down.

    Equation
    --------
    min_W mean L( cos(f(x), w_j), y ),  (x, y) drawn with p_j = 1/C and blended by mixup,  f frozen
    L is GCL's loss with noise 0.5, max_margin 0.1, gamma 1 and scale 20

    W begins where the first training left it; of a linear classifier the directions alone are taken.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.
    pace : float
        The full rate, as a share of the training's; it falls along half a cosine.

    Source
    ------
    Li et al. 2022 (arXiv 2305.11733); cifar_train_classifier.py: 30 epochs after 200, balanced re-sampling, mixup with
    alpha 1, a rate that begins at 0.04 of the training's (0.004). Differs from the released code in that the rate warms
    up over the first fortieth of the epochs.
    """

    source = "Li et al. 2022, arXiv 2305.11733; cifar_train_classifier.py"
    params = {"share": SHARE, "pace": Param(0.04, 1e-4, 1.0, 0.01, "the full rate, as a share of the training's")}
    loss = "gcl(noise=0.5, max_margin=0.1, gamma=1, scale=20)"

    pace: float

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return a cosine classifier with the class vectors of the net's."""
        weight = head_of(net).get_parameter("weight").detach()
        classes, features = weight.shape
        scale = float(LossSpec.of(self.loss).params["scale"])
        head = CosineHead(features, classes, torch.Generator().manual_seed(at.seed), scale=scale).to(weight.device)
        with torch.no_grad():
            head.weight.copy_(weight)
        return head

    def step(self) -> Step:
        """Return mixup."""
        return make("mixup")

    def recipe(self, training: Recipe) -> Recipe:
        """Return the training's with a rate of its own."""
        own = super().recipe(training)
        return replace(own, rate=self.pace * own.rate)
