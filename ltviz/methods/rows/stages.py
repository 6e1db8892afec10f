"""A second stage on the features of an ordinary training."""

from __future__ import annotations

from ltviz.methods.rows._base import Method

FAMILY = "Two stages"


ROWS = (
    Method(
        "crt",
        "ce",
        "Kang et al. 2020, arXiv 1910.09217, section 4.1; classifier-balancing, cls_crt.yaml",
        stages=("crt",),
        idea="Plain cross-entropy; then the classifier anew, on batches in which all classes come equally often",
        title="cRT",
    ),
)
