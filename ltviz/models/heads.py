"""Classifier heads: from features to scores, one class vector for each class."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.checks import number, one_of

HEADS = ("linear", "cosine", "sigmoid")


class Features(NamedTuple):
    """What a net returns for a batch of B images: the fields that a loss may ask for.

    Parameters
    ----------
    embedding : Tensor (B, D)
        Penultimate features, unnormalised.
    prototypes : Tensor (C, D)
        The head's class vectors, unnormalised.
    logits : Tensor (B, C)
        Scores; their argmax is the prediction.
    cosine : Tensor (B, C) or None
        Cosines between features and class vectors where the head computes them.
    """

    embedding: Tensor
    prototypes: Tensor
    logits: Tensor
    cosine: Tensor | None = None


class LinearHead(nn.Module):
    """Scores z = W x + b.

    Parameters
    ----------
    features, classes : int
        D and C.
    generator : torch.Generator
        Draws the class vectors (normal, variance 2/D, as the released ResNets).
    bias : float
        Where all biases start.
    """

    def __init__(self, features: int, classes: int, generator: torch.Generator, *, bias: float = 0.0) -> None:
        super().__init__()
        draw = torch.randn(classes, features, generator=generator)
        self.weight = nn.Parameter(draw * math.sqrt(2 / features))
        self.bias = nn.Parameter(torch.full((classes,), bias))

    def forward(self, embedding: Tensor) -> Features:
        """Return features, class vectors and logits."""
        return Features(embedding, self.weight, F.linear(embedding, self.weight, self.bias))


class CosineHead(nn.Module):
    """Cosines c_j = cos(x, w_j), and scores z = scale * c, without a bias.

    Parameters
    ----------
    features, classes : int
        D and C.
    generator : torch.Generator
        Draws the class vectors, which start at length 1. Drawn in the order of `LinearHead`, so the same
        generator state gives both heads the same directions.
    scale : float
        s, the same as the loss's; only margins and losses on logits notice it, no prediction does.
    """

    def __init__(self, features: int, classes: int, generator: torch.Generator, *, scale: float) -> None:
        super().__init__()
        self.scale = number("scale", scale, 1e-3, 1e4)
        self.weight = nn.Parameter(F.normalize(torch.randn(classes, features, generator=generator)))

    def forward(self, embedding: Tensor) -> Features:
        """Return features, class vectors, logits and cosines."""
        cosine = F.linear(F.normalize(embedding), F.normalize(self.weight))
        return Features(embedding, self.weight, self.scale * cosine, cosine)


def width(net: nn.Module) -> int:
    """Return the number of features D that a net's head takes, or its experts' heads together."""
    heads = (module for name, module in net.named_modules() if name.rpartition(".")[2] == "head")
    return sum(int(head.get_parameter("weight").shape[1]) for head in heads)


def make_head(kind: str, features: int, classes: int, generator: torch.Generator, *, scale: float) -> nn.Module:
    """Return a head by name.

    Parameters
    ----------
    kind : {"linear", "cosine", "sigmoid"}
        ``sigmoid`` is linear with all biases at -log(C-1), so that a sigmoid per class starts at 1/C.
    features, classes : int
        D and C.
    generator : torch.Generator
        Draws the class vectors.
    scale : float
        The cosine head's scale; the others have none.
    """
    one_of("head", kind, HEADS)
    if kind == "cosine":
        return CosineHead(features, classes, generator, scale=scale)
    bias = -math.log(classes - 1) if kind == "sigmoid" else 0.0
    return LinearHead(features, classes, generator, bias=bias)
