"""Large-margin softmax: the angle to the own class is multiplied before its cosine is taken."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltviz.core.params import Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._contrast import by_view, directions
from ltviz.losses._margins import replace_target, target
from ltviz.losses._numpy import Case, cross_entropy


class LargeMarginSoftmax(Loss):
    r"""Large-margin softmax: the angle to the own class is multiplied before its cosine is taken.

    Equation
    --------
    L = CE(z'),   z'_y = z_y + |w_y| |x| (psi(theta_y) - cos(theta_y)) / (1 + lam),   z'_j = z_j for j != y

    psi(theta) = (-1)^k cos(m theta) - 2 k for theta in [k pi / m, (k + 1) pi / m],   lam(t) = annealing 0.99^(10000 t)

    cos(m theta) is the Chebyshev polynomial T_m(cos theta), so that no angle is taken and the gradient is finite
    everywhere. t is the share of training that is done: at its start lam plays the margin down, at its end it is gone.
    Of several views of a row, the mean is taken.

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters: the margin is the same for every class.
    multiple : int
        m: what the angle is multiplied by; 1 is cross-entropy.
    annealing : float
        lam at the start of training; 0 has the whole margin from the first step.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Liu et al. 2016 (arXiv 1612.02295), equations 4 to 7; lam as in the PyTorch port lsoftmax-pytorch, 100 times 0.99
    at each of some 10,000 steps, here a function of the share that is done. Differs from the released code in that lam
    has no floor (the authors' example stops at a smallest lambda), and in that a bias of z_y stays as it is (theirs has
    none).
    """

    title = "Large-margin softmax (L-Softmax)"
    source = "Liu et al. 2016, arXiv 1612.02295, eq. 4 to 7; lsoftmax-pytorch"
    params = {
        "multiple": Param(2, 1, 8, 1, "m: what the angle to the own class is multiplied by", shown=(1, 4)),
        "annealing": Param(
            100.0, 0.0, 10000.0, 1.0, "how far the margin is played down as training starts", shown=(0.0, 1000.0)
        ),
    }
    neutral = {"multiple": 1}
    tried = ({"multiple": 3},)  # odd, where 2 is even

    multiple: int
    annealing: float
    done = 1.0  # the share of training: in its final form until it is told otherwise

    def needs(self) -> tuple[str, ...]:
        """Return logits, and the vectors between which the angle lies."""
        return ("logits", "embedding", "prototypes")

    def set_progress(self, progress: float) -> None:
        """Let lam fall."""
        self.done = progress

    def adjusted(self, outputs: Outputs, labels: Tensor) -> Tensor:
        """Return the logits with the target's angle multiplied."""
        assert outputs.logits is not None
        assert outputs.embedding is not None
        assert outputs.prototypes is not None
        views, own = by_view(outputs.embedding), outputs.prototypes[labels][:, None]  # (B, V, D) and (B, 1, D)
        cosine = (directions(views) * directions(own)).sum(dim=2)
        length = views.norm(dim=2) * own.norm(dim=2)
        lam = self.annealing * 0.99 ** (10000 * self.done)
        fall = (length * (psi(cosine, self.multiple) - cosine)).mean(dim=1) / (1 + lam)
        return replace_target(outputs.logits, labels, target(outputs.logits, labels) + fall)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, by the angles themselves."""
        m, logits = params["multiple"], np.array(case.logits, np.float64)
        lam = params["annealing"] * 0.99 ** (10000 * case.progress)
        views = np.asarray(case.embedding, np.float64).reshape(len(case.labels), -1, np.shape(case.embedding)[-1])
        for z, row, y in zip(logits, views, case.labels):
            falls, w = [], case.prototypes[y]
            for x in row:
                length = np.linalg.norm(w) * np.linalg.norm(x)
                cosine = np.clip(w @ x / (length or 1), -1, 1)
                theta = np.arccos(cosine)
                k = min(int(theta * m / np.pi), m - 1)
                falls.append(length * ((-1) ** k * np.cos(m * theta) - 2 * k - cosine))
            z[y] += np.mean(falls) / (1 + lam)
        return cross_entropy(logits, case)


def psi(cosine: Tensor, multiple: int) -> Tensor:
    """Return psi(theta) for cosine = cos(theta): it falls from 1 to 1 - 2 m as theta goes from 0 to pi."""
    before, value, k = torch.ones_like(cosine), cosine, torch.zeros_like(cosine)
    for j in range(1, multiple):
        before, value = value, 2 * cosine * value - before  # T_j+1 = 2 c T_j - T_j-1
        k = k + (cosine < math.cos(j * math.pi / multiple))
    return (1 - 2 * (k % 2)) * value - 2 * k
