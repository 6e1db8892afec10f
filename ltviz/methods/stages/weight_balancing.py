"""The classifier goes on with class-balanced weights, a strong decay, and a bound on its class vectors' lengths."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from ltviz.core.params import Param
from ltviz.methods.schedule import Recipe
from ltviz.methods.stages._base import At
from ltviz.methods.stages._classifier import SHARE, Classifier, head_of
from ltviz.methods.steps import At as StepAt
from ltviz.methods.steps.plain import Plain
from ltviz.models.heads import Features


class WeightBalancing(Classifier):
    r"""Balance the lengths of class vectors: frequent classes' grow longest, and so are bounded.

    Equation
    --------
    min_W mean w_y CE( W f(x) + b, y ) + decay/2 |W|^2  subject to  |w_j| <= r,  f frozen
    r = min_j |w_j| + threshold (max_j |w_j| - min_j |w_j|),  of the classifier before this stage

    w_y are class-balanced weights. After each step a longer vector is cut back to r.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.
    decay : float
        Weight decay of the classifier.
    threshold : float
        Where the bound lies between the shortest vector (0) and the longest (1).

    Source
    ------
    Alshammari et al. 2022 (arXiv 2203.14197), section 3; regularizers.py, demo2_second-stage-training.py: 10 epochs of
    decay 0.1 and MaxNorm after a training with decay 5e-3. Differs from the released code in three ways: it cuts the
    vectors back once an epoch, takes the class-balanced weights in a binary cross-entropy on the softmax, and has a
    rate of its own.
    """

    source = "Alshammari et al. 2022, arXiv 2203.14197, section 3; regularizers.py"
    params = {
        "share": SHARE,
        "decay": Param(0.1, 0.0, 1.0, 0.01, "weight decay of the classifier"),
        "threshold": Param(0.1, 0.0, 1.0, 0.01, "where the bound lies from the shortest vector to the longest"),
    }
    sampler = "instance"
    loss = "class_balanced"

    decay: float
    threshold: float

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return the net's classifier, with the bound on its class vectors."""
        return _Bounded(head_of(net), self.threshold)

    def recipe(self, training: Recipe) -> Recipe:
        """Return the training's with a decay of its own."""
        return replace(super().recipe(training), decay=self.decay)

    def step(self) -> Plain:
        """Return the plain step, after which the vectors are cut back."""
        return _Projected()


class _Projected(Plain):
    """The plain step, then the projection onto what is allowed."""

    def after(self, at: StepAt) -> None:
        at.net.head.project()  # type: ignore[operator, union-attr]


class _Bounded(nn.Module):
    """A classifier whose class vectors may not be longer than a radius, within which it begins."""

    radius: Tensor

    def __init__(self, head: nn.Module, threshold: float) -> None:
        super().__init__()
        self.head = head
        lengths = head.get_parameter("weight").detach().norm(dim=1)
        self.register_buffer("radius", lengths.min() + threshold * (lengths.max() - lengths.min()))

    @torch.no_grad()
    def project(self) -> None:
        """Cut longer vectors back to the radius."""
        weight = self.head.get_parameter("weight")
        weight.mul_((self.radius / weight.norm(dim=1, keepdim=True).clamp_min(1e-12)).clamp_max(1.0))

    def forward(self, embedding: Tensor) -> Features:
        features: Features = self.head(embedding)
        return features
