"""Any loss on any toy problem: the decision map with sliders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ltviz.explorers._card import Card
from ltviz.explorers._map_card import SLOTS, build
from ltviz.explorers._map_tables import said
from ltviz.losses import LossSpec
from ltviz.views import state as view_state

_PAGE = ("logit_adjustment.tau", "ldam.max_margin", "class_balanced.beta", "mm.max_margin")


def _card(*losses: str) -> Card:
    card = build(losses)
    return replace(
        card,
        name="decision_map",
        title="Decision map",
        question="Where does the loss draw its boundary, and what moves it?",
        order=80,
        page={
            "loss": ("ce", "logit_adjustment", "ldam", "class_balanced", "mm"),
            **{
                f"loss.{number}": card.dials[f"loss.{number}"].values[::2]
                for number in _PAGE
                if f"loss.{number}" in card.dials
            },
            "scene": ("none", "overlap", "separable", "few_points"),
            "shape": ("moons", "rings"),
            "model": ("linear", "random_features"),
            "posthoc": None,
        },
        note="Dotted and dashed lines are the best boundaries: for the training prior, and for balanced classes.",
        reads=_reads,
    )


def _reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Return the card, and the dials' state from the keywords of the view."""
    own = {key: value for key, value in given.items() if "." in key or key in ("added", *SLOTS[1:])}
    asked = {key: value for key, value in given.items() if key not in own}
    if not {"loss", "losses"} & set(asked):
        asked["loss"] = "ldam"
    full = view_state("decision_map", asked)
    losses = LossSpec.many(full["losses"])[: len(SLOTS)]
    card = _card(*(said("loss", each)["loss"] for each in losses))
    state: dict[str, Any] = {key: full[key] for key in full if key in card.dials}
    for slot, each in zip(SLOTS, losses, strict=False):
        state |= said(slot, each)
    return card, state | own


CARD = _card("ldam")
