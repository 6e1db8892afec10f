"""Weight curve: how much a sample counts, class by class, under re-weighting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.told import told
from ltviz.explorers import _curves as draw
from ltviz.explorers._card import Card, Guess
from ltviz.explorers._of_view import of_view
from ltviz.explorers._profile import RATIOS, SAID
from ltviz.losses import lettered
from ltviz.views import VIEWS

_ASKED = {"imbalance": 100.0, "profile": "exp", "classes": 10, "largest": 5000}
_LOSSES = VIEWS["weight_curve"].controls["losses"].default


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the weights of each loss over the samples of a class."""
    found, far = draw.computed("weight_curve", state), draw.furthest("weight_curve", state)
    x, order = draw.by_frequency(found.counts)
    asked = not state["counts"] and state["losses"] == _LOSSES
    last = len(found.losses) - 1
    styles = draw.of_losses(found.losses)
    names = [name.replace(" re-weighting", "").replace(" loss", "") for name in found.losses]
    curves = [
        draw.curve(
            name,
            x,
            found.weights[k][order],
            styles[k],
            dots=len(x) <= draw.MOST_DOTS,
            asked=asked and k == last,
        )
        for k, name in enumerate(names)
    ]
    times = [float(row[order[-1]] / row[order[0]]) for row in found.weights]
    heights = draw.around(told("weight of a sample (1: the mean over classes)"), found.weights, far.weights, log=True)
    then = draw.at("weight_curve", state, _ASKED) if asked else found  # a guess stays where it was
    at, asked_order = draw.by_frequency(then.counts)
    weights = [told("{loss} {times}", loss=name, times=each) for name, each in zip(names, times, strict=True)]
    words = [
        draw.tail_in_words(found.counts),
        told("A sample of the rarest counts so many times one of the most frequent: {weights}.", weights=weights),
    ]
    return draw.drawing(
        [draw.panel(draw.samples(state, found.counts), heights, curves, rules=[("y", 1.0, told("cross-entropy"))])],
        numbers=[(name, times[k], "×") for k, name in enumerate(names)],
        says=words,
        values={"first": times[0], "last": times[-1]},
        saw=[
            ("first", told("A rarest sample's weight under {loss}", loss=names[0]), " ×"),
            ("last", told("under {loss}", loss=names[-1]), " ×"),
        ],
        aim={"panel": 0, "x": float(at[-1]), "times": float(then.weights[-1][asked_order[0]])} if asked else None,
    )


CARD: Card = of_view(
    "weight_curve",
    "curves",
    entry,
    order=120,
    about=("inverse_frequency", "class_balanced"),
    question="How much more does a rare class's sample count than a frequent one's under re-weighting?",
    front=("imbalance", "profile"),
    dials=SAID,
    texts=lambda: (lettered("power"),),
    guess=Guess(
        prompt="The most frequent class has 5\u202f000 samples, the rarest 50. Weights of 1 / n let a sample of the "
        "rarest count 100 times as much. How many times do class-balanced weights with β = 0.99?",
        label="your guess: times as much",
        unit="",
        low=1.0,
        high=100.0,
        step=0.5,
        start=50.0,
        state=_ASKED,
        truth="last",
    ),
    page={"imbalance": RATIOS, "profile": None, "classes": (2, 5, 10, 20, 50, 100)},
    note=(
        "Class-balanced weights count samples only up to about 1 / (1 − β): with β = 0.99 a hundred of them are worth "
        "as much as thousands, so all classes with some hundred samples weigh the same. With β = 0.9999 the weights "
        "are nearly those of 1 / n."
    ),
)
