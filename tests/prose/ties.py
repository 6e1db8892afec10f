"""What ties each sentence that claims something to what measures it.

A tie is (words, measure). The words stand in one sentence of the place; ``...`` leaves some of them out; each ``{}``
holds a number that `measure` gives, or "mean ± deviation" of the draws that it gives. Without ``{}`` it gives truths,
all of which must hold. A measure that is a text is the test that measures the sentence: that test has the words, or a
part of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ltviz.studies.mm_margin import mm_margin

from .measuring import (
    CIFAR,
    CLOSEST,
    margins,
    printed,
    shifts,
)

Tie = tuple[str, Callable[[], Any] | str]
BOOKS = "tests/prose/test_what_lessons_say.py: test_what_lesson_"
OF_01 = f"{BOOKS}01_says_of_the_digits"
OF_04, DIGITS_04 = f"{BOOKS}04_says_of_the_bound_and_of_mms_margin", f"{BOOKS}04_says_of_the_digits"
OF_05, BAYES = (
    f"{BOOKS}05_says_of_mms_two_margins_and_of_the_rarest_class",
    f"{BOOKS}05_says_of_the_two_bayes_boundaries",
)
OF_09, SLOPE, PLANE = (f"{BOOKS}09_says_of_the_{of}" for of in ("digits", "drop_and_of_the_slope", "plane"))
WHEEL = "tests/explorers/test_card_wheel.py: test_"


def beyond(loss: str, other: str, scene: str, hold: float = 1.0) -> np.ndarray:
    """By how much a loss's boundary stands further into the frequent class's side than another's, in each draw."""
    return shifts(loss, scene, hold) - shifts(other, scene, hold)


def both_move() -> list[bool]:
    pairs = [(loss, scene) for loss in ("logit_adjustment", "class_balanced") for scene in ("overlap", "separable")]
    return [bool((beyond(loss, "ce", scene) > 0).all()) for loss, scene in pairs]


def a_margin_needs_room() -> list[bool]:
    return [(beyond("ldam", "ce", "separable") > 0).all(), (beyond("ldam", "ce", "overlap") < 0).sum() >= 19]


def overshoots() -> list[bool]:
    return [*(shifts("logit_adjustment", "separable") > 0), abs(shifts("logit_adjustment", "overlap").mean()) < 0.1]


def fades() -> list[bool]:
    of = ("class_balanced", "logit_adjustment")
    return [(beyond(x, "ce", "separable", CLOSEST) < beyond(x, "ce", "separable") / 2).all() for x in of]


def stays() -> list[bool]:
    return list(np.abs(shifts("ldam", "separable", CLOSEST) - shifts("ldam", "separable")) < 0.05)


def largest_beside() -> list[bool]:
    found = mm_margin()
    return [(np.diff(p.wrong) > 0).all() and (np.diff(p.right) < 0).all() for p in found.panels]


def sharing() -> float:
    return CIFAR.values[5:].sum() / CIFAR.total


def fixed() -> list[bool]:
    """Whether LDAM's margin is the same wherever the sample lies."""
    return [np.allclose(margins(angle).logits[0], margins().logits[0], rtol=1e-6) for angle in (0.0, 60.0)]


def cao(dataset: str, *errors: float) -> list[bool]:
    """Whether Cao's table has these errors, of cross-entropy, with weights from the start, and at the end."""
    found = [100 - printed("Cao", name, dataset) for name in ("erm", "class_balanced", "ce_drw")]
    return [abs(ours - theirs) < 0.05 for ours, theirs in zip(found, errors, strict=True)]
