"""Any loss on any toy problem: the decision map with sliders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.explorers._card import Card, Dial
from ltviz.explorers._map_tables import ADDED, PROBLEM, chosen, fit_tables, loss_dials, map_tables, problem_dials, said
from ltviz.losses import LossSpec
from ltviz.plane.problem import Fits
from ltviz.views import state as view_state

_PAGE = ("logit_adjustment.tau", "ldam.max_margin", "class_balanced.beta", "mm.max_margin")
_SLOTS = ("loss", "second", "third", "fourth")


def build(defaults: tuple[str, ...] = ("ldam",)) -> Card:
    """Return the card for as many panels as losses are named."""
    slots = _SLOTS[: len(defaults)]
    dials: dict[str, Dial] = {}
    for slot, loss in zip(slots, defaults, strict=True):
        dials |= loss_dials(
            slot, loss, label=slot if len(slots) == 1 else f"{slot} loss".replace("loss loss", "first loss")
        )
    dials |= problem_dials("imbalance") | ({"added": ADDED} if len(slots) == 1 else {})
    fits = Fits()
    tables = map_tables(dials)
    for k, slot in enumerate(slots):
        tables |= fit_tables(slot, f"_{k + 1}" if k else "", dials, fits)

    def still(state: Mapping[str, Any]) -> dict[str, Any]:
        own = {key: state[key] for key in (*PROBLEM, "model", "posthoc") if key != "added"}
        if own["scene"] != "none":
            own = {key: own[key] for key in ("scene", "imbalance", "seed", "model", "posthoc")}
        return {"losses": ", ".join(chosen(slot, state).text for slot in slots), **own}

    return Card(
        name="decision_map",
        title="Decision map",
        question="Where does the loss draw its boundary, and what moves it?",
        picture="map",
        dials=dials,
        tables=tables,
        view="decision_map",
        still=still,
        page={
            "loss": ("ce", "logit_adjustment", "ldam", "class_balanced", "mm"),
            **{f"loss.{number}": dials[f"loss.{number}"].values[::2] for number in _PAGE if f"loss.{number}" in dials},
            "scene": ("none", "overlap", "separable", "few_points"),
            "shape": ("moons", "rings"),
            "model": ("linear", "random_features"),
            "posthoc": None,
        },
        note="Dotted and dashed lines are the best boundaries: for the training prior, and for balanced classes.",
        reads=reads,
    )


def reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Return the card, and the dials' state from the keywords of the view."""
    own = {key: value for key, value in given.items() if "." in key or key in ("added", *_SLOTS[1:])}
    asked = {key: value for key, value in given.items() if key not in own}
    if not {"loss", "losses"} & set(asked):
        asked["loss"] = "ldam"
    full = view_state("decision_map", asked)
    losses = LossSpec.many(full["losses"])[: len(_SLOTS)]
    card = build(tuple(said("loss", each)["loss"] for each in losses))
    state: dict[str, Any] = {key: full[key] for key in full if key in card.dials}
    for slot, each in zip(_SLOTS, losses, strict=False):
        state |= said(slot, each)
    return card, state | own


CARD = build()
