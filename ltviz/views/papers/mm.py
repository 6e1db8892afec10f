"""MM: two hard margins, the boundaries that they shift, and the errors of each class."""

from __future__ import annotations

from ltviz.views.papers import Paper, Plate

_RECORDS = "cifar10-exp100"
_OURS = "Recorded here: CIFAR-10-LT at an imbalance of 100, 40 epochs, one seed; the paper trains 200."

PAPER = Paper(
    "Learning imbalanced datasets with maximum margin loss",
    "ICIP 2021, arXiv 2206.05380",
    (
        Plate(
            "two_margins",
            "mm_margin",
            "The margin by the score gap, of the right side and of the wrong side, as the released code computes it "
            "for each sample; the paper calls the first hard positive and the second hard negative. Drawn here.",
        ),
        Plate(
            "shifted_boundaries",
            "decision_map",
            "The authors' slides draw two types of boundary shift. These are exact fits on three classes with few "
            "points in the rarest: the dash-dotted line is what the right side's margin alone would learn, the "
            "long-dashed one the wrong side's.",
            {"scene": "few_points", "imbalance": 50.0, "losses": "ldam, mm"},
        ),
        Plate(
            "how_far",
            "boundary_shift",
            "Not in the paper: how far MM's first parameter moves the boundary between two classes that separate, over "
            "several draws of the points.",
            {"loss": "mm", "scene": "separable"},
        ),
        Plate(
            "input_and_label_space",
            "margin_spaces",
            "A margin in label space and the distance that it makes in input space, for one rare sample. It is LDAM's "
            "margin, which can be set to nothing for comparison; MM's cannot.",
            {"loss": "ldam"},
        ),
        Plate(
            "asked_and_got",
            "class_margin",
            "Not in the paper: the margins that training and test images get under MM and LDAM. " + _OURS,
            {"methods": "ldam, mm", "records": _RECORDS, "seeds": 1},
        ),
        Plate(
            "by_class",
            "per_class_error",
            "Test error of each class. " + _OURS,
            {"methods": "erm, ldam_drw, mm, mm_drw", "records": _RECORDS, "seeds": 1},
        ),
    ),
)
