"""Images blended with each other."""

from __future__ import annotations

from ltviz.methods.rows._base import Method

FAMILY = "Augmentation"


ROWS = (
    Method(
        "mixup",
        "ce",
        "Zhang et al. 2018, arXiv 1710.09412; train.py (alpha 1)",
        step="mixup",
        idea="Cross-entropy on blends of two images, whose labels are blended alike",
        title="Mixup",
    ),
    Method(
        "remix",
        "ce",
        "Chou et al. 2020, arXiv 2007.03943; Bag of Tricks, combiner.py (alpha 1, kappa 3, tau 0.5)",
        step="remix",
        idea="Mixup in which the label of a blend goes to the rarer class alone where that is three times as rare",
        title="Remix",
    ),
)
