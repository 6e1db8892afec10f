"""Loss anatomy: what one loss changes in cross-entropy: scores, weights, penalty and pull."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ltviz import losses
from ltviz.core.counts import ClassCounts
from ltviz.core.told import told
from ltviz.explorers import _curves as draw
from ltviz.explorers._card import Card, Guess
from ltviz.explorers._of_view import of_view
from ltviz.explorers._profile import SAID
from ltviz.views import VIEWS

HOOKS = {
    "adjust": told("the scores"),
    "weight": told("the weights"),
    "pointwise": told("the penalty"),
    "extra": told("an embedding term"),
}
ANGLE = told("angle to the own class (degrees; tie at 45)")
PLAIN = told("cross-entropy")
_LOSS = VIEWS["loss_anatomy"].controls["loss"].default


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return drop and weight by class where they are not cross-entropy's, penalty and pull by angle beside its own."""
    found, far = draw.computed("loss_anatomy", state), draw.furthest("loss_anatomy", state)
    asked = not state["counts"] and state["loss"] == _LOSS
    counts = found.counts
    x, order = draw.by_frequency(counts)
    degrees = np.degrees(found.angle)
    styles = [draw.of_class(k, len(found.shown)) for k in range(len(found.shown))]
    names = [_name(k, class_id, counts, len(found.shown)) for k, class_id in enumerate(found.shown)]
    samples = draw.samples(state, counts)
    panels = []
    for title, here, there, plain in (
        (told("drop of the logit, sample at {angle}°", angle=f"{np.degrees(found.at):.0f}"), found.drop, far.drop, 0.0),
        (told("weight of the class"), found.weight, far.weight, 1.0),
    ):
        if np.allclose(here, plain):
            continue  # it is cross-entropy's
        heights = draw.around(title, here, there, np.array([plain]))
        places = np.searchsorted(counts.drawn, found.shown)
        marks = [
            draw.mark(counts[c], here[at], styles[k]) for k, (c, at) in enumerate(zip(found.shown, places, strict=True))
        ]
        line = draw.curve("", x, here[order], draw.INK, named=False)
        panels.append(draw.panel(samples, heights, [line], marks=marks, rules=[("y", plain, PLAIN)]))
    for title, here, there, plain in (
        (told("loss of the sample"), found.penalty, far.penalty, found.ce_penalty),
        (told("pull: loss per radian"), found.pull, far.pull, found.ce_pull),
    ):
        curves = [
            draw.curve(name, degrees, y, style, asked=asked) for name, y, style in zip(names, here, styles, strict=True)
        ]
        curves.append(draw.curve(PLAIN, degrees, plain, draw.PLAIN))
        heights = draw.around(title, here, there, plain)
        panels.append(draw.panel(draw.axis(ANGLE, 0.0, 90.0), heights, curves, rules=[("x", 45.0, "")]))
    changed: list[str] = [HOOKS[hook] for hook in found.changes] or [told("nothing")]
    while len(changed) > 2:
        changed[:2] = [told("{one}, {other}", one=changed[0], other=changed[1])]
    what = told("{one} and {other}", one=changed[0], other=changed[1]) if len(changed) > 1 else changed[0]
    near = int(np.searchsorted(degrees, 45.0)) - 1  # at the tie itself a margin may jump
    tie, plain_tie = float(found.penalty[-1][near]), float(found.ce_penalty[near])
    same = float(np.interp(np.log(2), found.penalty[-1], degrees)) if asked else 0.0  # where it costs what a tie does
    place, angle = int(np.searchsorted(counts.drawn, found.shown[-1])), f"{degrees[near]:.0f}"
    return draw.drawing(
        panels,
        numbers=[
            (told("drop, rarest"), float(found.drop[place]), ""),
            (told("weight, rarest"), float(found.weight[place]), ""),
            (told("loss at {angle}°, rarest", angle=angle), tie, ""),
            (told("loss at {angle}°, cross-entropy", angle=angle), plain_tie, ""),
        ],
        says=[
            told("{loss} changes {what}.", loss=found.loss, what=what),
            told(
                "Just before the tie, {angle} degrees from its class, a sample of the rarest class costs {tie}, under "
                "cross-entropy {plain}.",
                angle=angle,
                tie=tie,
                plain=plain_tie,
            ),
            told(
                "Its logit is lowered by {drop} and its class weighs {weight}.",
                drop=float(found.drop[place]),
                weight=float(found.weight[place]),
            ),
        ],
        values={"tie": tie, "plain": plain_tie, "drop": float(found.drop[place]), "angle": same},
        lead=told("{loss} changes {what}.", loss=draw.short(found.loss), what=what),
        saw=[
            ("tie", told("A rarest sample's loss just before the tie"), ""),
            ("drop", told("its logit's drop"), ""),
        ],
        aim={"panel": len(panels) - 2} if asked else None,
    )


def _name(k: int, class_id: int, counts: ClassCounts, shown: int) -> str:
    ranks = (told("most frequent"), told("between"), told("rarest"))
    rank = ranks[0 if k == 0 else 2 if k == shown - 1 else 1]
    named = draw.short(counts.names[class_id]) if counts.names else rank
    return told("{name}: {count}", name=named, count=draw.thousands(counts[class_id]))


CARD: Card = of_view(
    "loss_anatomy",
    "curves",
    entry,
    order=130,
    about=("ldam", "Loss"),
    question="What does a loss change in cross-entropy: the scores, the weights, the penalty or the pull?",
    front=("loss", "imbalance"),
    dials={**SAID, "loss": {"words": {name: losses.titled(name) for name in losses.names()}}},
    guess=Guess(
        prompt="Half-way between two classes, at 45°, cross-entropy charges a sample 0.69. LDAM charges a sample of "
        "the rarest class that much nearer to its own class already. At which angle to it?",
        label="your guess: angle to the own class",
        unit="°",
        low=0.0,
        high=45.0,
        step=0.5,
        start=40.0,
        state={"imbalance": 100.0},
        truth="angle",
    ),
    page={"loss": tuple(losses.names()), "imbalance": (1.0, 10.0, 100.0, 1000.0)},
    note=(
        "A margin moves the whole curve of the penalty towards the own class; a weight stretches it. The pull is its "
        "slope: what a step of training feels. A sample that turns from its class (0°) to its rival (90°) meets the "
        "tie at 45°."
    ),
)
