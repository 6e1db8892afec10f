"""Claims of the papers against many seeds."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Param, Text
from ltviz.views._table import Override, View

_READ = {"all": ("table", "records", "draws"), "plane": ("draws",), "tables": ("table",), "records": ("records",)}

VIEW = View(
    "Which of the papers' claims do many seeds bear out?",
    {
        "part": partial(Choice, options=tuple(_READ), help="on small nets, on recorded runs, on losses in the plane"),
        "table": partial(Text, help="which tables of seeds: data set, profile and imbalance"),
        "records": partial(Text, help="which recorded runs: data set, profile and imbalance"),
        "draws": partial(Param, low=1, high=100, step=1, help="draws of the points in the plane", unit="draws"),
    },
    size=(980, 560),
    overrides=(
        Override(
            "part",
            lambda state: [key for key in _READ["all"] if key not in _READ[state["part"]]],
            "these claims do not read it",
            typed=True,  # in an explorer a hand may be on any dial
        ),
    ),
    order=205,
    begins={"part": "tables"},
)
