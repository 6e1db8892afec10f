"""Remix: images are blended as in mixup, but where one class is much rarer, the label is the rarer one's alone."""

from __future__ import annotations

import torch
from torch import Tensor

from ltviz.core.params import Flag, Param
from ltviz.methods.steps._base import At, Batch, Step, outputs


class Remix(Step):
    r"""Mixup with a share of the label apart from that of the image.

    Equation
    --------
    x~_i = l x_i + (1 - l) x_j,  l ~ Beta(alpha, alpha),  j = p(i)
    L = mean_i [ l_i L_i(y_i) + (1 - l_i) L_i(y_j) ]
    l_i = 0 if n_i / n_j >= kappa and l < tau;  1 if n_i / n_j <= 1 / kappa and 1 - l < tau;  l else

    Parameters
    ----------
    alpha : float
        Of the Beta distribution: 1 draws every share alike, smaller ones leave most images almost as they are.
    kappa : float
        How many times as many training samples a class must have to give its label away.
    tau : float
        It does so where less than this share of the image is its own.
    as_released : bool
        Repeat Bag of Tricks' code: the shares of all rows multiply the batch's mean losses, L_i is their mean.

    Source
    ------
    Chou et al. 2020 (arXiv 2007.03943), equations 4 to 6; Bag of Tricks, combiner.py (alpha 1, kappa 3, tau 0.5). By
    default each row's share multiplies its own loss, as the paper has it; as_released is that code's.
    """

    source = "Chou et al. 2020, arXiv 2007.03943, equations 4 to 6; Bag of Tricks, combiner.py"
    params = {
        "alpha": Param(1.0, 1e-3, 100.0, 0.1, "how evenly two images are blended", log=True),
        "kappa": Param(3.0, 1.0, 1e6, 0.5, "how much rarer a class must be to get the whole label", shown=(1.0, 20.0)),
        "tau": Param(0.5, 0.0, 1.0, 0.05, "the share of the image below which the frequent class gives its label away"),
        "as_released": Flag(False, "shares multiply the batch's mean losses, as in Bag of Tricks' code"),
    }

    alpha: float
    kappa: float
    tau: float
    as_released: bool

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the loss of blended images, each with a share of its own for its label."""
        (batch,) = batches
        share = float(at.generator.beta(self.alpha, self.alpha))
        other = torch.from_numpy(at.generator.permutation(len(batch.labels))).to(at.device)
        mixed = outputs(at.net(share * batch.images + (1 - share) * batch.images[other]))
        own = self.shares(at.loss.counts_wide[batch.labels], at.loss.counts_wide[batch.labels[other]], share)
        first, second = (at.loss.by_row(mixed, labels) for labels in (batch.labels, batch.labels[other]))
        if self.as_released:
            first, second = first.mean(), second.mean()
        own = own.to(first.dtype)
        return (own * first + (1 - own) * second).mean()

    def shares(self, own: Tensor, other: Tensor, share: float) -> Tensor:
        """Return the share of each row's own label (B,), from the counts of its class and of the other's."""
        kept = torch.full_like(own, share)
        if share < self.tau:
            kept[own >= self.kappa * other] = 0.0
        if 1 - share < self.tau:
            kept[self.kappa * own <= other] = 1.0
        return kept
