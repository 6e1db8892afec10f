"""The bound: drag the boundary across the gap between two classes, and read the generalisation bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.params import Param
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.views import VIEWS

_CONTROLS = VIEWS["margin_bound"].controls
_EVERY = 2  # of the study's 399 places: a hand cannot tell more apart
_RATIOS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0, 150.0, 200.0, 300.0, 500.0, 1000.0)


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return both terms of the bound at every place of the dial, and the place where their sum is smallest."""
    from ltviz.studies.margin_bound import margin_bound

    found = margin_bound(largest=state["largest"], imbalance=state["imbalance"])
    kept = slice(_EVERY - 1, None, _EVERY)
    return {
        "counts": found.counts.values,
        "place": found.place[kept],
        "frequent": found.frequent[kept],
        "rare": found.rare[kept],
        "found": found.found,
        "lowest": found.lowest,
        "formula": found.formula,
        "ldam": found.ldam,
    }


CARD = Card(
    name="margin_bound",
    order=30,
    about=("ldam",),
    title="The bound",
    question="Two classes share one gap. Where must the boundary stand for the smallest error bound?",
    picture="bound",
    dials={
        "place": Dial(
            "place of the boundary",
            Param(0.5, 0.005, 0.995, 0.005, "g₁, the distance to the frequent class, as a share of the gap"),
            stops=tuple(k / 200 for k in range(1, 200)),
            live=True,
        ),
        "imbalance": Dial("imbalance n₁ / n₂", _CONTROLS["imbalance"], stops=_RATIOS),
        "largest": Dial(
            "samples n₁ of the frequent class",
            _CONTROLS["largest"],
            stops=(1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000),
            more=True,
        ),
    },
    tables={"bound": Table(("imbalance", "largest"), entry)},
    view="margin_bound",
    still=lambda state: {"largest": state["largest"], "imbalance": state["imbalance"]},
    guess=Guess(
        prompt="1\u202f000 samples stand against 10. Drag the dotted line to where you expect the bound to be lowest.",
        label="your guess: place of the boundary",
        unit="",
        low=0.02,
        high=0.98,
        step=0.01,
        start=0.5,
        state={"imbalance": 100.0, "largest": 1000},
        truth="found",
        shows={"place": 0.24},
    ),
    page={"place": None, "imbalance": None, "largest": (1000, 10_000, 100_000)},
    note=(
        "Moving the boundary towards one class makes that class's term grow. The frequent class can spare more of the "
        "gap, but only by a fourth root: at the lowest bound g₁ / g₂ = ⁴√(n₂ / n₁), the ratio of LDAM's margins."
    ),
)
