"""The bound with one dial: an explorer with a study, a picture and a view that are there already."""

from __future__ import annotations

from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers.margin_bound import CARD as BOUND
from ltviz.explorers.margin_bound import entry

CARD = Card(
    name="small_gap",
    order=65,
    title="A small gap",
    question="How far does the best boundary move when the rare class has ten times fewer samples?",
    picture="bound",
    dials={
        "place": BOUND.dials["place"],
        "imbalance": BOUND.dials["imbalance"],
        "largest": Dial(
            "samples n₁ of the frequent class", BOUND.dials["largest"].control, stops=(1000, 10_000), more=True
        ),
    },
    tables={"bound": Table(("imbalance", "largest"), entry)},
    view="margin_bound",
    still=lambda state: {"largest": state["largest"], "imbalance": state["imbalance"]},
    guess=Guess(
        prompt="Drag the dotted line to where you expect the bound to be lowest.",
        label="your guess: place of the boundary",
        unit="",
        low=0.02,
        high=0.98,
        step=0.01,
        start=0.5,
        state={"place": 0.24, "imbalance": 100.0, "largest": 1000},
        truth="found",
    ),
    page={"place": None, "imbalance": (1.0, 10.0, 100.0), "largest": (1000, 10_000)},
    note="A bound says what cannot be exceeded, not what happens.",
)
