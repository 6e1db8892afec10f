"""Recorded runs beside published figures."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Text
from ltviz.records.record import RULES
from ltviz.views._table import View

VIEW = View(
    "How near do recorded runs come to the published figures?",
    {
        "records": partial(  # read by the study: it takes no empty one
            Text, help="recorded runs: data set, profile and imbalance, and a recipe where several have one"
        ),
        "select": partial(Choice, options=tuple(RULES), help="the epoch of each run that counts"),
    },
    size=(980, 560),
    order=200,
)
