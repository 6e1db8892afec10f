"""Claims of the papers against many seeds."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Text
from ltviz.views._table import View

VIEW = View(
    "Which of the papers' claims do many seeds bear out?",
    {"table": partial(Text, help="which tables of seeds: data set, profile and imbalance")},
    size=(980, 560),
    order=205,
)
