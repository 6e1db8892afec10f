"""The classifier stays but for one factor a class, learned on batches in which all classes come equally often."""

from __future__ import annotations

from torch import nn

from ltviz.methods.stages._base import At
from ltviz.methods.stages._classifier import SHARE, Classifier, Scaled, head_of


class LWS(Classifier):
    r"""Learnable weight scaling: what a long tail does to a classifier is to its vectors' lengths.

    Equation
    --------
    min_f mean CE( f_j (w_j^T f(x) + b_j), y ),  (x, y) drawn with p_j = 1/C;  f_j = 1 at the start, all else frozen

    By the recipe of the training, but for its length and its rate, which falls along half a cosine.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.

    Source
    ------
    Kang et al. 2020 (arXiv 1910.09217), section 4.3; classifier-balancing, TauNormClassifier.py, whose factor
    multiplies the bias too. There it is trained for 5 epochs after 90; here as long as cRT, so that both can be
    compared.
    """

    source = "Kang et al. 2020, arXiv 1910.09217, section 4.3; classifier-balancing, TauNormClassifier.py"
    params = {"share": SHARE}

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return the net's classifier, frozen, under factors of 1."""
        return Scaled(head_of(net).requires_grad_(False))
