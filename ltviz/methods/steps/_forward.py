"""How values change as a net's weights move in a direction: forward mode, which no graph and no backward pass needs.

Once a process it costs two seconds more: torch imports its compiler where a change meets its first constant factor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.forward_ad import dual_level, make_dual, unpack_dual
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from ltviz.methods.steps._meta import Weights


@torch.no_grad()
def along(value: Callable[[Weights], Tensor], weights: Weights, direction: Weights) -> Tensor:
    """Return how a value changes as weights move in a direction: its derivative, of the value's shape.

    One pass, which costs little more than a gradient does, however many numbers the value has. It is in the weights'
    own precision: forward mode has no rule for what autocast narrows.
    """
    device = next(iter(weights.values())).device.type
    with torch.autocast(device, enabled=False), dual_level(), _Norms():
        change: Tensor = unpack_dual(value({n: make_dual(each, direction[n]) for n, each in weights.items()})).tangent
    return change


class _Norms(TorchFunctionMode):
    """Has batch norm's change by a batch's own statistics taken in 5 passes over the images; torch takes some 15."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        return _normed(*args, **kwargs) if func is F.batch_norm else func(*args, **kwargs)


def _normed(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor,
    bias: Tensor,
    training: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """Return y = w h + b with h = (x - m) r, which changes by y' = w r (x' - mean x' - h mean(h x')) + w' h + b'."""
    (x, to_x), (w, to_w), (b, to_b) = (unpack_dual(each) for each in (input, weight, bias))
    if not training or x.ndim != 4 or any(each is None for each in (to_x, to_w, to_b)):
        return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
    y, m, r = torch.native_batch_norm(x, w, b, running_mean, running_var, training, momentum, eps)
    pixels = 0, 2, 3
    moved = to_x.mean(pixels)
    turned = ((to_x * x).mean(pixels) - m * moved) * r  # mean(h x')
    of_change = w * r
    of_x = (to_w - of_change * turned) * r
    constant = to_b - of_change * moved - of_x * m
    constant, of_change, of_x = (each[:, None, None] for each in (constant, of_change, of_x))
    return make_dual(y, torch.addcmul(constant, to_x, of_change).addcmul_(x, of_x))
