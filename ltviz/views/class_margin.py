"""Margins by class, in training and in the test."""

from __future__ import annotations

from ltviz.views._controls import BY_RECORDS, RECORDED, TINY
from ltviz.views._table import View

VIEW = View(
    "What margin does each class get in training, and what is left of it in the test?",
    RECORDED,
    tiny=TINY | {"seeds": 1},
    size=(980, 520),
    overrides=(BY_RECORDS,),
    order=140,
)
