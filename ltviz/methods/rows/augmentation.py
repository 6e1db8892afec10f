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
)
