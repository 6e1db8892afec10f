"""Nets of two branches: one trunk, its last block twice, and a head on the features of both."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.models.heads import Features


class TwoBranch(nn.Module):
    """Features of two branches side by side, the first for samples as they are, the second for the rare.

    Parameters
    ----------
    trunk : Module
        All but the last block: images to maps.
    branches : sequence of two Modules
        The last block, twice: maps to maps.
    head : Module
        From the features of both, 2 D, to scores.

    Source
    ------
    Zhou et al. 2020 (BBN, arXiv 1912.02413), section 4.1; resnet_cifar.py.
    """

    def __init__(self, trunk: nn.Module, branches: tuple[nn.Module, nn.Module], head: nn.Module) -> None:
        super().__init__()
        self.trunk, self.branches, self.head = trunk, nn.ModuleList(branches), head

    def forward(self, images: Tensor) -> Features:
        """Return features where both branches see the images, each counting half."""
        maps = self.trunk(images)
        return self._scored(*(_pooled(branch(maps)) for branch in self.branches))

    def mixed(self, first: Tensor, second: Tensor, share: float) -> Features:
        """Return features in which the first branch counts `share` of its images, the second the rest of its own.

        At 1/2, and with the same images, this is `forward`.
        """
        own, other = (
            _pooled(branch(self.trunk(images))) for branch, images in zip(self.branches, (first, second), strict=True)
        )
        return self._scored(2 * share * own, 2 * (1 - share) * other)

    def _scored(self, own: Tensor, other: Tensor) -> Features:
        with torch.autocast(own.device.type, enabled=False):
            features: Features = self.head(torch.cat([own, other], dim=1))
        return features


class Layer(nn.Module):
    """A convolution with its norm, then relu."""

    def __init__(self, convolution: nn.Module, norm: nn.Module) -> None:
        super().__init__()
        self.convolution, self.norm = convolution, norm

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(norm(convolution(x)))."""
        return F.relu(self.norm(self.convolution(x)))


def _pooled(maps: Tensor) -> Tensor:
    """Return the mean over pixels, float32 or wider."""
    wide = maps.float() if maps.dtype.itemsize < 4 else maps
    return wide.mean(dim=(2, 3))
