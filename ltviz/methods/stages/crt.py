"""The classifier is drawn anew and trained on batches in which all classes come equally often; features stay."""

from __future__ import annotations

import torch
from torch import nn

from ltviz.methods.stages._base import At
from ltviz.methods.stages._classifier import SHARE, Classifier
from ltviz.models.heads import width


class CRT(Classifier):
    r"""Classifier re-training: the features of an ordinary training are good, its classifier is not.

    Equation
    --------
    min_W mean CE( W f(x) + b, y ),  (x, y) drawn with p_j = 1/C, f frozen

    By the recipe of the training, but for its length and its rate, which falls along half a cosine.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), section 4.1 and appendix: 10 epochs after 90, cosine, classifier drawn anew.
    The share is that of Bag of Tricks (Zhang et al. 2021) on CIFAR-LT, 30 epochs after 200. Differs from the released
    code in that the statistics of batch norm are frozen with the features.
    """

    source = "Kang et al. 2020, arXiv 1910.09217, section 4.1; classifier-balancing, cls_crt.yaml"
    params = {"share": SHARE}

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return a classifier drawn from the stage's seed."""
        return at.head(width(net), torch.Generator().manual_seed(at.seed))
