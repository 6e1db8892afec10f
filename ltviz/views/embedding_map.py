"""Features of nets with two of them."""

from __future__ import annotations

from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "Where do the classes lie when the net must put them into a plane?",
    without(DIGITS, "seeds"),
    tiny=TINY,
    size=(1000, 640),
    order=160,
)
