"""Averaged: beside the loss, the net is held to its own moving average."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.methods.steps._base import At, Batch, Step, Training, outputs


class Averaged(Step):
    """L(f(x), y) + strength |f(x) - g(x')|^2, with g the moving average of f, and x' from a second stream's class.

    Parameters
    ----------
    strength : float
        What multiplies the second term.

    Source
    ------
    A test.
    """

    source = "a test"
    params = {"strength": Param(0.1, 0.0, 10.0, 0.1, "what multiplies the second term")}
    streams = ("method", "class_balanced")
    views = ("recipe", "recipe")

    strength: float

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return the moving average."""
        return copy.deepcopy(net).requires_grad_(False)

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return both terms."""
        own, other = batches
        seen = at.net(own.images)
        with torch.no_grad():
            held = at.parts(other.views[1])
        noise = float(at.generator.normal(0, 0.01))
        return at.loss(outputs(seen), own.labels) + self.strength * F.mse_loss(seen.logits, held.logits + noise)

    def after(self, at: At) -> None:
        """Move the average."""
        with torch.no_grad():
            for mine, theirs in zip(at.parts.parameters(), at.net.parameters(), strict=True):
                mine.lerp_(theirs, 0.1)
