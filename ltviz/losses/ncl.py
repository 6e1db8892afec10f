"""NCL: several nets learn beside each other, each from the labels, from its hardest classes, and from the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Flag, Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._numpy import Case, cross_entropy, log_softmax


class NCL(Loss):
    r"""NCL: several nets learn beside each other, each from the labels, from its hardest classes, and from the others.

    Equation
    --------
    L_i = CE( u_i ) + mining CE( u_i | H ) + strength / (M - 1) sum_{j != i} [ KL(q_j || q_i) + KL(q_j | H || q_i | H) ]
    u_i = z_i + tau log n,   q_i = softmax u_i

    It is the term of net i of M; a step adds up those of all. H are the hard classes of a sample: its own and those of
    the largest mean logit, a share of all classes, at least 2; "| H" is the softmax over H alone. The gradient flows
    through both sides of KL.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    tau : float
        How much of log n the scores carry.
    mining : float
        What multiplies the cross-entropy over hard classes.
    share : float
        Hard classes, as a share of all.
    strength : float
        What multiplies how far the others are.
    as_released : bool
        True multiplies the scores of classes that are not hard by 0, as the released code does, in place of leaving
        them out: they stay in the softmax.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Li et al. 2022 (arXiv 2203.15359), section 3; authors' code lib/loss/loss.py (NIL_NBOD), cifar100_im100_NCL.yaml.
    Differs from the released code in that the hard classes are those of the mean of all nets (there of the first net,
    for all), and in that classes outside H are left out; `as_released` keeps the second.
    """

    title = "Nested collaborative (NCL)"
    source = "Li et al. 2022, arXiv 2203.15359, section 3; lib/loss/loss.py"
    params = {
        "tau": Param(1.0, 0.0, 10.0, 0.05, "how much of log n the scores carry", shown=(0.0, 3.0)),
        "mining": Param(1.0, 0.0, 10.0, 0.05, "what multiplies the cross-entropy over hard classes", shown=(0.0, 2.0)),
        "share": Param(0.3, 0.0, 1.0, 0.05, "hard classes, as a share of all"),
        "strength": Param(0.6, 0.0, 10.0, 0.05, "what multiplies how far the other nets are", shown=(0.0, 2.0)),
        "as_released": Flag(False, "multiply the scores of other than hard classes by 0, in place of leaving them out"),
    }
    neutral = {"tau": 0.0, "mining": 0.0, "strength": 0.0}
    exempt = {"shift[as_released=True]": "a score of 0 is not shifted with the others"}

    tau: float
    mining: float
    share: float
    strength: float
    as_released: bool

    def needs(self) -> tuple[str, ...]:
        """Return the logits, and those of the other nets."""
        return ("logits", "peers")

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Add tau log n to every row."""
        return scores + (self.tau * self.counts_wide.log()).to(scores.dtype)

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Return what the hard classes and the other nets add to each row (B,)."""
        assert outputs.logits is not None
        assert outputs.peers is not None
        raw = torch.cat([outputs.logits[:, None], outputs.peers], dim=1)  # (B, M, C)
        own = torch.zeros_like(outputs.logits).scatter(1, labels[:, None], torch.inf)
        hard = (raw.mean(dim=1) + own).topk(hard_classes(self.share, raw.shape[2]), dim=1).indices  # the own one first
        scores = self.adjust(raw, labels)
        if self.as_released:
            kept = torch.zeros_like(raw[:, 0]).scatter(1, hard, 1.0)
            few, place = scores * kept[:, None], labels
        else:
            few = scores.gather(2, hard[:, None].expand(-1, raw.shape[1], -1))
            place = torch.zeros_like(labels)
        mined = F.cross_entropy(few[:, 0], place, reduction="none")
        return self.mining * mined + self.strength * (_apart(scores) + _apart(few))

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, sample by sample and net by net."""
        log_n = params["tau"] * np.log(case.counts)
        point, rows = cross_entropy(case.logits + log_n, case), []
        for z, peers, y in zip(case.logits, case.peers, case.labels):
            every = np.vstack([z, peers])
            order = [k for k in np.argsort(-every.mean(axis=0)) if k != y]
            hard = [y, *order[: hard_classes(params["share"], len(z)) - 1]]
            whole = every + log_n
            few = np.where(np.isin(np.arange(len(z)), hard), whole, 0.0) if params["as_released"] else whole[:, hard]
            mined = -log_softmax(few)[0, y if params["as_released"] else 0]
            apart = 0.0
            for scores in (whole, few):
                log_q = log_softmax(scores)
                apart += np.mean([np.sum(np.exp(other) * (other - log_q[0])) for other in log_q[1:]])
            rows.append(params["mining"] * mined + params["strength"] * apart)
        return np.asarray(point + np.array(rows))


def hard_classes(share: float, classes: int) -> int:
    """Return how many classes are hard: a share of all, the own one among them, at least 2."""
    return max(2, round(share * classes))


def _apart(scores: Tensor) -> Tensor:
    """Return the mean of KL(q_j || q_0) over the other nets j, (B,), of scores (B, M, C)."""
    log_q = scores.log_softmax(dim=2)
    own, others = log_q[:, :1], log_q[:, 1:]
    return (others.exp() * (others - own)).sum(dim=2).mean(dim=1)
