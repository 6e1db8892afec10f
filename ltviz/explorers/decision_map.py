"""Any loss on any toy problem: the decision map with sliders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ltviz.explorers._card import Card, Challenge
from ltviz.explorers._map_card import IMBALANCES, SLOTS, build
from ltviz.explorers._map_tables import SHAPES, said
from ltviz.losses import LossSpec
from ltviz.views import state as view_state

_PAGE = ("logit_adjustment.tau", "ldam.max_margin", "class_balanced.beta", "mm.max_margin")
_PLAIN = {"loss": "ce", "imbalance": 100.0, "posthoc": 0.0, "model": "linear", "added": ()}
_OPENING = {"loss": "ce", "scene": "moons"}
_CHALLENGES = (
    Challenge(
        "Cross-entropy: 84 %",
        "Keep cross-entropy, and reach a balanced accuracy of 84 %.",
        _PLAIN | {"scene": "overlap"},
        ("scene", "imbalance", "loss"),
        "balanced",
        0.84,
    ),
    Challenge(
        "Three moons: 90 %",
        "Any loss on three moons: reach a balanced accuracy of 90 %.",
        _PLAIN | {"scene": "moons"},
        ("scene", "imbalance"),
        "balanced",
        0.9,
    ),
    Challenge(
        "Added points: 85 %",
        "Click in the picture to add points, change nothing else, and reach a balanced accuracy of 85 %.",
        _PLAIN | {"scene": "few_points"},
        ("scene", "imbalance", "loss", "posthoc", "model"),
        "balanced",
        0.85,
    ),
)


def _card(*losses: str) -> Card:
    card = build(losses)
    return replace(
        card,
        name="decision_map",
        title="Decision map",
        question="Where does the loss draw its boundary, and what moves it?",
        order=50,
        about=("make_loss",),
        page={
            "loss": ("ce", "logit_adjustment", "ldam", "class_balanced", "mm"),
            **{
                f"loss.{number}": card.dials[f"loss.{number}"].values[:: 8 if number.startswith("mm.") else 2]
                for number in _PAGE
                if f"loss.{number}" in card.dials
            },
            "scene": ("overlap", "separable", "few_points", "moons", "rings"),
            "imbalance": IMBALANCES,
            "model": ("linear", "random_features"),
            "posthoc": None,
            "added": None,
        },
        note="Dotted and dashed lines are the best boundaries: of overall accuracy, and of balanced accuracy. "
        "Regions are faint where there are no points, and striped where the answer is not that of the best "
        "balanced accuracy.",
        challenges=_CHALLENGES,
        reads=_reads,
    )


def _reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Return the card, and the dials' state from the keywords of the view."""
    given = given or _OPENING
    own = {key: value for key, value in given.items() if "." in key or key in ("added", *tuple(SLOTS)[1:])}
    asked = {key: value for key, value in given.items() if key not in own}
    if asked.get("scene") in SHAPES:
        asked["shape"] = asked.pop("scene")
    if not {"loss", "losses"} & set(asked):
        asked["loss"] = "ce"
    full = view_state("decision_map", asked)
    losses = LossSpec.many(full["losses"])[: len(SLOTS)]
    card = _card(*(said("loss", each)["loss"] for each in losses))
    state: dict[str, Any] = {key: full[key] for key in full if key in card.dials}
    state["scene"] = full["shape"] if full["scene"] == "none" else full["scene"]
    for slot, each in zip(SLOTS, losses, strict=False):
        state |= said(slot, each)
    return card, state | own


CARD = _card("ce")
