"""The explorer of a decision map, for as many panels as losses are named; its files say what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.told import told
from ltviz.explorers._card import Card, Dial
from ltviz.explorers._map_tables import ADDED, chosen, fit_tables, loss_dials, map_tables, named, problem_dials
from ltviz.plane.problem import Fits

IMBALANCES = (1.0, 10.0, 30.0, 100.0)  # of a static page: some of its data have no more than 200 points of a class
SLOTS = {
    "loss": told("first loss"),
    "second": told("second loss"),
    "third": told("third loss"),
    "fourth": told("fourth loss"),
}


def build(defaults: tuple[str, ...]) -> Card:
    """Return the card for as many panels as losses are named."""
    slots = tuple(SLOTS)[: len(defaults)]
    dials: dict[str, Dial] = {}
    for slot, loss in zip(slots, defaults, strict=True):
        dials |= loss_dials(slot, loss) if len(slots) == 1 else loss_dials(slot, loss, label=SLOTS[slot])
    dials |= problem_dials("scene", "imbalance") | {"added": ADDED}
    fits = Fits()
    tables = map_tables(dials)
    for k, slot in enumerate(slots):
        tables |= fit_tables(slot, f"_{k + 1}" if k else "", dials, fits)

    def still(state: Mapping[str, Any]) -> dict[str, Any]:
        own = named(state) | {key: state[key] for key in ("model", "posthoc")}
        return {"losses": ", ".join(chosen(slot, state).text for slot in slots), **own}

    return Card(
        name="",
        title="",
        question="",
        picture="map",
        dials=dials,
        tables=tables,
        view="decision_map",
        still=still,
    )
