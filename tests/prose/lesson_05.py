"""What ties the sentences of lesson 5 to what measures them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ltviz.datasets import toy

from .measuring import CLOSEST, at_best, mistakes, rare_error, shifts, strip
from .ties import BAYES, OF_05, a_margin_needs_room, beyond, both_move, fades, overshoots, stays
from .unmeasured import ADVICE, DEFINED, LIMITS

LOSSES = {"cross-entropy": "ce", "class-balanced weights": "class_balanced", "logit adjustment": "logit_adjustment"}


def row(loss: str) -> tuple[np.ndarray, ...]:
    """A row of the table of numbers."""
    return shifts(loss, "overlap"), shifts(loss, "separable"), shifts(loss, "separable", CLOSEST)


def more_is_worse() -> bool:
    """Whether where classes overlap a larger margin takes the boundary further the wrong way."""
    without, some, more = (shifts(f"ldam(max_margin={m})", "overlap").mean() for m in (0, 0.2, 0.5))
    return bool(without > some > more)


MEASURED: list[tuple[str, Callable[[], Any] | str]] = [
    ("(The centres are 2 $\\sigma$ apart.)", lambda: toy.SCENES["overlap"].gap == 2),
    ("lies *beyond the centre* of the rare class", lambda: np.log(100) / 2 > 1),
    (
        "lies on it, as near as ten rare points allow",
        lambda: abs(np.log(100) / 2 + shifts("ce", "overlap").mean()) < 0.2,
    ),
    ("Cross-entropy gives up most of the rare class", lambda: rare_error("ce", "overlap") > 0.5),
    ("Logit adjustment goes nearly the whole way", lambda: abs(shifts("logit_adjustment", "overlap")) < 0.5),
    ("its boundary stands even further out than that of cross-entropy", a_margin_needs_room),
    ("each outvote ten rare ones", lambda: (beyond("ldam", "ldam(max_margin=0)", "overlap") < 0).sum() >= 19),
    ("it moves the threshold", both_move),
    ("the centres are ${}\\sigma$ apart, and hardly a point", lambda: toy.SCENES["separable"].gap),
    ("hardly a point is on the wrong side", lambda: rare_error("ldam", "separable").mean() < 0.01),
    ("an empty strip, {} σ wide", strip),
    ("over 20 draws its boundary stands {} σ short", lambda: -shifts("ldam", "separable")),
    ("short of the dashed line, cross-entropy's {} σ.", lambda: -shifts("ce", "separable")),
    ("LDAM stands at {} σ", lambda: -shifts("ldam(max_margin=0)", "separable")),
    ("and too far: {} σ beyond the line", lambda: shifts("logit_adjustment", "separable")),
    ("come nearest on average, {} σ short of it", lambda: -shifts("class_balanced", "separable")),
    (
        "in {} of the 20 draws LDAM comes nearer",
        lambda: (abs(shifts("ldam", "separable")) < abs(shifts("class_balanced", "separable"))).sum(),
    ),
    (
        "comes out of every draw of the ten rare points, for lesson 4's $m_{\\max}$ at 0.2 as at 0.5",
        lambda: [beyond(f"ldam(max_margin={m})", "ldam(max_margin=0)", "separable") > 0 for m in (0.2, 0.5)],
    ),
    ("its size at 0.5, {} σ", lambda: beyond("ldam", "ldam(max_margin=0)", "separable")),
    ("at 0.2, {} σ", lambda: beyond("ldam(max_margin=0.2)", "ldam(max_margin=0)", "separable")),
    (
        "*Priors and weights move the boundary in both scenes, margins only",
        lambda: both_move() + a_margin_needs_room(),
    ),
    ("a prior ends {} σ from the dashed line", lambda: shifts("logit_adjustment", "overlap")),
    ("and weights {} σ; a margin goes the wrong way", lambda: -shifts("class_balanced", "overlap")),
    ("all three move it the right way, and the prior overshoots", lambda: both_move() + overshoots()),
    ("the class-balanced boundary has gone from {}", lambda: -shifts("class_balanced", "separable").mean()),
    ("to {} σ in the rare class's side", lambda: -shifts("class_balanced", "separable", CLOSEST)),
    ("logit adjustment from {} σ beyond", lambda: shifts("logit_adjustment", "separable")),
    ("the dashed line to {} σ short of it", lambda: -shifts("logit_adjustment", "separable", CLOSEST)),
    ("way to cross-entropy's {} σ", lambda: -shifts("ce", "separable", CLOSEST)),
    ("LDAM's stays where it was", stays),
    (
        "{} of the 20 draws have no training mistake left",
        lambda: sum(mistakes(x, CLOSEST) == 0 for x in ("ce", "class_balanced", "logit_adjustment")).tolist().count(3),
    ),
    ("overall accuracy is best near $\\tau = 0$ and then falls", lambda: at_best("overall") <= 0.5),
    (
        "balanced accuracy peaks where the shift crosses zero, near $\\tau = 1$",
        lambda: abs(at_best("balanced") - 1) < 0.4,
    ),
    ("The value that is best for one is not best for the other", lambda: at_best("overall") < at_best("balanced")),
    ("moves it by {} σ into", OF_05),
    ("not beyond chance ({} σ)", OF_05),
    ("LDAM takes {} % of its new points for the most frequent class and {} % for", OF_05),
    ("and less than 1 % of theirs for the rarest", OF_05),
    ("There are two right boundaries", BAYES),
    ("The training prior and the balanced prior differ by", BAYES),
    (
        "cross-entropy finds the first, and logit adjustment with $\\tau = 1$ the second",
        lambda: [abs(shifts("ce", "overlap").mean() + np.log(100) / 2) < 0.2, *overshoots()],
    ),
    (
        "Priors and weights move the boundary in both scenes; where classes separate, a prior overshoots",
        lambda: both_move() + overshoots(),
    ),
    ("Margins move it the right way only where the data can keep them", a_margin_needs_room),
    ("what a prior or a weight does fades ... what LDAM's margin does stays", lambda: fades() + stays()),
    *(
        (f"| {words} | {{}} | {{}} | {{}} |", lambda loss=loss: row(loss))
        for words, loss in (*LOSSES.items(), ("LDAM", "ldam"))
    ),
    ("it moves the boundary the other way, and a larger one does so more", more_is_worse),
]

UNMEASURED: dict[str, list[str]] = {
    DEFINED: [
        "choose the class with the larger",
        "LDAM asks for a wider margin",
        "it is not the loss that is wrong",
        "each is best for one measure alone",
    ],
    ADVICE: ["One boundary is one draw", "Look at the band"],
    LIMITS: [
        "That holds for these separable points",
    ],
}
