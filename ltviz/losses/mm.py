"""MM: a maximum margin that follows the score gap, one for the right side of the boundary and one for the wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Choice, Flag, Param
from ltviz.losses._base import Loss
from ltviz.losses._margins import replace_target, rival, target
from ltviz.losses._numpy import Case, cross_entropy


class MM(Loss):
    r"""MM: a maximum margin that follows the score gap, one for the right side of the boundary and one for the wrong.

    Equation
    --------
    L = CE( s (c - Delta e_y) ),   d = c_y - max(0, max_{j != y} c_j)

    Delta = exp(-d - gamma M) for d > 0 (right side),   exp(d - M) for d < 0 (wrong side),   0 at d = 0

    The paper calls the margin of the right side hard positive and that of the wrong side hard negative; DBM's paper
    calls a sample on the wrong side a hard positive. A sample whose cosines are all negative has d < 0 even where
    its own is the largest.

    No gradient flows through Delta. It jumps at d = 0, and it follows the gap, not the class count: rarer classes
    get more of it only because their samples stand more often on the wrong side.

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters.
    max_margin : float
        M: the larger it is, the smaller both margins (they vanish as M grows).
    gamma : float
        How much smaller the margin of the right side is; from 1 on, the loss never rises with the target's cosine.
    scale : float
        s: it multiplies margin and cosine alike.
    side : {"both", "positive", "negative"}
        Both margins, or that of the right side (positive, d > 0) or of the wrong side (negative, d < 0) alone.
    as_released : bool
        True repeats a quirk of the released code: every row's c_y in d is taken from the column of the batch's
        first label, so that the loss depends on the order of the batch.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Maximum Margin LDAM (arXiv 2206.05380); authors' code losses.py:81-126, from which the formula is read: the
    paper's own equations could not be. Differs from the released code in taking each row's own class, unless
    `as_released`.
    """

    title = "Maximum margin (MM)"
    source = "arXiv 2206.05380; losses.py:81-126 (the paper's equation numbers could not be read)"
    place = 4
    uses = "cosine"
    params = {
        "max_margin": Param(1.29, 0.0, 5.0, 0.01, "M: larger values give smaller margins", shown=(0.0, 3.0)),
        "gamma": Param(1.528, 0.0, 5.0, 0.01, "how much smaller the margin of the right side is", shown=(1.0, 3.0)),
        "scale": Param(19.0, 0.1, 100.0, 0.5, "multiplies the cosines and the margin", shown=(1.0, 64.0)),
        "side": Choice(
            "both",
            ("both", "positive", "negative"),
            "both margins, or that of the right side (positive) or the wrong side (negative) alone",
        ),
        "as_released": Flag(False, "read c_y from the column of the batch's first label, as the released code does"),
    }
    exempt = {
        "neutral": "the margins only tend to 0 as max_margin grows",
        "gradcheck": "the margin is a stop-gradient; tests/losses/test_mm.py checks the gradient with it frozen",
        "batch_order[as_released=True]": "the released code reads every row's score by the batch's first label",
        "monotone[side=positive]": "without the margin of the wrong side, the margin appears as the gap turns positive",
    }

    halves = {"positive": {"side": "positive"}, "negative": {"side": "negative"}}

    max_margin: float
    gamma: float
    scale: float
    side: str
    as_released: bool

    def reach(self) -> Tensor:
        """Return M of each class (C,), float64."""
        return torch.full_like(self.counts_wide, self.max_margin)

    def margin_of_gap(self, gap: Tensor, labels: Tensor) -> Tensor:
        """Return Delta (B,) at the score gaps d (B,), in units of the cosine."""
        reach = self.reach().to(gap.dtype)[labels]
        positive, negative = torch.exp(-gap - self.gamma * reach), torch.exp(gap - reach)
        none = torch.zeros_like(gap)
        above = none if self.side == "negative" else positive
        below = none if self.side == "positive" else negative
        return torch.where(gap > 0, above, torch.where(gap < 0, below, none))

    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return Delta (B,) at these cosines (B, C), in units of the cosine; no gradient flows through it."""
        still = scores.detach()  # not torch.no_grad: forward-mode derivatives run through that
        own = still.index_select(1, labels[:1]).squeeze(1) if self.as_released else target(still, labels)
        return self.margin_of_gap(own - rival(still, labels).clamp_min(0), labels)

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Take the margin off the target's cosine, then scale."""
        margin = self.margin_at(scores, labels)
        return self.scale * replace_target(scores, labels, target(scores, labels) - margin)

    @classmethod
    def reach_by_hand(cls, counts: np.ndarray, max_margin: float) -> np.ndarray:
        """Return M of each class (C,) in numpy."""
        return np.full(len(counts), max_margin)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        cosine = np.asarray(case.cosine, np.float64)
        reach, scores = cls.reach_by_hand(case.counts, params["max_margin"]), cosine.copy()
        for i, y in enumerate(case.labels):
            own = cosine[i, case.labels[0]] if params["as_released"] else cosine[i, y]
            d = own - max(0.0, *(cosine[i, j] for j in range(len(case.counts)) if j != y))
            if d > 0 and params["side"] != "negative":
                scores[i, y] -= np.exp(-d - params["gamma"] * reach[y])
            elif d < 0 and params["side"] != "positive":
                scores[i, y] -= np.exp(d - reach[y])
        return cross_entropy(params["scale"] * scores, case)
