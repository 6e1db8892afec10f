"""Nets for images: three convolutions for the 8x8 digits."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core import checks
from ltviz.core.errors import BadInput
from ltviz.models.heads import Features, make_head
from ltviz.models.layers import Convolution, Linear

_WIDTHS = (16, 32, 64)


class DigitsNet(nn.Module):
    """Three 3x3 convolutions with batch norm, the mean over pixels, and a head.

    The convolutions depend on the seed alone, not on the head, so that two methods with one seed start from the same
    features: their difference is then a paired one.

    Parameters
    ----------
    classes : int
        C, at least 2.
    seed : int
        Decides all initial weights; the global random state is not used.
    head : {"linear", "cosine", "sigmoid"}
        See `make_head`.
    scale : float
        The cosine head's scale.
    bottleneck : {None, 2}
        2 puts a linear layer to the plane before the head, so that the features can be drawn as they are.

    Raises
    ------
    BadInput
        For a value outside these.
    """

    def __init__(
        self, classes: int, *, seed: int, head: str = "linear", scale: float = 30.0, bottleneck: int | None = None
    ) -> None:
        super().__init__()
        classes = checks.number("classes", classes, 2, 10_000, whole=True)
        if bottleneck not in (None, 2):
            raise BadInput(f"bottleneck must be None or 2 (a plane); got {bottleneck!r}")
        generator = torch.Generator().manual_seed(checks.seed(seed))
        self.convolutions = nn.ModuleList()
        self.norms = nn.ModuleList()
        for before, after in zip((1, *_WIDTHS[:-1]), _WIDTHS, strict=True):
            layer = Convolution(before, after, 3, stride=1 if before == 1 else 2, padding=1, bias=False)
            nn.init.kaiming_normal_(layer.weight, generator=generator)
            self.convolutions.append(layer)
            self.norms.append(nn.BatchNorm2d(after))
        width = _WIDTHS[-1]
        # The plane is drawn by a generator of its own: it leaves the head's draw where it was.
        self.bottleneck = _plane(width, seed) if bottleneck else None
        self.head = make_head(head, bottleneck or width, classes, generator, scale=scale)

    def forward(self, images: Tensor) -> Features:
        """Return the fields that losses ask for, from images (B, 1, 8, 8)."""
        x = images
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = F.relu(norm(convolution(x)))  # (B, 16, 8, 8), (B, 32, 4, 4), (B, 64, 2, 2)
        x = x.mean(dim=(2, 3))
        if self.bottleneck is not None:
            x = self.bottleneck(x)
        features: Features = self.head(x)
        return features


def _plane(width: int, seed: int) -> nn.Module:
    generator = torch.Generator().manual_seed((checks.seed(seed) + 0x9E3779B9) % 2**32)
    layer = Linear(width, 2)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="linear", generator=generator)
    nn.init.zeros_(layer.bias)
    return layer
