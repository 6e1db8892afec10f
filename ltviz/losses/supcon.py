"""SupCon: embeddings of one class are drawn together, away from all others in the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._contrast import by_view, directions
from ltviz.losses._numpy import Case


class SupCon(Loss):
    r"""SupCon: embeddings of one class are drawn together, away from all others in the batch.

    Equation
    --------
    L_i = -strength / |P(i)| sum_{p in P(i)} log( exp(f_i f_p / T) / sum_{a != i} exp(f_i f_a / T) )

    f are the embeddings of all views of the batch, each of length 1, and P(i) are the others of i's class. A row's loss
    is the mean of its views'. One without another of its class, or another view of itself, has the loss 0 and counts
    in the batch's mean. An embedding of 0 has no direction: its products are 0.

    It is a term on embeddings alone: no classifier learns from it, so a method adds a classification loss. Class
    weights do not enter it.

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters.
    temperature : float
        T: the smaller it is, the more the nearest embeddings decide.
    strength : float
        What multiplies the term.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Khosla et al. 2020 (arXiv 2004.11362), equation 2 (L_out); authors' code SupContrast losses.py. Differs from the
    released code in that the loss is not multiplied by T / 0.07, as in the paper, and in that embeddings are brought to
    length 1 here (there the net does it).
    """

    title = "Supervised contrastive (SupCon)"
    source = "Khosla et al. 2020, arXiv 2004.11362, eq. 2; SupContrast losses.py"
    place = 14
    uses = "embedding"
    params = {
        "temperature": Param(0.1, 0.01, 10.0, 0.01, "how far the nearest embeddings decide", shown=(0.05, 1.0)),
        "strength": Param(1.0, 0.0, 10.0, 0.05, "what multiplies the term", shown=(0.0, 2.0)),
    }
    exempt = {"neutral": "it has no classification term, so no cross-entropy"}

    temperature: float
    strength: float

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Return the term of each row (B,)."""
        assert outputs.embedding is not None
        views = by_view(outputs.embedding)  # (B, V, D)
        unit = directions(views).flatten(0, 1)  # (B V, D)
        ids, itself = labels.repeat_interleave(views.shape[1]), torch.eye(len(unit), device=unit.device).bool()
        near = (unit @ unit.T / self.temperature).masked_fill(itself, -torch.inf)
        positive = (ids[:, None] == ids) & ~itself
        log_share = (near - near.logsumexp(dim=1, keepdim=True)).masked_fill(~positive, 0)
        anchor = -log_share.sum(dim=1) / positive.sum(dim=1).clamp_min(1)
        return self.strength * anchor.unflatten(0, views.shape[:2]).mean(dim=1)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, anchor by anchor."""
        views = np.asarray(case.embedding, np.float64).reshape(len(case.labels), -1, np.shape(case.embedding)[-1])
        every = [(y, f / (np.linalg.norm(f) or 1)) for y, row in zip(case.labels, views) for f in row]
        rows: list[float] = []
        for i, (y, f) in enumerate(every):
            others = [(label, np.exp(f @ g / params["temperature"])) for a, (label, g) in enumerate(every) if a != i]
            shares = [near / sum(each for _, each in others) for label, near in others if label == y]
            rows.append(-float(np.mean(np.log(shares))) if shares else 0.0)
        return params["strength"] * np.reshape(rows, views.shape[:2]).mean(axis=1)
