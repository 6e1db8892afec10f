"""LDAM: its bound, its margins, and what a net makes of them."""

from __future__ import annotations

from ltviz.views.papers import Paper, Plate

_RECORDS = "cifar10-exp100"
_OURS = "Recorded here: 40 epochs, one seed; the paper trains 200."

PAPER = Paper(
    "Learning imbalanced datasets with label-distribution-aware margin loss",
    "Cao and others, NeurIPS 2019, arXiv 1906.07413",
    (
        Plate(
            "bound",
            "margin_bound",
            "The paper's argument for two classes that share one gap: margins in proportion to n^(-1/4) make its bound "
            "smallest. The curve of the bound is drawn here.",
        ),
        Plate(
            "margins",
            "margin_curve",
            "The paper's equation 12: the margin that each class is asked for, here as the drop of the target's logit "
            "at its scale of 30, on the counts of CIFAR-10-LT at an imbalance of 100.",
            {"losses": "ldam"},
        ),
        Plate(
            "loss",
            "loss_anatomy",
            "The paper's equation 13, taken apart into what it changes of cross-entropy.",
            {"loss": "ldam"},
        ),
        Plate(
            "boundary",
            "decision_map",
            "What the paper means to reach: a boundary that leaves the rare class more room. Here it is that of an "
            "exact fit on two clouds with 1000 and 10 points, beside cross-entropy's.",
            {"losses": "ce, ldam", "scene": "separable"},
        ),
        Plate(
            "asked_and_got",
            "class_margin",
            "Not in the paper: the margins that the loss asks for, beside those that training and test images get. "
            + _OURS,
            {"methods": "erm, ldam_drw", "records": _RECORDS, "seeds": 1},
        ),
        Plate(
            "deferred",
            "training_history",
            "Deferred re-weighting (the paper's Algorithm 1), epoch by epoch: what the weights do when they set in. "
            + _OURS,
            {"methods": "ldam, ldam_drw", "records": _RECORDS, "seeds": 1},
        ),
        Plate(
            "by_class",
            "per_class_error",
            "Test error of each class, of CIFAR-10-LT at an imbalance of 100, as in the paper's Table 2. " + _OURS,
            {"methods": "erm, ldam, ldam_drw", "records": _RECORDS, "seeds": 1},
        ),
    ),
)
