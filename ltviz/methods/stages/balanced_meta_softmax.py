"""The classifier is drawn anew and trained by balanced softmax, on batches whose class rates are learned meanwhile."""

from __future__ import annotations

import torch
from torch import nn

from ltviz.methods.stages._base import At
from ltviz.methods.stages._classifier import SHARE, Classifier
from ltviz.methods.steps import Step
from ltviz.methods.steps.meta_sampler import MetaSampler
from ltviz.models.heads import width


class BalancedMetaSoftmax(Classifier):
    r"""BALMS: balanced softmax says what a class's score is owed, the meta sampler how often it is to be seen.

    Equation
    --------
    min_W mean CE( W f(x) + b + log n, y ),  (x, y) drawn by the step `meta_sampler`, f frozen

    By the recipe of the training, but for its length and its rate, which falls along half a cosine.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.
    meta_rate : float
        Adam's rate, of the class rates.

    Source
    ------
    Ren et al. 2020 (BALMS, arXiv 2007.10740), section 3 and appendix: 2,000 steps of batch 512 on frozen features
    after 13,000; run_networks.py. See the step for where the meta sampler differs.
    """

    source = "Ren et al. 2020, arXiv 2007.10740, section 3; run_networks.py"
    params = {"share": SHARE, "meta_rate": MetaSampler.params["meta_rate"]}
    sampler = "instance"
    loss = "balanced_softmax"

    meta_rate: float

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return a classifier drawn from the stage's seed."""
        return at.head(width(net), torch.Generator().manual_seed(at.seed))

    def step(self) -> Step:
        """Return the meta sampler."""
        return MetaSampler(meta_rate=self.meta_rate)
