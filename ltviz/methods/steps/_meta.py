"""What steps share that differentiate through a step: a net with other weights, and the weights after one step.

Gradients are taken by `torch.autograd.grad`: that of `torch.func` imports torch's compiler, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.models.heads import Features

Weights = Mapping[str, Tensor]


def learned(module: nn.Module) -> dict[str, Tensor]:
    """Return what is learned of a module, by name, apart from its own graph."""
    return {name: each.detach() for name, each in module.named_parameters() if each.requires_grad}


def seen(module: nn.Module, weights: Weights, inputs: Tensor) -> Features:
    """Return what a module would say with other weights; its statistics stay as they are."""
    kept = {name: each.clone() for name, each in module.named_buffers()}
    features: Features = torch.func.functional_call(module, (dict(weights), kept), (inputs,))
    return features


def gradient(
    value: Callable[[Weights], Tensor], weights: Weights, *, differentiable: bool = False
) -> dict[str, Tensor]:
    """Return the gradient of a value at some weights, by their names.

    Parameters
    ----------
    value : callable
        Maps weights to a scalar.
    weights : mapping
        Where.
    differentiable : bool
        Whether a gradient is to be taken of what comes of it.
    """
    own = {name: each.detach().requires_grad_() for name, each in weights.items()}
    found = torch.autograd.grad(value(own), list(own.values()), create_graph=differentiable, materialize_grads=True)
    return dict(zip(own, found, strict=True))


def clipped(down: Weights, longest: float) -> dict[str, Tensor]:
    """Return a gradient, shortened where its norm over all weights is above the longest."""
    norm = torch.nn.utils.get_total_norm(down.values())
    return {name: each * (longest / norm).clamp(max=1) for name, each in down.items()}


def plain_loss(features: Features, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy, which is what a meta batch is judged by."""
    logits = features.logits
    with torch.autocast(logits.device.type, enabled=False):
        return F.cross_entropy(logits if logits.dtype.itemsize >= 4 else logits.float(), labels)


def stepped(weights: Weights, value: Callable[[Weights], Tensor], rate: float) -> dict[str, Tensor]:
    """Return the weights after a plain step down the gradient of a value, through which one can differentiate."""
    down = gradient(value, weights, differentiable=True)
    return {name: each - rate * down[name] for name, each in weights.items()}
