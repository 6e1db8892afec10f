"""Nets of several experts: what they share, then each its own last blocks and head; their mean answers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ltviz.models.heads import Features

COUNT = 3  # as in the papers that have them


class Experts(nn.Module):
    """Several experts on one trunk.

    Parameters
    ----------
    trunk : Module
        What all share: images to maps; or nothing, `torch.nn.Identity`, and each expert is a net of its own.
    experts : sequence of Modules
        Each maps what the trunk gives to `Features`.

    Source
    ------
    Wang et al. 2021 (RIDE, arXiv 2010.01809), section 3; ride_resnet_cifar.py, which also makes the experts' last
    stages narrower. Li et al. 2022 (NCL, arXiv 2203.15359), section 3, where nothing is shared.
    """

    def __init__(self, trunk: nn.Module, experts: Sequence[nn.Module]) -> None:
        super().__init__()
        self.trunk, self.experts = trunk, nn.ModuleList(experts)

    def forward(self, images: Tensor) -> Features:
        """Return what the experts say together; see `together`."""
        return together(self.each(images))

    def each(self, images: Tensor) -> tuple[Features, ...]:
        """Return what each expert says."""
        maps = self.trunk(images)
        return tuple(expert(maps) for expert in self.experts)


class Expert(nn.Module):
    """The last blocks of a net, the mean over pixels, and a head.

    Parameters
    ----------
    blocks : Module
        Maps to maps.
    head : Module
        Features to scores.
    """

    def __init__(self, blocks: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.blocks, self.head = blocks, head

    def forward(self, maps: Tensor) -> Features:
        """Return the expert's own features."""
        x = self.blocks(maps)
        with torch.autocast(maps.device.type, enabled=False):
            wide = x.float() if x.dtype.itemsize < 4 else x
            features: Features = self.head(wide.mean(dim=(2, 3)))
        return features


def together(each: Sequence[Features]) -> Features:
    """Return the mean of logits and cosines, with the features of all experts side by side.

    Class vectors too stand side by side, each divided by the number of experts: so a linear head's logits are still,
    but for the bias, their product with the features.
    """
    cosine = None if each[0].cosine is None else _mean([one.cosine for one in each if one.cosine is not None])
    return Features(
        torch.cat([one.embedding for one in each], dim=1),
        torch.cat([one.prototypes for one in each], dim=1) / len(each),
        _mean([one.logits for one in each]),
        cosine,
    )


def _mean(scores: Sequence[Tensor]) -> Tensor:
    return torch.stack(tuple(scores)).mean(dim=0)
