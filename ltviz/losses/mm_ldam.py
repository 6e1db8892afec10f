"""MM-LDAM: maximum margins that also follow the class counts, largest for the rarest class."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses.mm import MM


class MMLDAM(MM):
    r"""MM-LDAM: maximum margins that also follow the class counts, largest for the rarest class.

    Equation
    --------
    As MM, with M_y = M - (n_y / n_min)^(-1/4) / 2 in place of M: the rarest class has the smallest M_y, so the
    largest Delta.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    max_margin : float
        M: the larger it is, the smaller all margins.
    gamma : float
        How much smaller the margin of the right side is.
    scale : float
        s: it multiplies margin and cosine alike.
    side : {"both", "positive", "negative"}
        Both margins, or that of the right side (positive, d > 0) or of the wrong side (negative, d < 0) alone.
    as_released : bool
        True repeats a quirk of the released code, see `MM`.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Maximum Margin LDAM (arXiv 2206.05380); authors' code losses.py:115-118, which fixes the 1/2; the paper's
    equation numbers could not be read. Differs from the released code in taking each row's own class, unless
    `as_released`.
    """

    title = "MM-LDAM"
    source = "arXiv 2206.05380; losses.py:115-118 (the paper's equation numbers could not be read)"
    place = 2
    params = {
        **MM.params,
        "scale": Param(26.0, 0.1, 100.0, 0.5, "multiplies the cosines and the margin", shown=(1.0, 64.0)),
    }
    margin_from_counts = True

    def reach(self) -> Tensor:
        """Return M_y of each class (C,), float64."""
        counts = self.counts_wide
        return self.max_margin - 0.5 * (counts / counts.min()) ** -0.25

    @classmethod
    def reach_by_hand(cls, counts: np.ndarray, max_margin: float) -> np.ndarray:
        """Return M_y of each class (C,) in numpy."""
        return np.array([max_margin - 0.5 * (n / min(counts)) ** -0.25 for n in counts])
