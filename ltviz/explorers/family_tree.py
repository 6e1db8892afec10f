"""The family tree of methods: what each adds to which other one; a loss that an explorer takes leads there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from ltviz.core.params import Param
from ltviz.core.told import told
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.losses import LossSpec
from ltviz.methods import METHODS
from ltviz.views import VIEWS

_SLOT = "loss"  # the dial that takes any of several losses


@cache
def takers() -> dict[str, tuple[Any, ...]]:
    """Return the explorers whose pages let the reader choose the loss, those that take the most first."""
    from ltviz.explorers import CARDS

    others = (CARDS[name].fixed() for name in CARDS if name != CARD.name)
    found = {card.name: card.dials[_SLOT].values for card in others if _SLOT in card.dials}
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def opened(method: str) -> dict[str, str] | None:
    """Return what a method's node leads to: the address of a page beside this one, and the call of a notebook.

    None where the method changes no loss, or where no explorer takes its loss at the parameters that it has.
    """
    row = METHODS[method]
    if row.equal_counts or (row.loss == METHODS["erm"].loss and method != "erm"):
        return None
    usual = LossSpec(row.loss).loss.params
    own = {key: value for key, value in row.params.items() if key not in usual or usual[key].default != value}
    for name, values in takers().items():
        if row.loss in values and not own:
            call = f"ltviz.explore({json.dumps(name)}, {_SLOT}={json.dumps(row.loss)})"
            return {"href": f"{name}.html#{_SLOT}={quote(row.loss)}", "call": call}
    return None


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nodes, depth first, each with what it leads to."""
    from ltviz.studies.family_tree import family_tree

    found = family_tree(family=state["family"])
    nodes = [
        {
            "title": node.title,
            "adds": node.adds,
            "depth": node.depth,
            "family": found.families.index(node.family),
            "opens": opened(node.method),
        }
        for node in found.nodes
    ]
    return {"families": list(found.families), "nodes": nodes}


def texts() -> tuple[str, ...]:
    """Return what stands in the nodes: titles, families, and what each adds."""
    from ltviz.studies.family_tree import family_tree

    found = family_tree()
    added = [part for node in found.nodes for part in node.adds.split(", ") if part]
    return (*(node.title for node in found.nodes), *found.families, *added)


CARD = Card(
    name="family_tree",
    order=150,
    about=("make_loss",),
    title="The family of methods",
    question="What does each method add, and to which other one?",
    picture="tree",
    dials={
        "deep": Dial("steps from cross-entropy", Param(4, 1, 4, 1, "how far down methods are shown"), live=True),
        "family": Dial("family", VIEWS["family_tree"].controls["family"]),
    },
    tables={"tree": Table(("family",), entry)},
    view="family_tree",
    still=lambda state: {"family": state["family"]},
    texts=texts,
    guess=Guess(
        prompt=told(
            "Here are {methods} methods. Each hangs below the one to which it adds the least. How many hang directly "
            "below plain cross-entropy?",
            methods=str(len(METHODS)),
        ),
        label="your guess: methods right below cross-entropy",
        unit="",
        low=0.0,
        high=60.0,
        step=1.0,
        start=10.0,
        state={"family": "all"},
        truth="below",
    ),
    page={"family": None, "deep": None},
    note=(
        "In brackets: what a method adds. An underlined name leads to an explorer that takes its loss; one that is not "
        "underlined changes something other than the loss, or has a loss at values that no explorer begins with."
    ),
)
