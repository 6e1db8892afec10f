"""The classifier and a factor for each class go on with smoothed labels, the more the more frequent their class."""

from __future__ import annotations

from torch import nn

from ltviz.core.params import Param
from ltviz.methods.stages._base import At
from ltviz.methods.stages._classifier import SHARE, Classifier, Scaled, head_of


class MiSLAS(Classifier):
    r"""MiSLAS's second stage: label-aware smoothing with a learnt scale, on classes drawn equally.

    Equation
    --------
    min_{f, W, b} mean L( f_j (w_j^T x + b_j), y ),  (x, y) drawn with p_j = 1/C, features x frozen
    L is label-aware smoothing;  f_j = 1 at the start, W and b where the first training left them

    By the recipe of the training, but for its length and its rate, which falls along half a cosine.

    Parameters
    ----------
    share : float
        Epochs, as a share of those of the training, rounded up.
    smoothing : float
        The part that labels of the most frequent class give away; those of the rarest give none.

    Source
    ------
    Zhong et al. 2021 (MiSLAS, arXiv 2104.00466), section 3.2; train_stage2.py: 10 epochs after 200 of mixup. The
    smoothing is that of CIFAR-10-LT at imbalance 100 (0.2 at 50, 0.1 at 10). Differs from the released code in that W
    and b learn at the rate of f (half of it there), and in that the statistics of batch norm stay as they are, which
    it updates for CIFAR-100 alone.
    """

    source = "Zhong et al. 2021, arXiv 2104.00466, section 3.2; train_stage2.py"
    params = {
        "share": SHARE,
        "smoothing": Param(0.3, 0.0, 1.0, 0.05, "the part that the most frequent class's labels give away"),
    }

    smoothing: float

    def begun(self, net: nn.Module, at: At) -> nn.Module:
        """Return the net's classifier under factors of 1."""
        return Scaled(head_of(net))

    def criterion(self) -> str:
        """Return label-aware smoothing."""
        return f"label_aware_smoothing(head={self.smoothing}, tail=0.0)"
