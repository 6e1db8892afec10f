"""Margin curve: how far some losses push down the target's logit, class by class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ltviz.core.told import told
from ltviz.explorers import _curves as draw
from ltviz.explorers._card import Card, Guess
from ltviz.explorers._of_view import of_view
from ltviz.explorers._profile import RATIOS, SAID
from ltviz.views import VIEWS

HEADS = {
    True: told("logit's drop: cosine head, logits within ±s"),
    False: told("logit's drop: linear head, no fixed scale"),
}
UNITS = {"logit": told("logits"), "cosine": told("cosine"), "radian": told("degrees")}
_LOSSES = VIEWS["margin_curve"].controls["losses"].default


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a panel for each kind of head, or in each paper's own unit for each loss."""
    found, far = draw.computed("margin_curve", state), draw.furthest("margin_curve", state)
    x, order = draw.by_frequency(found.counts)
    samples = draw.samples(state, found.counts)
    logit = state["unit"] == "logit"
    own, limits = (each.logits if logit else _in_degrees(each) for each in (found, far))
    kinds = [bool(scale) for scale in found.scales] if logit else list(range(len(found.losses)))
    styles = draw.of_losses(found.losses)
    panels = []
    for kind in dict.fromkeys(kinds):
        of = [k for k, each in enumerate(kinds) if each == kind]
        name = [f"{found.losses[k]}, s = {found.scales[k]:g}" if found.scales[k] else found.losses[k] for k in of]
        title = HEADS[bool(kind)] if logit else _titled(found, of[0])
        curves = [
            draw.curve(word, x, own[k][order], styles[k], dots=len(x) <= draw.MOST_DOTS, named=logit)
            for word, k in zip(name, of, strict=True)
        ]
        panels.append(draw.panel(samples, draw.around(title, own[of], limits[of]), curves))
    degrees = math.degrees(found.angle)
    ends = [(float(row[order[0]]), float(row[order[-1]])) for row in own]
    first = found.losses[0]
    margins = [
        told("{loss} {first} to {last}", loss=name, first=frequent, last=rare)
        for name, (frequent, rare) in zip(found.losses, ends, strict=True)
    ]
    words = [
        draw.tail_in_words(found.counts),
        told(
            "Margins from the most frequent to the rarest, in {unit}: {margins}.",
            unit=told("logits") if logit else told("the papers' units"),
            margins=margins,
        ),
        told("The sample lies {angle}° from its class direction, on the right side.", angle=degrees)
        if degrees < 45
        else told("The sample lies {angle}° from its class direction, on the wrong side.", angle=degrees),
    ]
    asked = logit and not state["counts"] and state["losses"] == _LOSSES
    return draw.drawing(
        panels,
        numbers=[
            (told("{loss}, frequent", loss=first), ends[0][0], ""),
            *((told("{loss}, rarest", loss=name), end, "") for name, (_, end) in zip(found.losses, ends, strict=True)),
        ],
        says=words,
        values={"rarest": ends[0][1], "frequent": ends[0][0]},
        lead=_lead(first, state, found.logits[0]),
        saw=[
            ("rarest", told("{loss}'s margin of the rarest class", loss=first), ""),
            ("frequent", told("of the most frequent"), ""),
        ],
        aim={"panel": 0, "x": state["largest"] / draw.LARGEST_RATIO, "times": 1.0} if asked else None,
    )


def _lead(loss: str, state: Mapping[str, Any], margins: np.ndarray) -> str:
    """Say where a loss gives the rarest class the same margin however rare it is."""
    if state["counts"] or state["imbalance"] <= 2:
        return ""
    most, before = margins.max(), draw.at("margin_curve", state, {"imbalance": 2.0}).logits[0].max()
    alike = most > 0 and math.isclose(most, before, rel_tol=1e-6)
    if not alike:
        return ""
    return told("{loss}'s largest margin is the rarest class's, however rare; the others' shrink.", loss=loss)


def _titled(found: Any, k: int) -> str:
    return told("{loss}: margin ({unit})", loss=found.losses[k], unit=UNITS[found.units[k]])


def _in_degrees(found: Any) -> np.ndarray:
    angles = np.array([unit == "radian" for unit in found.units])
    return np.asarray(np.where(angles[:, None], np.degrees(found.own), found.own))


CARD: Card = of_view(
    "margin_curve",
    "curves",
    entry,
    order=90,
    about=("ldam", "mm_ldam", "dbm", "logit_adjustment"),
    question="How far does a margin push down the target's logit, in frequent and in rare classes?",
    front=("imbalance", "unit"),
    dials={
        **SAID,
        "unit": {
            "label": "margins in",
            "words": {"logit": "logits, by kind of head", "paper": "each paper's own unit"},
        },
        "angle": {"label": "angle between sample and class"},
    },
    guess=Guess(
        prompt="At 100 to 1, LDAM lowers the logit of the rarest class by 15, drawn at 50 samples. By how much "
        "at 1\u202f000 to 1, where the rarest class has 5 samples?",
        label="your guess: drop of the rarest class's logit",
        unit="",
        low=0.0,
        high=30.0,
        step=0.5,
        start=25.0,
        state={"imbalance": 1000.0, "profile": "exp", "classes": 10, "largest": 5000, "unit": "logit"},
        truth="rarest",
    ),
    page={"imbalance": RATIOS, "unit": None, "angle": (0.0, 15.0, 30.0, 44.0, 60.0, 90.0), "profile": None},
    note=(
        "LDAM gives the rarest class the same margin at every imbalance: what a larger imbalance changes is how little "
        "is left for the frequent ones. A prior's shift works the other way round: it grows with the imbalance, for "
        "the rare classes. Margins of cosine heads lie within their scale s; a linear head's logits are as large as "
        "training makes them, so its panel has an axis of its own."
    ),
)
