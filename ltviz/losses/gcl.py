"""GCL: a random cloud is taken off each cosine, a larger one for rarer classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, log_softmax, weighted
from ltviz.losses.ldam import one_hot_like


class GCL(Loss):
    r"""GCL: a random cloud is taken off each cosine, a larger one for rarer classes.

    Equation
    --------
    L = (1 - p_y)^gamma (-log p_y),   p = softmax( s (c_j - noise |e_j| delta_j - max_margin [j = y]) )

    delta_j = (log n_max - log n_j) / (log n_max - log n_min),   e_j ~ N(0, 1/9), cut off at -1 and 1

    e_j is drawn for each row and class; in evaluation mode nothing is drawn and e_j = 0. The factor (1 - p_y)^gamma
    is a number: no gradient flows through it. With equal counts every delta is 0.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    noise : float
        The most that the cloud takes off the rarest class's cosine.
    max_margin : float
        What is taken off the own class's cosine, the same for every class.
    gamma : float
        How far well-classified samples are played down.
    scale : float
        s: it multiplies cosine, cloud and margin alike.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Li et al. 2022 (CVPR, arXiv 2305.11733); authors' code losses.py:48-85, cifar_train_*.py. The first stage is noise
    0.5 at scale 30; the second, which trains the classifier alone, has max_margin 0.1, gamma 1 and scale 20. Differs
    from the released code in that the class weight stands outside p, equal counts are no division of 0 by 0, logarithms
    are of float64 counts, and nothing is drawn in evaluation mode, where it draws too.
    """

    title = "Gaussian clouded logits (GCL)"
    source = "Li et al. 2022, arXiv 2305.11733; GCL losses.py:48-85"
    uses = "cosine"
    params = {
        "noise": Param(
            0.5, 0.0, 2.0, 0.01, "the most that the cloud takes off the rarest class's cosine", shown=(0.0, 1.0)
        ),
        "max_margin": Param(0.0, 0.0, 2.0, 0.01, "taken off the own class's cosine", "cosine", shown=(0.0, 1.0)),
        "gamma": Param(0.0, 0.0, 10.0, 0.1, "how strongly easy samples are played down", shown=(0.0, 5.0)),
        "scale": Param(30.0, 0.1, 100.0, 0.5, "multiplies cosine, cloud and margin", shown=(1.0, 64.0)),
    }
    neutral = {"noise": 0.0, "max_margin": 0.0, "gamma": 0.0}
    margin_from_counts = True
    tried = ({"max_margin": 0.1, "gamma": 1.0, "scale": 20.0},)  # the second stage's
    exempt = {"gradcheck[max_margin=0.1][gamma=1.0][scale=20.0]": "no gradient flows through the focal factor"}

    noise: float
    max_margin: float
    gamma: float
    scale: float

    def delta(self) -> Tensor:
        """Return how much of the cloud each class has (C,): 0 for the most frequent, 1 for the rarest; float64."""
        log = self.counts_wide.log()
        reach = log.max() - log.min()
        return (log.max() - log) / reach.masked_fill(reach == 0, 1.0)

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Take the cloud off all cosines and the margin off the target's, then scale."""
        cosine = scores - self.max_margin * one_hot_like(scores, labels)
        drawn = self.draw(scores, "normal")
        if drawn is not None:
            cloud = (drawn / 3).abs().clamp(max=1)
            cosine = cosine - self.noise * cloud * self.delta().to(scores.dtype)
        return self.scale * cosine

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return cross-entropy of each row times its factor (B,)."""
        ce = F.cross_entropy(scores, labels, reduction="none")
        return (-torch.expm1(-ce.detach())) ** self.gamma * ce

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand, row by row."""
        log, rows = np.log(np.asarray(case.counts, np.float64)), []
        delta = (log.max() - log) / (log.max() - log.min()) if log.max() > log.min() else 0 * log
        for i, (cosine, y) in enumerate(zip(np.array(case.cosine, np.float64), case.labels)):
            if case.draw is not None:
                cosine -= params["noise"] * np.abs(np.clip(case.draw[i] / 3, -1, 1)) * delta
            cosine[y] -= params["max_margin"]
            log_p = log_softmax(params["scale"] * cosine[None])[0, y]
            rows.append((1 - np.exp(log_p)) ** params["gamma"] * -log_p)
        return weighted(np.array(rows), case)
