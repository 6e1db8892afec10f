"""Tightness, class vectors and neural collapse."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Text
from ltviz.views._table import View

VIEW = View(
    "How tight and how far apart are frequent and rare classes in the features of a method?",
    {
        "rows": partial(Text, help="methods, with commas"),
        "table": partial(Text, help="which tables of seeds: data set, profile and imbalance"),
    },
    tiny={"rows": "erm, crt"},
    size=(980, 460),
    order=206,
)
