"""Margin surface: an angular margin against the rarity of the class and the difficulty of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ltviz.explorers._card import Card, Guess
from ltviz.explorers._curves import computed
from ltviz.explorers._of_view import of_view

_GRID = 21  # points along each side on a page, one of them at ten times the rarest class's samples


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the margin in degrees on a grid, and what it is at three of its places."""
    found = computed("margin_surface", state)
    degrees = np.degrees(found.margin)
    ten = int(np.abs(found.ratio - 10.0).argmin())
    return {
        "loss": found.loss,
        "settings": found.settings,
        "ratio": found.ratio,
        "difficulty": found.difficulty,
        "degrees": degrees,
        "tenth": float(degrees[-1, ten]),
        "at": float(found.ratio[ten]),
        "hardest": float(degrees[-1, 0]),
        "easiest": float(degrees[0, 0]),
        "frequent": float(degrees[-1, -1]),
    }


_VIEW: Card = of_view(
    "margin_surface",
    "surface",
    entry,
    order=110,
    about=("dbm",),
    question="How does DBM's margin grow with the rarity of the class and the difficulty of the sample?",
    dials={
        "imbalance": {"label": "classes up to so many times the rarest's samples"},
        "resolution": {"label": "points along each side"},
    },
    guess=Guess(
        prompt="The hardest sample of the rarest class gets a margin of 11.5°. A class has ten times as many samples: "
        "what margin does its hardest sample get?",
        label="your guess: margin",
        unit="°",
        low=0.0,
        high=11.5,
        step=0.1,
        start=6.0,
        state={"imbalance": 100.0, "margin": 0.1, "tau": 1.0, "instance": "hard"},
        truth="tenth",
    ),
    page={
        "imbalance": (10.0, 100.0, 1000.0),
        "margin": (0.05, 0.1, 0.2, 0.4),
        "tau": (0.25, 0.5, 1.0, 2.0),
        "instance": ("hard", "none"),
        "resolution": (_GRID,),
    },
    note=(
        "The class's part of the margin is K ρ^(−τ), ρ how many times the rarest class's samples it has: with τ = 1 "
        "ten times the samples leave a tenth of it. The sample's part at most doubles that. Both together are wide "
        "for difficult samples of the rarest classes alone."
    ),
)
CARD, _ = _VIEW.start()  # with DBM's numbers, which a page has too
