"""Layers as torch has them, whose weights wait for a generator's draw.

torch's own draw theirs from the global random state as they are made. `torch.nn.utils.skip_init` keeps them from it
too, but imports sympy for that.
"""

from __future__ import annotations

from torch import nn


class Convolution(nn.Conv2d):
    """A convolution whose weights hold anything."""

    def reset_parameters(self) -> None:
        """Draw nothing."""


class Linear(nn.Linear):
    """A linear map whose weights and biases hold anything."""

    def reset_parameters(self) -> None:
        """Draw nothing."""
