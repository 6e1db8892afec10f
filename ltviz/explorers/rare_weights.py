"""Weights for rare classes: drag class counts, and watch how much more a rare sample counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.explorers._bars import KEYS, bar_dials, bars_read, bars_still, counts_at
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers._stops import BETAS
from ltviz.losses import Field, places

POWERS = "inverse_frequency, inverse_frequency(power=0.5)"


def balanced(beta: float) -> str:
    """Return the spelling of the class-balanced loss."""
    return f"class_balanced(beta={beta!r})"


def weights(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the class weights of some losses."""
    from ltviz.studies.weight_curve import weights_at

    counts = counts_at(state)
    found = weights_at(counts, f"{POWERS}, {balanced(state['beta'])}")
    return {
        "counts": counts.values,
        "order": counts.by_frequency,
        "names": ("1 / n", "1 / √n", "Class-balanced"),
        "places": places(found.losses),
        "weights": found.weights,
    }


def _reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    return CARD, bars_read("rare_weights", given)


_DIALS = bar_dials()
CARD = Card(
    name="rare_weights",
    order=62,
    about=("inverse_frequency", "class_balanced"),
    title="Weights for rare classes",
    question="How many times does a sample of a rare class count?",
    picture="weights",
    dials={
        "imbalance": _DIALS["imbalance"],
        "beta": Dial("β (Class-balanced)", Field()["class_balanced"].params["beta"], stops=BETAS).but(default=0.999),
        **_DIALS,
    },
    tables={"weights": Table((*KEYS, "beta"), weights)},
    view="weight_curve",
    still=lambda state: {"losses": f"{POWERS}, {balanced(state['beta'])}", **bars_still(state)},
    reads=_reads,
    guess=Guess(
        prompt="One class has 5\u202f000 samples, another 50. With class-balanced weights and β = 0.999, how many "
        "times does a sample of the rare one count?",
        label="your guess: times",
        unit="",
        low=1.0,
        high=100.0,
        step=1.0,
        start=50.0,
        state={"beta": 0.999, "imbalance": 100.0, "largest": 5000},
        truth="balanced",
    ),
    page={"imbalance": None, "beta": None, "profile": None, "largest": (1000, 5000)},
    note=(
        "Weights of 1 / n make up for the whole imbalance, their square root for half of it on a logarithmic axis. β "
        "goes from equal weights (0) to 1 / n (1): classes of more than 1 / (1 − β) samples count alike."
    ),
)
