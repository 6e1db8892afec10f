"""BCL: embeddings are pushed away from each class alike, however many of it there are."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Outputs
from ltviz.losses._contrast import beside_vectors, by_row
from ltviz.losses._numpy import Case
from ltviz.losses.logit_adjustment import LogitAdjustment


class BCL(LogitAdjustment):
    r"""BCL: embeddings are pushed away from each class alike, however many of it there are.

    Equation
    --------
    L_i = alpha CE( z + tau log pi ) + strength S_i
    S_i = -1/|P| sum_{p in P} log( exp(f_i f_p / T) / sum_k mean_{a in A_k} exp(f_i f_a / T) )

    f are embeddings and class vectors of length 1. A_k are the batch's views of class k and its class vector, without i
    itself; P = A_y for i's own class y. The mean over A_k is the paper's class averaging, the class vectors in it are
    its class complement: no class is ever empty. A row's S is the mean of its views'.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    tau : float
        How much of the prior the scores carry.
    alpha : float
        What multiplies the classification.
    strength : float
        What multiplies the embeddings' term; at 0 it needs no embeddings.
    temperature : float
        T: the smaller it is, the more the nearest embeddings decide.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Zhu et al. 2022 (arXiv 2207.09052), equations 8 and 10; authors' code loss/contrastive.py, loss/logitadjust.py. The
    defaults are those for CIFAR in the DBM authors' code, losses/bcl.py; for ImageNet-LT BCL has alpha 1, strength 0.35
    and temperature 0.07. Differs from the released code in that embeddings and class vectors are brought to length 1
    here (there the net does it).
    """

    title = "Balanced contrastive (BCL)"
    source = "Zhu et al. 2022, arXiv 2207.09052; loss/contrastive.py; for CIFAR as in the DBM code, losses/bcl.py"
    place = 8
    params = {
        **LogitAdjustment.params,
        "alpha": Param(2.0, 0.0, 10.0, 0.05, "what multiplies the classification", shown=(0.0, 4.0)),
        "strength": Param(0.6, 0.0, 10.0, 0.05, "what multiplies the embeddings' term", shown=(0.0, 2.0)),
        "temperature": Param(0.1, 0.01, 10.0, 0.01, "how far the nearest embeddings decide", shown=(0.05, 1.0)),
    }
    neutral = {"tau": 0.0, "alpha": 1.0, "strength": 0.0}

    alpha: float
    strength: float
    temperature: float

    def needs(self) -> tuple[str, ...]:
        """Return the logits, and embeddings and class vectors where their term counts."""
        return ("logits", "embedding", "prototypes") if self.strength else ("logits",)

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return alpha times the cross-entropy of each row (B,)."""
        return self.alpha * super().pointwise(scores, labels)

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor | float:
        """Return the embeddings' term of each row (B,)."""
        if not self.strength:
            return 0.0
        near, own, itself, size = beside_vectors(outputs, labels, self.temperature)
        positive = own & ~itself
        many = (size - own.long()).to(near.dtype)  # of a row's own class, all but itself
        every = (near - many.log()).masked_fill(itself, -float("inf")).logsumexp(dim=1, keepdim=True)
        lost = ((every - near) * positive).sum(dim=1) / positive.sum(dim=1)
        return self.strength * by_row(lost, outputs.embedding)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, pair by pair."""
        point = params["alpha"] * super().reference(case, tau=params["tau"])
        if not params["strength"]:
            return np.asarray(point)
        views = np.asarray(case.embedding, np.float64).reshape(len(case.labels), -1, np.shape(case.embedding)[-1])
        every = [(y, f / (np.linalg.norm(f) or 1)) for y, row in zip(case.labels, views) for f in row]
        vectors = [(k, w / (np.linalg.norm(w) or 1)) for k, w in enumerate(np.asarray(case.prototypes, np.float64))]
        rows: list[float] = []
        for i, (y, f) in enumerate(every):
            beside = [
                (label, np.exp(f @ g / params["temperature"])) for label, g in [*every[:i], *every[i + 1 :], *vectors]
            ]
            below = sum(np.mean([near for label, near in beside if label == k]) for k in range(len(case.counts)))
            rows.append(-float(np.mean([np.log(near / below) for label, near in beside if label == y])))
        return np.asarray(point + params["strength"] * np.reshape(rows, views.shape[:2]).mean(axis=1))
