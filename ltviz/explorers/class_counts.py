"""Class counts: a long-tailed profile, or counts that a reader types, and which classes are many, medium and few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ltviz.core.params import Choice, replaced
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.explorers._profile import profile_dials
from ltviz.views import VIEWS, state

_CONTROLS = VIEWS["class_counts"].controls
_PROFILED = profile_dials(_CONTROLS, {"counts": ("",)}, most=1000)
_PROFILE = ("profile", "imbalance", "classes", "largest")


def _still(at: Mapping[str, Any]) -> dict[str, Any]:
    idle = replaced(_CONTROLS, at)
    return {name: at[name] for name in _CONTROLS if name not in idle and not (name == "counts" and not at[name])}


def entry(at: Mapping[str, Any]) -> dict[str, Any]:
    """Return the classes' counts and names; how they are grouped is arithmetic of the picture."""
    from ltviz.studies.class_counts import class_counts

    counts = class_counts(**_still(at)).counts
    return {"counts": counts.values, "names": list(counts.names)}


def _reads(given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Take the view's keywords as the view takes them, and the axis."""
    own = {name: value for name, value in given.items() if name == "axis"}
    full = state("class_counts", {name: value for name, value in given.items() if name not in own})
    card = replace(CARD, guess=None) if "counts" in full else CARD  # it asks about a profile
    return card, {**own, **{name: full[name] for name in given if name in full}}


CARD = Card(
    name="class_counts",
    order=10,
    about=("ClassCounts",),
    title="Class counts",
    question="How many training samples does each class have, and which classes have many, which some, which few?",
    picture="counts",
    dials={
        "imbalance": _PROFILED["imbalance"],
        "counts": Dial(
            "your own counts", replace(_CONTROLS["counts"], help="500,60,7, or one class a line: name,count.")
        ),
        "groups": Dial(
            "groups",
            _CONTROLS["groups"],
            live=True,
            more=True,
            words={"thresholds": "more than 100, fewer than 20", "terciles": "a third of the classes each"},
        ),
        **{name: _PROFILED[name] for name in ("profile", "classes", "largest")},
        "axis": Dial(
            "axis of samples",
            Choice("auto", ("auto", "linear", "log"), "logarithmic by itself for many own counts"),
            live=True,
            more=True,
            words={"auto": "as the figure has it", "log": "logarithmic"},
        ),
    },
    tables={"counts": Table(("counts", *_PROFILE), entry, kept=False)},
    view="class_counts",
    still=_still,
    reads=_reads,
    guess=Guess(
        prompt="Ten classes, from 5\u202f000 samples down to 50, each a fixed fraction of the one before. Which share "
        "of all samples do the five rarest classes have together?",
        label="your guess: share of the five rarest",
        unit="%",
        low=0.0,
        high=50.0,
        step=0.5,
        start=30.0,
        state={"imbalance": 100.0, "profile": "exp", "classes": 10, "largest": 5000},
        truth="rarer",
    ),
    page={
        "imbalance": None,
        "counts": None,
        "groups": None,
        "profile": None,
        "classes": (2, 5, 10, 20, 50, 100, 1000),
        "largest": (1000, 5000),
        "axis": None,
    },
    note=(
        "At 100 to 1 the five rarest of ten classes hold 7.2 % of the samples: in a plain average over samples they "
        "have that share, which is why results are given for many, medium and few apart. The groups' limits are "
        "fixed numbers of samples, so a small data set may have no class with many, and a large one none with few. "
        "Type your own counts above: "
        "they are drawn here, nothing is sent anywhere."
    ),
)
