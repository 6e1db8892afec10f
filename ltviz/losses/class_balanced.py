"""Class-balanced weights: the inverse of a class's effective number of samples."""

from __future__ import annotations

import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses.ce import CE


class ClassBalanced(CE):
    r"""Class-balanced weights: the inverse of a class's effective number of samples.

    Equation
    --------
    L = w_y CE(z),   w_j = C / E_j / sum_k (1 / E_k),   E_j = (1 - beta^n_j) / (1 - beta)

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    beta : float
        0 is cross-entropy; as beta approaches 1, E_j approaches n_j: inverse frequency, which beta = 1 gives.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Cui et al. 2019 (arXiv 1901.05555), Proposition 1 and the class-balanced softmax loss; authors' code
    cifar_main.py:425-430, LDAM's cifar_train.py:192-199. Differs from the released code in that beta^n is taken by
    expm1 and log1p, exact up to beta = 1; the paper's plain batch mean is ``weights_by="none"``.
    """

    title = "Class-balanced"
    source = "Cui et al. 2019, arXiv 1901.05555, Proposition 1; cifar_main.py"
    place = 7
    params = {"beta": Param(0.9999, 0.0, 1.0, 0.0001, "how slowly new samples of a class repeat the old ones")}
    neutral = {"beta": 0.0}

    beta: float

    def weight(self) -> Tensor:
        """Return w (C,), summing to C."""
        counts = self.counts_wide
        if self.beta == 1:
            weight = 1 / counts
        else:
            decay = torch.log1p(torch.full_like(counts, self.beta - 1))  # log beta, exact near 1
            weight = torch.expm1(decay) / torch.expm1(counts * decay)
        return weight * (len(weight) / weight.sum())
