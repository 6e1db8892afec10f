"""Scores shifted or divided by what the counts say, in the training or after it."""

from __future__ import annotations

from ltviz.methods.rows._base import COSINE, GENTLE, LA, Method
from ltviz.methods.schedule import Recipe

FAMILY = "Logit shifts and factors"

BALMS = Recipe("balanced softmax", epochs=520, batch=512, rate=0.05, decay=5e-4, augmentation="strong")

ROWS = (
    Method(
        "balanced_softmax",
        "balanced_softmax",
        "Ren et al. 2020, arXiv 2007.10740; BalancedSoftmaxLoss.py (13,000 steps: 520 epochs of CIFAR-10, exp 100)",
        schedule=COSINE,
        recipe=BALMS,
        idea="Cross-entropy of the scores plus the log of each class's count, in training only",
    ),
    Method(
        "logit_adjustment",
        "logit_adjustment",
        "Menon et al. 2021, arXiv 2007.07314, eq. 10, appendix D",
        {"tau": 1.0},
        schedule=GENTLE,
        recipe=LA,
        idea="Cross-entropy of the scores plus the log of each class's share, in training only",
    ),
    Method(
        "logit_adjustment_posthoc",
        "ce",
        "Menon et al. 2021, arXiv 2007.07314, eq. 9 (tau 1), appendix D",
        schedule=GENTLE,
        recipe=LA,
        stages=("logit_adjustment",),
        idea="Plain cross-entropy; in the test, the log of each class's share is taken off its score",
        title="Logit adjustment, post hoc",
    ),
    Method(
        "vs",
        "vs",
        "Kini et al. 2021, arXiv 2103.01550; README (CIFAR-10, exp 100)",
        {"gamma": 0.2, "tau": 1.2},
        idea="Cross-entropy with a smaller factor and shift on rarer classes' scores, in training only",
    ),
    Method(
        "cdt",
        "cdt",
        "Ye et al. 2020 (CDT), as in Bag of Tricks; gamma 0.2",
        {"gamma": 0.2},
        idea="Cross-entropy with rarer classes' scores divided by more, in training only",
    ),
)
