"""GML: class scores of the head, and of embeddings beside a queue's, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._margins import log_prior
from ltviz.losses._numpy import Case, cross_entropy, log_softmax


class GML(Loss):
    r"""GML: class scores of the head, and of embeddings beside a queue's, and what a teacher says.

    Equation
    --------
    L = CE( s c + tau log pi ) + strength sum_p CE( g_p + tau log pi ) + distillation T^2 KL( q(t) || q(s c) )
    q(z) = softmax(z / T)

    g_p are class scores from embeddings: the logarithm of the mean, over a class's embeddings in a queue, of
    exp(q k / T_c); a step makes them and gives them as peers. t are the logits of a teacher.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    scale : float
        s, the inverse of the paper's T_s.
    tau : float
        How much of the prior all scores carry.
    strength : float
        What multiplies the scores from embeddings.
    distillation : float
        What multiplies how far the teacher is.
    temperature : float
        T, at which teacher and student are compared.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Suh and Seo 2023 (Long-tailed recognition by mutual information maximization between latent features and
    ground-truth labels, ICML), authors' code losses.py (bluecdm/Long-tailed-recognition). Differs from the released
    code in that the scores from embeddings come from outside, as many as a step makes.
    """

    title = "Mutual information (GML)"
    source = "Suh and Seo 2023, ICML; bluecdm/Long-tailed-recognition, losses.py"
    uses = "cosine"
    params = {
        "scale": Param(30.0, 0.1, 100.0, 0.5, "multiplies the cosines", shown=(1.0, 64.0)),
        "tau": Param(1.0, 0.0, 10.0, 0.05, "how much of the log prior is added", shown=(0.0, 3.0)),
        "strength": Param(1.0, 0.0, 10.0, 0.05, "what multiplies the scores from embeddings", shown=(0.0, 2.0)),
        "distillation": Param(1.0, 0.0, 10.0, 0.05, "what multiplies how far the teacher is", shown=(0.0, 2.0)),
        "temperature": Param(4.0, 0.1, 100.0, 0.1, "at which teacher and student are compared", shown=(1.0, 10.0)),
    }
    neutral = {"tau": 0.0, "strength": 0.0, "distillation": 0.0}
    exempt = {"monotone": "it is drawn to a teacher, who may be less sure"}

    scale: float
    tau: float
    strength: float
    distillation: float
    temperature: float

    def needs(self) -> tuple[str, ...]:
        """Return the cosines, and scores from embeddings and a teacher where they count."""
        weights = {"peers": self.strength, "teacher": self.distillation}
        return ("cosine", *(field for field, weight in weights.items() if weight))

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Scale the cosines and add tau log pi to every row."""
        return self.scale * scores + self._shift(scores)

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor | float:
        """Return what the embeddings and the teacher add to each row (B,)."""
        term: Tensor | float = 0.0
        if self.strength:
            assert outputs.peers is not None
            scores = (outputs.peers + self._shift(outputs.peers)).swapaxes(1, 2)
            ids = labels[:, None].expand(-1, scores.shape[2])
            term = term + self.strength * F.cross_entropy(scores, ids, reduction="none").sum(dim=1)
        if self.distillation:
            assert outputs.cosine is not None
            assert outputs.teacher is not None
            pair = self.scale * outputs.cosine, outputs.teacher
            own, other = ((scores / self.temperature).log_softmax(dim=1) for scores in pair)
            term = term + self.distillation * self.temperature**2 * (other.exp() * (other - own)).sum(dim=1)
        return term

    def _shift(self, like: Tensor) -> Tensor:
        return (self.tau * log_prior(self.counts_wide)).to(like.dtype)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        shift = params["tau"] * np.log(case.counts / case.counts.sum())
        rows, scores = np.arange(len(case.labels)), params["scale"] * np.asarray(case.cosine, np.float64)
        total = cross_entropy(scores + shift, case)
        if params["strength"]:
            for k in range(case.peers.shape[1]):
                total = total - params["strength"] * log_softmax(case.peers[:, k] + shift)[rows, case.labels]
        if params["distillation"]:
            own, other = (log_softmax(z / params["temperature"]) for z in (scores, case.teacher))
            apart = np.sum(np.exp(other) * (other - own), axis=1)
            total = total + params["distillation"] * params["temperature"] ** 2 * apart
        return np.asarray(total)
