"""Several experts: each learns by the loss itself, and is rewarded for answering otherwise than their mean does."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.methods.schedule import Schedule
from ltviz.methods.steps._base import At, Batch, Step, outputs


class RIDE(Step):
    r"""Routing diverse experts, without the routing: three experts on one trunk, whose mean answers.

    Equation
    --------
    L = sum_m [ L(z_m, y) - strength (mean_j T_j)^2 KL( softmax(zbar / T) || softmax(z_m / T) ) ]
    zbar the mean of the experts' logits z_m, without gradient
    T_j = temperature until `since`; then temperature u_j / max u,  u_j = spread C pi_j + 1 - spread

    A lower temperature for rarer classes makes a difference on them count more.

    Parameters
    ----------
    strength : float
        How much is gained by answering otherwise than the mean.
    temperature : float
        T of the most frequent class, and of all classes before `since`.
    spread : float
        How far T follows the classes' shares.
    since : float
        Share of the epochs after which T does.

    Source
    ------
    Wang et al. 2021 (RIDE, arXiv 2010.01809), equations 3 to 5; model/loss.py and the CIFAR-100-LT configuration
    (lambda -0.45, T 1, factor 0.05, from epoch 161 on). The released loss divides u by its maximum, which the paper
    does not. The second stage, which learns how many experts an image needs, is not part of this: all are asked.
    """

    source = "Wang et al. 2021, arXiv 2010.01809, equations 3 to 5; model/loss.py"
    form = "experts"
    params = {
        "strength": Param(0.45, 0.0, 10.0, 0.05, "gain from answering otherwise than the mean", shown=(0.0, 1.0)),
        "temperature": Param(1.0, 0.01, 100.0, 0.1, "of the softmax whose differences count", shown=(0.5, 4.0)),
        "spread": Param(0.05, 0.0, 1.0, 0.01, "how far the temperature follows the classes' shares"),
        "since": Param(0.8, 0.0, 0.999, 0.05, "share of the epochs after which it does"),
    }

    strength: float
    temperature: float
    spread: float
    since: float

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the sum of the experts' losses, less what they gain by differing."""
        (batch,) = batches
        each = at.net.each(batch.images)  # type: ignore[operator]
        value = sum(at.loss(outputs(one), batch.labels) for one in each)
        with torch.autocast(at.device.type, enabled=False):
            logits = torch.stack([one.logits.float() for one in each])
            heat = self.temperatures(at).to(logits)
            apart = F.kl_div(
                F.log_softmax(logits / heat, dim=2),
                F.softmax(logits.detach().mean(dim=0) / heat, dim=1).expand_as(logits),
                reduction="none",
            )
        gained: Tensor = self.strength * heat.mean() ** 2 * apart.sum(dim=2).mean(dim=1).sum()
        return value - gained

    def temperatures(self, at: At) -> Tensor:
        """Return T of each class (C,)."""
        counts = at.loss.counts_wide
        if not Schedule(deferred=self.since).reweights(at.epoch, at.epochs):
            return torch.full_like(counts, self.temperature)
        factor = self.spread * len(counts) * counts / counts.sum() + 1 - self.spread
        return self.temperature * factor / factor.max()
