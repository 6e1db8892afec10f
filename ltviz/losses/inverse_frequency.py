"""Inverse-frequency weights: each class counts as if it had as many samples as the others."""

from __future__ import annotations

from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses.ce import CE


class InverseFrequency(CE):
    r"""Inverse-frequency weights: each class counts as if it had as many samples as the others.

    Equation
    --------
    L = w_y CE(z),   w_j = C n_j^(-power) / sum_k n_k^(-power)

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    power : float
        0 is cross-entropy, 1/2 the square-root rule, 1 the inverse frequency.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Cao et al. 2019 (arXiv 1906.07413), section 4, "re-weighting"; no equation number. Differs from the released code in
    that the weights sum to C: a third party's "cost-sensitive CE" takes (n_min / n_j)^power.
    """

    title = "Inverse-frequency re-weighting"
    source = "Cao et al. 2019, arXiv 1906.07413, section 4"
    place = 11
    params = {"power": Param(1.0, 0.0, 2.0, 0.05, "how far the weights follow 1 / n", shown=(0.0, 1.5))}
    neutral = {"power": 0.0}

    power: float

    def weight(self) -> Tensor:
        """Return w (C,), summing to C."""
        weight = self.counts_wide**-self.power
        return weight * (len(weight) / weight.sum())
