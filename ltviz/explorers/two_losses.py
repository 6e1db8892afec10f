"""Two losses on the same points, with the same axes."""

from __future__ import annotations

from dataclasses import replace

from ltviz.explorers._card import Card, Guess
from ltviz.explorers._map_card import IMBALANCES, build


def _card() -> Card:
    card = build(("ce", "logit_adjustment"))
    dials = {name: replace(dial, more=name not in ("loss", "second")) for name, dial in card.dials.items()}
    dials["scene"] = dials["scene"].but(default="overlap")
    both = ("ce", "logit_adjustment", "ldam", "class_balanced", "focal")
    own = [
        f"{slot}.{name}"
        for slot in ("loss", "second")
        for name in ("logit_adjustment.tau", "ldam.max_margin", "class_balanced.beta", "focal.gamma")
    ]
    return replace(
        card,
        name="two_losses",
        order=40,
        about=("ce", "logit_adjustment"),
        title="Two losses side by side",
        picture="pair",
        question="The same points, the same seed: what does the other loss do differently?",
        dials=dials,
        guess=Guess(
            "One picture shows cross-entropy on 1000 against 10 points. In the other, logit adjustment gets the same "
            "points: where will its boundary stand? 0 is the middle; positive numbers lie in the rare class's side.",
            "boundary of logit adjustment",
            "σ",
            -4.0,
            4.0,
            0.05,
            0.0,
            {"loss": "ce", "second": "logit_adjustment", "scene": "overlap", "imbalance": 100.0},
            "place_2",
        ),
        page={
            "loss": both,
            "second": both,
            **{name: dials[name].values[::2] for name in own},
            "scene": ("overlap", "separable"),
            "imbalance": (*IMBALANCES, 1000.0),
            "added": None,
        },
        note="Both panels have the same points and the same axes; a slider of one loss moves its own panel only.",
        reads=None,
    )


CARD = _card()
