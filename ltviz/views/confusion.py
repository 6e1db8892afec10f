"""Classes that are taken for others."""

from __future__ import annotations

from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "Which classes are taken for which?",
    without(DIGITS, "seeds"),
    tiny=TINY,
    size=(1120, 640),
    order=170,
)
