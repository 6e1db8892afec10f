"""ELM: margins between the scores of frequent and rare classes, and rare classes' embeddings held together."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses._base import Outputs
from ltviz.losses._contrast import beside_vectors, by_row
from ltviz.losses._numpy import Case
from ltviz.losses.logit_adjustment import LogitAdjustment


class ELM(LogitAdjustment):
    r"""ELM: margins between the scores of frequent and rare classes, and rare classes' embeddings held together.

    Equation
    --------
    L_i = log( 1 + sum_{j != y} (pi_j / pi_y)^tau exp(z_j - z_y) )  +  strength R_i
    R_i = -mean_{p in P} log( e_p / (e_p + sum_{k != y} mean_{a in A_k} exp(f_i f_a / T)) )
    e_p = exp((f_i f_p - delta_y) / T),   delta_y = max_margin (n_y / n_min)^(-1/4)

    f are embeddings and class vectors of length 1. A_k are the batch's views of class k and its class vector w_k; P are
    those of i's own class y, without i itself, so neither is ever empty. Each class of the batch counts alike: the mean
    of R over a batch is the mean over its classes of their means, and R_i here is weighted so that a mean over rows is
    that.

    ltviz's own writing of a published idea. The paper's abstract says what the objective does: margins in logit space
    (the first term, which is logit adjustment), and tail classes' embeddings made tighter, as in metric embedding and
    contrastive learning. The form of the second term and all its constants are ltviz's choice.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    tau : float
        How much of the prior the scores carry.
    strength : float
        What multiplies the embeddings' term; at 0 the loss is logit adjustment and needs no embeddings.
    max_margin : float
        The margin of the rarest class, in units of the cosine between two embeddings.
    temperature : float
        T: the smaller it is, the more the nearest embeddings of other classes decide.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Jitkrittum et al. 2022 (arXiv 2204.13208), the abstract: no code is released, and the paper's equations and
    constants could not be read. Differs from the released code in that there is none.
    """

    title = "Embedding and logit margins (ELM)"
    source = (
        "follows the abstract of Jitkrittum et al. 2022, arXiv 2204.13208: no code is released, and the embedding "
        "term's form and constants are ltviz's"
    )
    place = 15
    params = {
        **LogitAdjustment.params,
        "strength": Param(0.5, 0.0, 10.0, 0.05, "what multiplies the embeddings' term", shown=(0.0, 2.0)),
        "max_margin": Param(
            0.5, 0.0, 2.0, 0.01, "how much nearer the rarest class's embeddings must be", "cosine", shown=(0.0, 1.0)
        ),
        "temperature": Param(0.1, 0.01, 10.0, 0.01, "how far the nearest embeddings decide", shown=(0.05, 1.0)),
    }
    neutral = {"tau": 0.0, "strength": 0.0}

    strength: float
    max_margin: float
    temperature: float

    def needs(self) -> tuple[str, ...]:
        """Return the logits, and embeddings and class vectors where their term counts."""
        return ("logits", "embedding", "prototypes") if self.strength else ("logits",)

    def embedding_margins(self) -> Tensor:
        """Return delta (C,), in units of the cosine between two embeddings, float64."""
        counts = self.counts_wide
        return self.max_margin * (counts / counts.min()) ** -0.25

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor | float:
        """Return the embeddings' term of each row (B,), each class of the batch counting alike."""
        if not self.strength:
            return 0.0
        near, own, itself, size = beside_vectors(outputs, labels, self.temperature)
        others = (near - size.to(near.dtype).log()).masked_fill(own, -float("inf")).logsumexp(dim=1, keepdim=True)
        margin = self.embedding_margins().to(near.dtype)[labels].repeat_interleave(len(near) // len(labels))
        positive = own & ~itself
        lost = -F.logsigmoid(near - margin[:, None] / self.temperature - others) * positive
        row = by_row(lost.sum(dim=1) / positive.sum(dim=1), outputs.embedding)
        mates = (labels[:, None] == labels).sum(dim=1).to(row.dtype)  # rows of each row's class; 1 / mates sums to ...
        return self.strength * row * len(row) / (mates * mates.reciprocal().sum())  # ... the number of classes

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, pair by pair."""
        point = super().reference(case, tau=params["tau"])
        if not params["strength"]:
            return point
        views = np.asarray(case.embedding, np.float64).reshape(len(case.labels), -1, np.shape(case.embedding)[-1])
        every = [(y, f / (np.linalg.norm(f) or 1)) for y, row in zip(case.labels, views) for f in row]
        vectors = [(k, w / (np.linalg.norm(w) or 1)) for k, w in enumerate(np.asarray(case.prototypes, np.float64))]
        rows: list[float] = []
        for i, (y, f) in enumerate(every):
            delta = params["max_margin"] * (case.counts[y] / case.counts.min()) ** -0.25
            beside = [*every[:i], *every[i + 1 :], *vectors]
            others = sum(
                np.mean([np.exp(f @ g / params["temperature"]) for label, g in beside if label == k])
                for k in range(len(case.counts))
                if k != y
            )
            mine = [np.exp((f @ g - delta) / params["temperature"]) for label, g in beside if label == y]
            rows.append(-float(np.mean([np.log(e / (e + others)) for e in mine])))
        each = np.reshape(rows, views.shape[:2]).mean(axis=1)
        share = [len(case.labels) / (np.sum(case.labels == y) * len(set(case.labels))) for y in case.labels]
        return np.asarray(point + params["strength"] * each * share)
