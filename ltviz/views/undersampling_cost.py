"""The price of under-sampling."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "How many images does under-sampling throw away, and what does it cost the frequent classes?",
    {
        **without(DIGITS, "methods"),
        "stops": partial(Param, low=2, high=50, step=1, help="imbalance ratios", shown=(2, 8)),
    },
    tiny=TINY | {"seeds": 1, "stops": 2},
    order=154,
)
