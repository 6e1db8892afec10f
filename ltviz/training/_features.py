"""What a model makes of many images, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from ltviz.models.heads import Features


def features_of(
    model: nn.Module, batches: Iterable[Tensor], around: Callable[[Tensor], AbstractContextManager[object]]
) -> Features:
    """Return the features of all batches as one, float32, where the model computes; each inside its own context."""
    parts: list[Features] = []
    for images in batches:
        with around(images):
            parts.append(model(images))

    def joined(name: str) -> Tensor:
        return torch.cat([getattr(part, name) for part in parts]).float()

    cosine = None if parts[0].cosine is None else joined("cosine")
    return Features(joined("embedding"), parts[0].prototypes.float().clone(), joined("logits"), cosine)


def on_cpu(seen: Features) -> Features:
    """Return the same on the CPU."""
    cosine = None if seen.cosine is None else seen.cosine.cpu()
    return Features(seen.embedding.cpu(), seen.prototypes.cpu(), seen.logits.cpu(), cosine)
