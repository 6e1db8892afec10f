"""MM margin: the maximum margin of a sample on both sides of the boundary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ltviz.core.told import told
from ltviz.explorers import _curves as draw
from ltviz.explorers._card import Card, Guess
from ltviz.explorers._of_view import of_view
from ltviz.explorers._profile import RATIOS, SAID
from ltviz.views import VIEWS

GAP = told("gap: own cosine − the best other (or 0)")
SIDES = (told("wrong side"), told("right side"))
_ASKED = {"imbalance": 100.0, "profile": "exp", "classes": 5, "largest": 5000}
_LOSSES = VIEWS["mm_margin"].controls["losses"].default


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a panel for each loss; its margins are limits from both sides at the boundary, where the gap is 0."""
    found, far = draw.computed("mm_margin", state), draw.furthest("mm_margin", state)
    most = max(
        float(each.max()) for result in (found, far) for panel in result.panels for each in (panel.wrong, panel.right)
    )
    asked = not state["counts"] and state["losses"] == _LOSSES
    panels, numbers, values = [], [], {}
    words: list[str] = []
    for at, panel in enumerate(found.panels):
        curves, marks = [], []
        hidden = asked and at == len(found.panels) - 1
        for k in range(len(panel.classes)):
            style = _style(panel, k)
            for x, y, named in ((found.wrong, panel.wrong[k], False), (found.right, panel.right[k], True)):
                curves.append(draw.curve(_name(panel, k), x, y, style, named=named, asked=hidden and k > 0))
            marks += [
                draw.mark(0.0, end, style, open_=True, asked=hidden and k > 0)
                for end in (panel.wrong[k][-1], panel.right[k][0])
                if abs(end - panel.tie[k]) > 1e-9
            ]
        if marks:
            marks.append(draw.mark(0.0, panel.tie[0], draw.INK))
        x, y = (
            draw.axis(GAP, -1.0, 1.0),
            draw.axis(told("{loss}: margin (cosine)", loss=panel.loss), 0.0, 1.25 * most or 1.0),
        )
        panels.append(draw.panel(x, y, curves, marks=marks, rules=[("x", 0.0, "")], sides=SIDES))
        ends = [float(panel.wrong[-1][-1]), float(panel.right[-1][0])]
        numbers += [
            (told("{loss}, {side}", loss=panel.loss, side=side), end, "") for side, end in zip(SIDES, ends, strict=True)
        ]
        places = {"loss": panel.loss, "wrong": ends[0], "right": ends[1]}
        words.append(
            told(
                "{loss} takes {wrong} off the cosine of a sample of every class just on the wrong side of the "
                "boundary, and {right} just on the right side.",
                **places,
            )
            if len(panel.classes) == 1
            else told(
                "{loss} takes {wrong} off the cosine of a sample of the rarest class just on the wrong side of the "
                "boundary, and {right} just on the right side.",
                **places,
            )
        )
        values[f"wrong {at}"], values[f"right {at}"] = ends
        values["times"] = float(panel.right[-1][0] / panel.right[0][0]) if panel.right[0][0] else 1.0
    last = found.panels[-1]
    values["frequent"] = float(last.right[0][0])
    then = draw.at("mm_margin", state, _ASKED).panels[-1].right[0][0] if asked else 0.0  # a guess stays where it was
    return draw.drawing(
        panels,
        numbers=numbers,
        says=words,
        values=values,
        saw=[
            (
                "right 0",
                told("Just on the right side {loss}'s margin of the rarest class", loss=found.panels[0].loss),
                "",
            ),
            (f"right {len(panels) - 1}", told("{loss}'s", loss=last.loss), ""),
            ("frequent", told("{loss}'s of the most frequent", loss=last.loss), ""),
        ][len(panels) == 1 :],
        aim={"panel": len(panels) - 1, "x": 0.0, "times": float(then)} if asked else None,
    )


def _style(panel: Any, k: int) -> draw.Style:
    return draw.INK if len(panel.classes) == 1 else draw.of_class(k, len(panel.classes))


def _name(panel: Any, k: int) -> str:
    if panel.counts[k] == 0:
        return told("every class")
    word = panel.classes[k]
    named = isinstance(word, np.str_)
    count = draw.thousands(panel.counts[k])
    if named:
        return told("{name}: {count}", name=draw.short(word), count=count)
    return told("class {id}: {count}", id=str(word), count=count)


CARD: Card = of_view(
    "mm_margin",
    "curves",
    entry,
    order=100,
    about=("mm", "mm_ldam"),
    title="MM margin",
    question="How large is the maximum margin of a sample on the right side of the boundary, and on the wrong side?",
    front=("imbalance", "classes"),
    dials=SAID,
    guess=Guess(
        prompt="At 100 to 1, LDAM's margin of the rarest class is 3.2 times that of the most frequent. MM-LDAM puts "
        "LDAM's margins into MM's formula. How many times as large is its margin of the rarest class, just on the "
        "right side?",
        label="your guess: times as large",
        unit="",
        low=1.0,
        high=4.0,
        step=0.05,
        start=3.2,
        state=_ASKED,
        truth="times",
    ),
    page={"imbalance": RATIOS, "classes": (2, 3, 4, 5, 6, 8), "profile": None},
    note=(
        "MM's margin is the same for every class; MM-LDAM's follows LDAM's, flattened by an exponential. Both are "
        "largest beside the boundary and jump there. An open dot is a limit that the margin does not take, the filled "
        "dot its value at the tie."
    ),
)
