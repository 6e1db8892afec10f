"""BBN's cumulative learning."""

from __future__ import annotations

from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "What do the two branches of BBN learn while the first yields to the second?",
    without(DIGITS, "methods"),
    tiny=TINY | {"seeds": 1},
    size=(980, 480),
    order=168,
)
