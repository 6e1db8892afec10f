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
            "The paper's equation 7 in one dimension: two classes share one gap. The place of the minimum is its "
            "closed form, margins in proportion to n^(-1/4); the curve is drawn here.",
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
            "The paper's Figure 1 is a drawing of a boundary that is moved towards the frequent class. This is the "
            "boundary of an exact fit on two clouds with 1000 and 10 points, beside cross-entropy's.",
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
            "The paper's Figure 2 shows errors of the classes with and without deferred re-weighting. Here the whole "
            "course: what the weights do at the epoch at which they set in. " + _OURS,
            {"methods": "ldam, ldam_drw", "records": _RECORDS, "seeds": 1},
        ),
        Plate(
            "by_class",
            "per_class_error",
            "Test error of each class, as in the paper's per-class figure, which is of step imbalance. " + _OURS,
            {"methods": "erm, ldam, ldam_drw", "records": _RECORDS, "seeds": 1},
        ),
    ),
)
