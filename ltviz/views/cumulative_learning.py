"""The course of BBN's two branches."""

from __future__ import annotations

from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "When does BBN turn to the rare classes, and what does each of its branches know on the way?",
    without(DIGITS, "methods"),
    tiny=TINY | {"seeds": 1},
    order=156,
)
