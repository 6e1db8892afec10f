"""LDAM-HG: LDAM's margins in a hinge, flat once the margin is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Choice
from ltviz.losses._margins import rival, target
from ltviz.losses._numpy import Case, weighted
from ltviz.losses.ldam import LDAM


class Hinge(LDAM):
    r"""LDAM-HG: LDAM's margins in a hinge, flat once the margin is kept.

    Equation
    --------
    L = s max( max_{j != y} c_j - c_y + Delta_y, 0 ),   Delta_j = max_margin (n_j / n_min)^(-1/4), or max_margin

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    max_margin : float
        The margin of the rarest class, in units of the cosine.
    scale : float
        s: the slope of the hinge.
    shape : {"ldam", "constant"}
        LDAM's margins (LDAM-HG), or the same for every class (HG).

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Cao et al. 2019 (arXiv 1906.07413), equations 10 and 11. Differs from the released code in that there is none;
    the scale is ltviz's, so that hinge and LDAM have gradients of one size. The paper gives results with deferred
    re-sampling on 10 classes only.
    """

    title = "LDAM-HG (hinge)"
    source = "Cao et al. 2019, arXiv 1906.07413, eq. 10, 11"
    place = 10
    params = {
        **LDAM.params,
        "shape": Choice("ldam", ("ldam", "constant"), "margins that follow the counts, or one margin for all"),
    }
    neutral = None  # type: ignore[assignment]
    exempt = {"neutral": "a hinge is flat once the margin is kept; cross-entropy never is"}

    shape: str

    def margins(self) -> Tensor:
        """Return Delta (C,), in units of the cosine, float64."""
        if self.shape == "ldam":
            return super().margins()
        return torch.full_like(self.counts_wide, self.max_margin)

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return by how much each row misses its margin (B,)."""
        return (rival(scores, labels) - target(scores, labels)).clamp_min(0)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        cosine = np.asarray(case.cosine, np.float64)
        delta = np.full(len(case.counts), params["max_margin"])
        if params["shape"] == "ldam":
            delta = delta * (case.counts / case.counts.min()) ** -0.25
        gap = [max(c[j] for j in range(len(c)) if j != y) - c[y] for c, y in zip(cosine, case.labels)]
        return weighted(params["scale"] * np.maximum(gap + delta[case.labels], 0), case)
