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

    def forward(self, images: Tensor, second: Tensor | None = None, share: Tensor | float = 0.5) -> Features:
        """Return features in which the first branch counts `share` and the second the rest.

        The second branch sees images of its own, or the same where there are none. A compiled net is compiled once for
        a share that is a tensor, and anew for each number.
        """
        maps = self.trunk(images)
        others = maps if second is None else self.trunk(second)
        one, two = (_pooled(branch(seen)) for branch, seen in zip(self.branches, (maps, others), strict=True))
        with torch.autocast(one.device.type, enabled=False):
            features: Features = self.head(torch.cat([2 * share * one, 2 * (1 - share) * two], dim=1))
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
