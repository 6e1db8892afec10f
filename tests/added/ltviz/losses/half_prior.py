"""Balanced softmax with only a part of the prior."""

from __future__ import annotations

from ltviz.core.params import Param
from ltviz.losses._numpy import cross_entropy
from ltviz.losses.balanced_softmax import BalancedSoftmax


class HalfPrior(BalancedSoftmax):
    """Balanced softmax with only a part of the prior.

    Equation
    --------
    L = CE( z + share log n )

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id.
    share : float
        The part of the prior that is added.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A test; equation 1. Differs from the released code in that there is none.
    """

    title = "Half prior"
    source = "a test, equation 1"
    params = {"share": Param(0.5, 0.0, 2.0, 0.05, "the part of the prior that is added")}
    neutral = {"share": 0.0}
    exempt = {}

    share: float

    def adjust(self, scores, labels):
        """Add a part of log n."""
        return scores + self.share * self.counts_wide.log().to(scores.dtype)

    @classmethod
    def reference(cls, case, **params):
        """Return the formula by hand."""
        import numpy as np

        return cross_entropy(case.logits + params["share"] * np.log(case.counts), case)
