"""Steps: what one batch contributes, from (model, loss, batch, progress) to a scalar."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn

from ltviz.losses import Loss, Outputs


class Batch(NamedTuple):
    """Images (B, 1, H, W) or (B, 3, H, W), and labels (B,) int64."""

    images: Tensor
    labels: Tensor


Step = Callable[[nn.Module, Loss, Batch, float], Tensor]


def plain(model: nn.Module, loss: Loss, batch: Batch, progress: float) -> Tensor:
    """Return the loss of the model's outputs; progress (0 to 1) has reached the loss already."""
    return loss(Outputs(**model(batch.images)._asdict()), batch.labels)


STEPS: dict[str, Step] = {"plain": plain}
