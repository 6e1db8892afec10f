"""Two branches: one learns from samples as they are, the other from reversed frequencies, and the first yields."""

from __future__ import annotations

import torch
from torch import Tensor

from ltviz.methods.steps._base import At, Batch, Step, outputs


class BBN(Step):
    r"""Cumulative learning of a net of two branches, which share all but the last block.

    Equation
    --------
    a = 1 - (T / T_max)^2,  T the epoch from 0
    z = W 2 [a f_c(x_c); (1 - a) f_r(x_r)] + b
    L = a L(z, y_c) + (1 - a) L(z, y_r)

    x_c, y_c come from the method's own sampler, x_r, y_r from the reversed one. In the test both branches see the
    image, with a = 1/2.

    Source
    ------
    Zhou et al. 2020 (arXiv 1912.02413), equations 1 to 4; the authors' combiner.py and resnet_cifar.py, whose factor 2
    this has. Differs from the released code in T_max, which is the number of epochs here and 200 for 180 epochs there
    (100 for 90), so that a never comes close to 0 there.
    """

    source = "Zhou et al. 2020, arXiv 1912.02413, equations 1 to 4; combiner.py"
    streams = ("method", "reverse")
    form = "two_branch"

    @staticmethod
    def share(epoch: int, epochs: int) -> float:
        """Return a, what the first branch counts in an epoch (from 0)."""
        return 1 - (epoch / epochs) ** 2

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the mixed loss of mixed features."""
        own, reverse = batches
        share = self.share(at.epoch, at.epochs)
        mixed = outputs(at.net(own.images, reverse.images, torch.tensor(share, dtype=torch.float64)))
        return share * at.loss(mixed, own.labels) + (1 - share) * at.loss(mixed, reverse.labels)
