"""Training and test accuracy of frequent and of rare classes."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Text
from ltviz.views._table import View

VIEW = View(
    "How much of what is learned on frequent and on rare classes is left in the test?",
    {
        "rows": partial(Text, help="methods, with commas"),
        "table": partial(Text, help="which tables of seeds: data set, profile and imbalance"),
    },
    tiny={"rows": "erm, crt"},
    size=(980, 480),
    order=204,
)
