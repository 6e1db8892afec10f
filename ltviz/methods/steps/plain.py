"""The plain step: the loss of one batch of one stream, each image seen once."""

from __future__ import annotations

from torch import Tensor

from ltviz.methods.steps._base import At, Batch, Step, outputs


class Plain(Step):
    """L(f(x), y).

    Source
    ------
    What every paper begins from.
    """

    source = "what every paper begins from"
    replayable = True

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the loss of the net's outputs."""
        (batch,) = batches
        return at.loss(outputs(at.net(batch.images)), batch.labels)
