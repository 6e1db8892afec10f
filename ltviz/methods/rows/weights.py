"""Weights in the loss: rarer classes count more."""

from __future__ import annotations

from ltviz.methods.rows._base import CAO, DEFERRED, THEN_WEIGHTS, Method
from ltviz.methods.schedule import Schedule

FAMILY = "Re-weighting"


ROWS = (
    Method(
        "focal",
        "focal",
        f"{CAO}, table 2 (Focal); losses.py",
        {"gamma": 1.0},
        idea="Focal loss: samples that are already well classified count less",
    ),
    Method(
        "inverse_frequency",
        "inverse_frequency",
        f"{CAO}, section 4 (weights 1/n, mean 1 in the batch)",
        idea="Cross-entropy weighted by one over a class's number of samples, from the start",
    ),
    Method(
        "class_balanced",
        "class_balanced",
        f"{CAO}, table 2 (CB RW); cifar_train.py",
        {"beta": 0.9999},
        idea="Cross-entropy weighted by one over a class's effective number of samples, from the start",
    ),
    Method(
        "cb_focal",
        "focal",
        "Cui et al. 2019, arXiv 1901.05555; cifar_main.py (sigmoid form, beta 0.9999)",
        {"gamma": 1.0, "form": "sigmoid", "weights_by": "none"},
        head="sigmoid",
        schedule=Schedule(deferred=0.0),
        idea="Focal loss with a sigmoid for each class; class-balanced weights from the start",
        title="Class-balanced focal loss",
    ),
    Method(
        "ce_drw",
        "ce",
        f"{CAO}, table 5 (CE-DRW); cifar_train.py",
        schedule=DEFERRED,
        idea=f"Cross-entropy{THEN_WEIGHTS}",
        title="CE-DRW",
    ),
)
