"""The maximum margin on both sides of the boundary."""

from __future__ import annotations

from ltviz.views._controls import LONG_TAIL, losses
from ltviz.views._table import View

VIEW = View(
    "How large is the maximum margin of a sample on the right side of the boundary, and on the wrong side?",
    {"losses": losses, **LONG_TAIL},
    tiny={"classes": 3},
    takes=lambda loss: bool(loss.halves),
    order=30,
)
