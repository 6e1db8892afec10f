"""Which samples an epoch is made of."""

from __future__ import annotations

from ltviz.methods.rows._base import CAO, Method

FAMILY = "Re-sampling"

_BUDA = "Buda et al. 2018, arXiv 1710.05381; Byrd and Lipton 2019, arXiv 1812.03372"

ROWS = (
    Method(
        "class_balanced_resampling",
        "ce",
        f"{CAO}, table 2 (CB RS); classes drawn equally, which its weights (1-b)/(1-b^n) per sample come close to",
        sampler="class_balanced",
        idea="Cross-entropy on batches in which all classes come equally often",
        title="Class-balanced re-sampling",
    ),
    Method(
        "over_sampling",
        "ce",
        f"{_BUDA} (the jitter of 0.05 is ltviz's)",
        sampler="over",
        jitter=0.05,
        idea="Cross-entropy; rare classes' samples are repeated until all classes are as large as the largest",
        title="Over-sampling",
    ),
    Method(
        "under_sampling",
        "ce",
        _BUDA,
        sampler="under",
        idea="Cross-entropy; each epoch uses only as many samples of a class as the rarest has",
        title="Under-sampling",
    ),
)
