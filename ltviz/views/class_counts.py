"""Counts of a long-tailed training set, and its groups."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice
from ltviz.views._controls import LONG_TAIL
from ltviz.views._table import View

VIEW = View(
    "How many training samples does each class have, and which classes have many, which some, which few?",
    {
        **LONG_TAIL,
        "groups": partial(Choice, options=("thresholds", "terciles"), help="the rule for many, medium and few"),
    },
    tiny={"classes": 4},
    order=10,
)
