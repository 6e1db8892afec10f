"""Weights in the loss: rarer classes count more."""

from __future__ import annotations

from ltviz.methods.rows._base import CAO, DEFERRED, THEN_WEIGHTS, Method
from ltviz.methods.schedule import Schedule

FAMILY = "Re-weighting"


ROWS = (
    Method("erm", "ce", f"{CAO}, table 2 (ERM); cifar_train.py", idea="Cross-entropy and nothing else"),
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
        "equalization",
        "equalization",
        "Tan et al. 2020, arXiv 2003.05176, as in Bag of Tricks, equalization_loss.py (gamma 0.9, threshold 0.005: on "
        "CIFAR-10 at exp 100 it reaches the rarest class alone)",
        {"threshold": 0.005, "gamma": 0.9},
        idea="Cross-entropy in which the rarest classes are mostly left out of other samples' softmax",
    ),
    Method(
        "label_aware_smoothing",
        "label_aware_smoothing",
        "Zhong et al. 2021, arXiv 2104.00466, section 3.2; methods.py (the paper has it in its second stage: mislas; "
        "from the start it is ltviz's)",
        {"head": 0.3, "tail": 0.0},
        idea="Cross-entropy with labels that give a part to all classes, a larger one the more frequent the class",
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
