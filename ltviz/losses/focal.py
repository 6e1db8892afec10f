"""Focal loss: well-classified samples count less."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Choice, Param
from ltviz.losses._base import Loss
from ltviz.losses._numpy import Case, log_softmax, weighted


class Focal(Loss):
    r"""Focal loss: well-classified samples count less.

    Equation
    --------
    softmax: L = w_y (1 - p_y)^gamma (-log p_y),   p = softmax(z)

    sigmoid: L = w_y sum_c (1 - q_c)^gamma (-log q_c),   q_c = sigmoid(z_c) if c = y, else sigmoid(-z_c)

    Parameters
    ----------
    counts : ClassCounts
        Only their number C matters: the class weights are 1 until they are set.
    gamma : float
        0 leaves the loss as it is; larger values look harder at the badly classified samples.
    form : {"softmax", "sigmoid"}
        One probability over the classes, or one yes-or-no for each class (the original, made for detection).

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    Lin et al. 2017 (arXiv 1708.02002), equation 4; softmax form as in LDAM's losses.py:7-21, sigmoid form as in the
    class-balanced loss's cifar_main.py:226-266. Differs from the released code in that the class weight stands
    outside p (LDAM's takes p = exp(-w CE), which is not a probability of the class).
    """

    title = "Focal loss"
    source = "Lin et al. 2017, arXiv 1708.02002, eq. 4; LDAM losses.py, CB cifar_main.py"
    place = 9
    params = {
        "gamma": Param(1.0, 0.0, 10.0, 0.1, "how strongly easy samples are played down", shown=(0.0, 5.0)),
        "form": Choice("softmax", ("softmax", "sigmoid"), "one softmax, or a sigmoid for each class"),
    }
    neutral = {"gamma": 0.0, "form": "softmax"}
    exempt = {"shift[form=sigmoid]": "each class has a sigmoid of its own, so a common shift of the scores matters"}

    gamma: float
    form: str

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the focal loss of each row (B,)."""
        if self.form == "sigmoid":
            own = torch.zeros_like(scores).scatter(1, labels[:, None], 1.0)
            signed = scores * (2 * own - 1)
            # -log q by logsigmoid: softplus is the same but for its threshold, beyond which it drops the small part
            return (torch.exp(self.gamma * F.logsigmoid(-signed)) * -F.logsigmoid(signed)).sum(dim=1)
        ce = F.cross_entropy(scores, labels, reduction="none")
        # 1 - p = -expm1(-ce) keeps its digits as p -> 1; at 0 itself a power below 1 has an infinite slope
        return (-torch.expm1(-ce)).clamp_min(1e-12) ** self.gamma * ce

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        rows, gamma = np.arange(len(case.labels)), params["gamma"]
        if params["form"] == "softmax":
            log_p = log_softmax(case.logits)[rows, case.labels]
            return weighted((1 - np.exp(log_p)) ** gamma * -log_p, case)
        signed = -np.array(case.logits, np.float64)
        signed[rows, case.labels] *= -1
        log_q, log_not_q = -np.logaddexp(0, -signed), -np.logaddexp(0, signed)
        return weighted((np.exp(gamma * log_not_q) * -log_q).sum(axis=1), case)
