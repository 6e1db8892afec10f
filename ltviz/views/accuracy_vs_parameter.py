"""Accuracy over the parameters of DBM's margins."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Param
from ltviz.losses import constant
from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "How much do tau and K, the parameters of DBM's margins, matter?",
    {
        **without(DIGITS, "methods"),
        "base": partial(Choice, options=constant("dbm", "OF_ONE_NET"), help="the loss that takes the moved cosines"),
        "stops": partial(Param, low=2, high=50, step=1, help="values per parameter", shown=(3, 11)),
    },
    tiny=TINY | {"seeds": 1, "stops": 2},
    order=150,
)
