"""Recorded runs beside published figures."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Text
from ltviz.records.record import RULES
from ltviz.views._table import View

VIEW = View(
    "What do methods reach over their seeds, and how near does it come to the published figures?",
    {
        "records": partial(  # read by the study: it takes no empty one
            Text, help="recorded runs: data set, profile and imbalance, and a recipe where several have one"
        ),
        "select": partial(Choice, options=tuple(RULES), help="the epoch of each run that counts"),
        "group": partial(Choice, options=("all", "many", "medium", "few"), help="the classes whose mean is shown"),
    },
    size=(980, 560),
    order=200,
)
