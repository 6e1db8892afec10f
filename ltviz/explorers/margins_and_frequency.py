"""Margins and frequency: drag class counts, and watch margins, weights and the errors of head and tail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.own_counts import read
from ltviz.core.params import Choice, Param
from ltviz.core.profiles import profile
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers._profile import profile_dials
from ltviz.explorers._stops import BETAS
from ltviz.losses import Field
from ltviz.views import VIEWS

MARGINS = "ldam, mm_ldam, dbm, logit_adjustment"
WEIGHTS = {"inverse_frequency": "1 / n", "inverse_frequency(power=0.5)": "1 / √n"}
HAND = "by hand"
_CONTROLS = VIEWS["margin_curve"].controls
_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
_HEIGHTS = tuple(sorted({k * 10**power // 10 for power in range(4) for k in _STEPS} | {10_000}))  # of a dragged bar
_BARS = 10


def counts_at(state: Mapping[str, Any]) -> ClassCounts:
    """Return the counts that the dials say: a profile's, or each class's own."""
    if state["counts"] == HAND:
        return ClassCounts([state[f"n{c}"] for c in range(state["bars"])])
    return profile(state["profile"], state["largest"], state["classes"], state["imbalance"])


def curves(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the margins of some losses, in logits and in each paper's unit, and the weights of others."""
    from ltviz.studies.margin_curve import margins_at
    from ltviz.studies.weight_curve import weights_at

    counts = counts_at(state)
    margins, weights = margins_at(counts, MARGINS), weights_at(counts, ", ".join(WEIGHTS))
    return {
        "counts": counts.values,
        "order": counts.by_frequency,
        "margins": {
            "losses": margins.losses,
            "logit": margins.logits,
            "paper": margins.own,
            "units": margins.units,
            "scales": margins.scales,
        },
        "weights": {"losses": list(WEIGHTS.values()), "values": weights.weights},
    }


def balanced(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the class weights under `class_balanced`."""
    from ltviz.studies.weight_curve import weights_at

    return {"values": weights_at(counts_at(state), f"class_balanced(beta={state['beta']!r})").weights[0]}


def toy(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the errors of the frequent and the rare class under `class_balanced`, averaged over draws."""
    from ltviz.studies.head_and_tail import head_and_tail

    ratio = counts_at(state).imbalance if state["counts"] == HAND else state["imbalance"]
    found = head_and_tail(min(ratio, 1000.0), state["beta"])
    draws = found.errors.shape[1]
    return {
        "counts": found.counts.values,
        "draws": draws,
        "errors": found.errors.mean(axis=1),
        "spread": found.errors.std(axis=1, ddof=1),
    }


def _reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Take counts of one's own for bars by hand."""
    said = given.get("counts", HAND)
    if isinstance(said, str) and said in ("profile", HAND):
        return CARD, dict(given)
    counts = read(said)
    if len(counts) > _BARS:
        raise BadInput(
            f"counts have {len(counts)} classes; margins_and_frequency has at most {_BARS} bars: "
            "explore('margin_curve', counts=...) takes more"
        )
    rest = {key: value for key, value in given.items() if key != "counts"}
    both = [key for key in ("profile", "imbalance", "classes", "largest") if key in rest]
    if both:
        raise BadInput(f"counts contradict {' and '.join(both)}: give either counts or those")
    return CARD, {**rest, "counts": HAND, "bars": len(counts), **{f"n{c}": n for c, n in enumerate(counts)}}


def _height(count: int) -> int:
    return min(_HEIGHTS, key=lambda height: abs(height - count))


_BY_HAND = {"counts": (HAND,)}
_PROFILED = profile_dials(_CONTROLS, {"counts": ("profile",)}, most=100)
_START = profile("exp", 5000, _BARS, 100.0)
_DIALS = {
    "imbalance": _PROFILED["imbalance"],
    "beta": Dial(
        "β of class-balanced",
        Field()["class_balanced"].params["beta"],
        stops=BETAS,
    ),
    "unit": Dial(
        "unit of the margins",
        _CONTROLS["unit"],
        live=True,
        more=True,
        words={"logit": "logits, by kind of head", "paper": "each paper's own"},
    ),
    "counts": Dial(
        "class counts",
        Choice("profile", ("profile", HAND), "counts that follow a profile, or each class's own"),
        more=True,
        words={"profile": "follow a profile"},
    ),
    **{name: _PROFILED[name] for name in ("profile", "classes", "largest")},
    "bars": Dial("classes", Param(_BARS, 2, _BARS, 1, "number of classes"), when=_BY_HAND, more=True),
    **{
        f"n{c}": Dial(
            f"samples of class {c}",
            Param(_height(_START[c]), 1, 10**9, 1, "training samples of this class"),
            stops=_HEIGHTS,
            when={**_BY_HAND, "bars": tuple(range(max(c + 1, 2), _BARS + 1))},
            more=True,
        )
        for c in range(_BARS)
    },
}
_BARS_KEYS = ("counts", "bars", *(f"n{c}" for c in range(_BARS)), "imbalance")
_COUNTS_KEYS = (*_BARS_KEYS, "profile", "classes", "largest")


def _still(state: Mapping[str, Any]) -> dict[str, Any]:
    if state["counts"] == HAND:
        return {"unit": state["unit"], "counts": list(counts_at(state))}
    return {name: state[name] for name in ("unit", "profile", "imbalance", "classes", "largest")}


CARD = Card(
    name="margins_and_frequency",
    order=40,
    title="Margins and frequency",
    question="What does a class get for being rare: how large a margin, and how large a weight?",
    picture="frequency",
    dials=_DIALS,
    tables={
        "curves": Table(_COUNTS_KEYS, curves),
        "balanced": Table((*_COUNTS_KEYS, "beta"), balanced),
        "toy": Table((*_BARS_KEYS, "beta"), toy),
    },
    view="margin_curve",
    still=_still,
    reads=_reads,
    guess=Guess(
        prompt="One class has 5\u202f000 samples, another 50. How many times larger is LDAM's margin of the rare one?",
        label="your guess: times larger",
        unit="",
        low=1.0,
        high=20.0,
        step=0.1,
        start=10.0,
        state={"imbalance": 100.0, "largest": 5000},
        truth="ldam",
    ),
    page={"imbalance": None, "beta": None, "unit": None, "profile": None, "largest": (1000, 5000)},
    note=(
        "LDAM's margin grows with the fourth root of rarity, logit adjustment's with its logarithm, weights up to its "
        "first power. β goes from equal weights (0) to the inverse frequency (1). What that does is measured on a toy: "
        "two clouds that overlap, at the same imbalance but with 1\u202f000 points at most, and a line fitted between "
        "them (mean of 8 draws). There β moves the error from the tail to the head."
    ),
)
