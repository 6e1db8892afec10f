"""Which samples an epoch is made of."""

from __future__ import annotations

from ltviz.methods.rows._base import CAO, Method

FAMILY = "Re-sampling"

_KANG = "Kang et al. 2020, arXiv 1910.09217"
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
        "square_root_sampling",
        "ce",
        f"{_KANG}, section 3.1 (q = 1/2)",
        sampler="square_root",
        idea="Cross-entropy on batches in which a class comes in proportion to the root of its number of samples",
        title="Square-root sampling",
    ),
    Method(
        "progressive_sampling",
        "ce",
        f"{_KANG}, equation 3; MixedPrioritizedSampler.py",
        sampler="progressive",
        idea="Cross-entropy on batches as they are at first, and in the end of all classes equally often",
        title="Progressive sampling",
    ),
    Method(
        "class_aware_sampling",
        "ce",
        f"{_KANG}, ClassAwareSampler.py (one sample a turn)",
        sampler="class_aware",
        idea="Cross-entropy; classes take turns, and so do the samples of each, until the largest class is through",
        title="Class-aware sampling",
    ),
    Method(
        "reverse_sampling",
        "ce",
        "Zhou et al. 2020, arXiv 1912.02413, section 3.2; imbalance_cifar.py (one of BBN's two streams, by itself)",
        sampler="reverse",
        idea="Cross-entropy on batches in which the rarest class comes most often",
        title="Reversed sampling",
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
        "over_sampling_augmented",
        "ce",
        f"{_BUDA} (which augmentation replicas get is ltviz's choice)",
        sampler="over",
        replicas="varied",
        idea="Over-sampling in which each repeated image of a rare class is augmented more strongly than the rest",
        title="Over-sampling, replicas augmented",
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
