"""Views that follow from the losses alone: nothing is fitted or trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.own_counts import own
from ltviz.core.params import Choice, Param, Text
from ltviz.core.profiles import Imbalance
from ltviz.losses import LossSpec
from ltviz.views._table import SAMPLE, Override, View, long_tail, losses_text

_ANGLE = Param(30.0, 0.0, 180.0, 1.0, "angle between the sample and its own class direction", unit="degrees")
_LOSSES = "losses, separated by commas, each with its parameters in brackets"


def _scaled(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a loss with a scale of its own makes idle."""
    return ("sharpness",) if LossSpec.of(state["loss"]).loss.uses == "cosine" else ()


CLOSED = (
    View(
        "class_counts",
        "How many training samples does each class have, and which classes count as many, medium and few?",
        {
            **long_tail(),
            "groups": Choice("thresholds", ("thresholds", "terciles"), "the rule for many, medium and few"),
        },
        {"classes": 4},
    ),
    View(
        "margin_curve",
        "How far does a margin push down the target's logit, in frequent and in rare classes?",
        {
            "losses": losses_text("ldam, mm_ldam, dbm, logit_adjustment", _LOSSES),
            "unit": Choice("logit", ("logit", "paper"), "one scale for all, or each paper's own unit"),
            "angle": _ANGLE,
            **long_tail(),
        },
        {"classes": 4},
        gives=SAMPLE,
    ),
    View(
        "mm_margin",
        "How large is the maximum margin of a sample on the right side of the boundary, and on the wrong side?",
        {"losses": losses_text("mm, mm_ldam", _LOSSES), **long_tail(classes=5)},
        {"classes": 3},
        takes=lambda loss: bool(loss.halves),
    ),
    View(
        "margin_bound",
        "Two classes share one gap: where must the boundary stand for the smallest error bound?",
        {
            "largest": Param(1000, 1, 10**9, 0.1, "samples n1 of the frequent class", shown=(10, 10_000), log=True),
            "imbalance": Imbalance(100.0, 1.0, 1e6, 0.05, "n1 over n2, the rare class's", shown=(1, 1000), log=True),
            "counts": own(("largest", "imbalance")),
        },
    ),
    View(
        "margin_surface",
        "How does DBM's margin grow with the rarity of the class and the difficulty of the sample?",
        {
            "loss": Text("dbm", "a loss with an angular margin: dbm, with its parameters in brackets"),
            "imbalance": Imbalance(100.0, 1.0, 1e6, 0.05, "largest n_y / n_min drawn", shown=(2, 1000), log=True),
            "resolution": Param(61, 2, 2000, 1, "points along each side of the grid", shown=(21, 201)),
        },
        {"resolution": 11},
        (900, 600),
        takes=lambda loss: loss.margin_unit == "radian",
    ),
    View(
        "weight_curve",
        "How much more does a rare class's sample count than a frequent one's under re-weighting?",
        {
            "losses": losses_text(
                "inverse_frequency, inverse_frequency(power=0.5), "
                "class_balanced(beta=0.9999), class_balanced(beta=0.99)",
                _LOSSES,
            ),
            **long_tail(),
        },
        {"classes": 4},
        gives=SAMPLE,
    ),
    View(
        "loss_anatomy",
        "What does a loss change in cross-entropy: the scores, the weights, the penalty or the pull?",
        {
            "loss": Text("ldam", "any loss, with its parameters in brackets"),
            "sharpness": Param(10.0, 0.1, 100.0, 0.5, "logits per cosine for a loss without a scale", shown=(1, 64)),
            **long_tail(),
        },
        {"classes": 3, "largest": 500},
        (980, 720),
        gives=SAMPLE,
        takes=lambda loss: True,
        overrides=(Override("loss", _scaled, "that loss has a scale of its own"),),
    ),
)
