"""ResNets for 32x32 images, as He et al. built them for CIFAR: shortcuts without parameters (option A)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core import checks
from ltviz.core.errors import BadInput
from ltviz.models.heads import Features, make_head
from ltviz.models.layers import Convolution

DEPTHS = (20, 32, 44, 56)
_WIDTHS = (16, 32, 64)


class ResNet(nn.Module):
    """A CIFAR ResNet: 6n + 2 layers, widths 16, 32, 64, option-A shortcuts, the mean over pixels, and a head.

    Under autocast the head computes in float32. The backbone depends on the seed alone, not on the head, so that two
    methods with one seed start from the same features.

    Parameters
    ----------
    depth : {20, 32, 44, 56}
        Any 6n + 2 from 8 to 110 is taken. ResNet-32 with 10 classes and a linear head has 464,154 parameters.
    classes : int
        C, at least 2.
    head : {"linear", "cosine", "sigmoid"}
        See `ltviz.models.heads.make_head`.
    scale : float
        The cosine head's scale.
    seed : int
        Decides all initial weights; the global random state is not used.

    Raises
    ------
    BadInput
        For a value outside these.

    Source
    ------
    He et al. 2016 (arXiv 1512.03385), section 4.2; the LDAM code's resnet_cifar.py, whose initialisation this is
    (normal, variance 2 / fan-in, for convolutions and class vectors). Differs from it in that the linear head's
    biases start at 0 (there within 1/8 of it), and the cosine head's vectors are uniform on the sphere (there
    on the normalised cube).
    """

    def __init__(
        self, depth: int = 32, classes: int = 10, head: str = "linear", scale: float = 1.0, seed: int = 0
    ) -> None:
        super().__init__()
        depth = checks.number("depth", depth, 8, 110, whole=True)
        if depth % 6 != 2:
            raise BadInput(f"depth must be 6n + 2 (three stages of n blocks of 2 layers): {DEPTHS}; got {depth}")
        classes = checks.number("classes", classes, 2, 10_000, whole=True)
        generator = torch.Generator().manual_seed(checks.seed(seed))
        self.stem = _convolution(3, _WIDTHS[0], 1, generator)
        self.norm = Norm(_WIDTHS[0])
        blocks: list[nn.Module] = []
        before = _WIDTHS[0]
        for width in _WIDTHS:
            for _ in range((depth - 2) // 6):
                blocks.append(Block(before, width, generator))
                before = width
        self.blocks = nn.Sequential(*blocks)
        self.head = make_head(head, before, classes, generator, scale=scale)

    def forward(self, images: Tensor) -> Features:
        """Return the fields that losses ask for, from normalised images (B, 3, 32, 32)."""
        x = F.relu(self.norm(self.stem(images)), inplace=True)
        x = self.blocks(x)  # (B, 16, 32, 32), (B, 32, 16, 16), (B, 64, 8, 8)
        with torch.autocast(images.device.type, enabled=False):
            wide = x.float() if x.dtype.itemsize < 4 else x
            features: Features = self.head(wide.mean(dim=(2, 3)))
        return features


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which halves the image and adds empty channels where they change.

    Parameters
    ----------
    before, width : int
        Channels in and out; where they differ, the image is halved.
    generator : torch.Generator
        Draws the weights.
    """

    def __init__(self, before: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.missing = width - before
        self.first = _convolution(before, width, 2 if self.missing else 1, generator)
        self.first_norm = Norm(width)
        self.second = _convolution(width, width, 1, generator)
        self.second_norm = Norm(width)

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(shortcut + two layers)."""
        y = F.relu(self.first_norm(self.first(x)), inplace=True)
        y = self.second_norm(self.second(y))
        if self.missing:
            half = self.missing // 2
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, self.missing - half))
        return F.relu(y.add_(x), inplace=True)


class Norm(nn.BatchNorm2d):
    """Batch norm that does not count its batches: the count is not used, and costs a kernel a layer and step."""

    def forward(self, x: Tensor) -> Tensor:
        """Return x normalised by the batch while training, by the running statistics otherwise."""
        return F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
            self.momentum if self.momentum is not None else 0.1,
            self.eps,
        )


def _convolution(before: int, after: int, stride: int, generator: torch.Generator) -> nn.Module:
    layer = Convolution(before, after, 3, stride=stride, padding=1, bias=False)
    nn.init.kaiming_normal_(layer.weight, generator=generator)
    return layer
