"""Weights by class under re-weighting."""

from __future__ import annotations

from ltviz.views._controls import LONG_TAIL, losses
from ltviz.views._table import SAMPLE, View

VIEW = View(
    "How much more does a rare class's sample count than a frequent one's under re-weighting?",
    {"losses": losses, **LONG_TAIL},
    tiny={"classes": 4},
    gives=SAMPLE,
    order=60,
)
