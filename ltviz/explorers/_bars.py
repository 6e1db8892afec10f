"""Bars of class counts, which follow a profile or stand where a hand has dragged them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.own_counts import read
from ltviz.core.params import Choice, Param
from ltviz.core.profiles import profile
from ltviz.core.told import told
from ltviz.explorers._card import Dial
from ltviz.explorers._profile import profile_dials
from ltviz.views import VIEWS

HAND = "by hand"
MOST = 10  # bars that a hand can drag
CONTROLS = VIEWS["margin_curve"].controls
_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
_HEIGHTS = tuple(sorted({k * 10**power // 10 for power in range(4) for k in _STEPS} | {10_000}))
_PROFILE = ("profile", "imbalance", "classes", "largest")
KEYS = ("counts", "bars", *(f"n{c}" for c in range(MOST)), *_PROFILE)  # the dials that say the counts


def counts_at(state: Mapping[str, Any]) -> ClassCounts:
    """Return the counts that the dials say: a profile's, or each class's own."""
    if state["counts"] == HAND:
        return ClassCounts([state[f"n{c}"] for c in range(state["bars"])])
    return profile(state["profile"], state["largest"], state["classes"], state["imbalance"])


def bar_dials() -> dict[str, Dial]:
    """Return the dials of the counts, imbalance first; all others stand behind "more"."""
    profiled = profile_dials(CONTROLS, {"counts": ("profile",)}, most=100)
    start = profile("exp", 5000, MOST, 100.0)
    by_hand = {"counts": (HAND,)}
    return {
        "imbalance": profiled["imbalance"],
        "counts": Dial(
            "class counts",
            Choice("profile", ("profile", HAND), "counts that follow a profile, or each class's own"),
            more=True,
            words={"profile": "follow a profile"},
        ),
        **{name: profiled[name] for name in ("profile", "classes", "largest")},
        "bars": Dial("classes", Param(MOST, 2, MOST, 1, "number of classes"), when=by_hand, more=True),
        **{
            f"n{c}": Dial(
                told("samples of class {id}", id=str(c)),
                Param(_height(start[c]), 1, 10**9, 1, "training samples of this class"),
                stops=_HEIGHTS,
                when={**by_hand, "bars": tuple(range(max(c + 1, 2), MOST + 1))},
                more=True,
            )
            for c in range(MOST)
        },
    }


def bars_read(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords of an explorer in which counts of one's own are bars by hand.

    Raises
    ------
    BadInput
        For more classes than bars, or counts beside the words of a profile.
    """
    said = given.get("counts", HAND)
    if isinstance(said, str) and said in ("profile", HAND):
        return dict(given)
    counts = read(said)
    if len(counts) > MOST:
        raise BadInput(
            f"counts have {len(counts)} classes; {name} has at most {MOST} bars: "
            "explore('margin_curve', counts=...) takes more"
        )
    rest = {key: value for key, value in given.items() if key != "counts"}
    both = [key for key in _PROFILE if key in rest]
    if both:
        raise BadInput(f"counts contradict {' and '.join(both)}: give either counts or those")
    return {**rest, "counts": HAND, "bars": len(counts), **{f"n{c}": n for c, n in enumerate(counts)}}


def bars_still(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts as a view takes them."""
    if state["counts"] == HAND:
        return {"counts": list(counts_at(state))}
    return {name: state[name] for name in _PROFILE}


def _height(count: int) -> int:
    return min(_HEIGHTS, key=lambda height: abs(height - count))
