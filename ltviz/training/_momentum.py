"""The update of the weights: stochastic gradient descent with momentum and weight decay, all weights in one kernel."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from ltviz.methods.schedule import Recipe


class Momentum:
    """v <- momentum * v + gradient + decay * w,  w <- w - rate * v, from v = 0 at the start.

    These are the numbers of ``torch.optim.SGD(fused=True)``, by the same kernel. That class imports torch's compiler
    when it is made, which takes longer than many a training on the digits.

    Parameters
    ----------
    parameters : iterable of Parameter
        What moves.
    recipe : Recipe
        Its momentum and decay, and the rate to begin with.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], recipe: Recipe) -> None:
        self.rate: float | Tensor = recipe.rate  # a tensor where a recorded step reads it
        self.buffers = {parameter: torch.zeros_like(parameter) for parameter in parameters}
        self._momentum, self._decay = recipe.momentum, recipe.decay

    def set_rate(self, rate: float) -> None:
        """Set the rate; in place where it is a tensor."""
        if isinstance(self.rate, Tensor):
            self.rate.fill_(rate)
        else:
            self.rate = rate

    def forget(self) -> None:
        """Forget the gradients of the step before."""
        for parameter in self.buffers:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move the weights that have a gradient."""
        moving = [(w, w.grad, v) for w, v in self.buffers.items() if w.grad is not None]
        for kind in {w.dtype for w, _, _ in moving}:  # a kernel takes one type
            weights, gradients, buffers = zip(*(each for each in moving if each[0].dtype == kind), strict=True)
            torch._fused_sgd_(
                weights,
                gradients,
                buffers if self._momentum else (),
                weight_decay=self._decay,
                momentum=self._momentum,
                lr=self.rate,
                dampening=0.0,
                nesterov=False,
                maximize=False,
                is_first_step=False,
            )
