"""Two truths: the boundary of the best overall accuracy, and that of the best balanced accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ltviz.explorers._card import Card, Dial, Guess
from ltviz.explorers._map_tables import ADDED, chosen, fan_table, fit_tables, loss_dials, map_tables, problem_dials
from ltviz.plane.problem import Fits

_FANS = {  # where the page has other samples
    "imbalance": (1.0, 4.92, 10.0, 28.9, 100.0, 289.0, 1000.0),
    "loss.ldam.max_margin": (0.0, 0.5),
}


def _card() -> Card:
    every = problem_dials("imbalance", "posthoc")
    dials: dict[str, Dial] = {
        "imbalance": every["imbalance"].but(shown=(1, 1000)),
        "posthoc": every["posthoc"],
        "scene": every["scene"].but(default="overlap", options=("overlap", "separable")),
        **{name: replace(dial, more=True) for name, dial in loss_dials("loss", "ce").items()},
        "seed": every["seed"],
        "added": replace(ADDED, more=True),
    }
    fits = Fits()

    def still(state: Mapping[str, Any]) -> dict[str, Any]:
        own = {key: state[key] for key in ("scene", "imbalance", "seed", "posthoc")}
        return {"losses": chosen("loss", state).text, **own}

    return Card(
        name="two_truths",
        order=20,
        about=("ce", "logit_adjustment", "ldam"),
        title="Two truths",
        question="Drag the boundary, or τ: where is it right, and for whom?",
        picture="truths",
        dials=dials,
        tables=map_tables(dials)
        | fit_tables("loss", "", dials, fits)
        | fan_table("loss", dials, _FANS),
        view="decision_map",
        still=still,
        guess=Guess(
            "Two classes overlap: 1\u202f000 points of one, 10 of the other. Where will cross-entropy's boundary "
            "stand? Zero is the middle; positive numbers lie in the rare class's side.",
            "boundary", "σ", -4.0, 4.0, 0.05, 0.0,
            {"imbalance": 100.0, "posthoc": 0.0, "loss": "ce", "scene": "overlap"}, "place",
        ),
        page={
            "imbalance": None,
            "posthoc": None,
            "scene": None,
            "loss": ("ce", "ldam"),
            "loss.ldam.max_margin": (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0),
            "added": None,
        },
        note="One boundary has the best overall accuracy (dotted), another the best balanced accuracy (dashed); while "
        "one class is rarer, none is both. Where classes overlap, τ walks from about the first to about the second, as "
        "well as a few rare points can say. Where they separate, at 100 to 1 and over this page's 20 other samples, "
        "cross-entropy stands 1.10 ± 0.20 σ in the rare class's side of the dashed line; τ = 1 goes 0.49 ± 0.12 σ "
        "beyond it, and LDAM with a margin of 0.5 stops 0.45 ± 0.13 σ short of it (0.92 ± 0.23 σ with its margin at "
        "0). Both end about equally far off.",
    )  # fmt: skip


CARD = _card()
