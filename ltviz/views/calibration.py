"""Reliability diagrams of frequent and of rare classes."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import DIGITS, TINY
from ltviz.views._table import View

VIEW = View(
    "How far can the confidence of a net be trusted on frequent and on rare classes?",
    {**DIGITS, "bins": partial(Param, low=2, high=100, step=1, help="bins of confidence", shown=(5, 20))},
    tiny=TINY | {"seeds": 1},
    size=(980, 560),
    order=165,
)
