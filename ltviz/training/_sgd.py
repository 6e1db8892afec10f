"""SGD with momentum, as `torch.optim.SGD` computes it, and without that class: it imports torch's compiler."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.sgd import sgd

from ltviz.methods.schedule import Recipe


class SGD:
    """Moves what is learned.

    Parameters
    ----------
    learned : iterable of Parameter
        On their device.
    recipe : Recipe
        Its rate, momentum and decay.
    """

    def __init__(self, learned: Iterable[nn.Parameter], recipe: Recipe) -> None:
        self._recipe = recipe
        self._rate: Any = recipe.rate
        # At 0 from the start: a first step without it is another computation.
        self.momentum = {parameter: torch.zeros_like(parameter) for parameter in learned}

    def set_rate(self, rate: float) -> None:
        """Take steps of another length from now on."""
        if isinstance(self._rate, Tensor):
            self._rate.fill_(rate)  # in place: a recorded step reads it there
        else:
            self._rate = rate

    def keep_rate_on(self, device: torch.device) -> None:
        """Read the rate from a tensor from now on."""
        self._rate = torch.tensor(float(self._rate), device=device)

    def clear(self) -> None:
        """Forget the gradients."""
        for parameter in self.momentum:
            parameter.grad = None

    def step(self) -> None:
        """Take a step by the gradients that there are."""
        moving: list[Tensor] = []
        grads: list[Tensor] = []
        buffers: list[Tensor | None] = []
        for parameter, buffer in self.momentum.items():
            if parameter.grad is not None:
                moving.append(parameter)
                grads.append(parameter.grad)
                buffers.append(buffer)
        with torch.no_grad():
            sgd(
                *(moving, grads, buffers),
                fused=True,
                lr=self._rate,
                momentum=self._recipe.momentum,
                weight_decay=self._recipe.decay,
                dampening=0.0,
                nesterov=False,
                maximize=False,
            )
