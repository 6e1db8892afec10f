"""What weights do to errors: the frequent and the rare class of one small problem, refitted at every weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers._profile import profile_dials
from ltviz.explorers._stops import BETAS
from ltviz.losses import Field
from ltviz.views import VIEWS

ALMOST = 0.99998  # weights within 1 % of 1 / n; the slider goes on from there


def errors(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the errors of the frequent and the rare class under `class_balanced`, averaged over draws."""
    from ltviz.studies.head_and_tail import head_and_tail

    found = head_and_tail(state["imbalance"], state["beta"])
    return {"counts": found.counts.values, "errors": found.errors.mean(axis=1)}


CARD = Card(
    name="rare_errors",
    order=64,
    about=("class_balanced",),
    title="What weights do to errors",
    question="Weights take errors from the rare class. Who gets them?",
    picture="errors",
    dials={
        "beta": Dial("β (Class-balanced)", Field()["class_balanced"].params["beta"], stops=BETAS).but(default=0.0),
        "imbalance": profile_dials(VIEWS["margin_curve"].controls, {}, most=2)["imbalance"],
    },
    tables={"errors": Table(("imbalance", "beta"), errors)},
    view="boundary_shift",
    still=lambda state: {"loss": "class_balanced", "parameter": "beta", "imbalance": state["imbalance"]},
    guess=Guess(
        prompt="1\u202f000 points stand against 10. Without weights 90 % of the rare class's new points come out "
        "wrong. With weights of nearly 1 / n, how many of them still do?",
        label="your guess: rare class's error",
        unit="%",
        low=0.0,
        high=100.0,
        step=1.0,
        start=50.0,
        state={"beta": ALMOST, "imbalance": 100.0},
        truth="rare",
    ),
    page={"imbalance": (1.0, 10.0, 20.0, 50.0, 100.0, 200.0, 1000.0), "beta": None},
    note=(
        "Two clouds overlap, and a line is fitted between them with class-balanced weights: the bars are the points "
        "that it is fitted to, the errors are those on new points (exact; mean of 8 draws). β moves the error from the "
        "tail to the head. From equal weights (β = 0) to 1 / n (β = 1) the rare class gains more than the frequent one "
        "loses."
    ),
)
