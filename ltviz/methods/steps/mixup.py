"""Mixup: each image is blended with another one of its batch, and its loss with the other one's label."""

from __future__ import annotations

import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.methods.steps._base import At, Batch, Step, outputs


class Mixup(Step):
    r"""One share for the whole batch, drawn anew for each, and one permutation of its rows.

    Equation
    --------
    x~_i = l x_i + (1 - l) x_p(i),  l ~ Beta(alpha, alpha)
    L = l L(f(x~), y) + (1 - l) L(f(x~), y_p)

    Parameters
    ----------
    alpha : float
        Of the Beta distribution: 1 draws every share alike, smaller ones leave most images almost as they are.

    Source
    ------
    Zhang et al. 2018 (arXiv 1710.09412), equation 1 and the code in figure 1; the authors' mixup-cifar10, train.py
    (alpha 1, one share for each batch).
    """

    source = "Zhang et al. 2018, arXiv 1710.09412, figure 1; train.py"
    params = {"alpha": Param(1.0, 1e-3, 100.0, 0.1, "how evenly two images are blended", log=True)}

    alpha: float

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the blended loss of blended images."""
        (batch,) = batches
        share = float(at.generator.beta(self.alpha, self.alpha))
        other = torch.from_numpy(at.generator.permutation(len(batch.labels))).to(at.device)
        mixed = outputs(at.net(share * batch.images + (1 - share) * batch.images[other]))
        return share * at.loss(mixed, batch.labels) + (1 - share) * at.loss(mixed, batch.labels[other])
