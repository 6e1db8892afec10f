"""Gaps between training and test under re-sampling."""

from __future__ import annotations

from ltviz.views._controls import DIGITS, TINY
from ltviz.views._table import View

VIEW = View(
    "Are rare images learned by heart when they are repeated, and what does augmenting the replicas change?",
    DIGITS,
    tiny=TINY | {"seeds": 1},
    order=152,
)
