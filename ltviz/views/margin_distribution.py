"""Margins of trained nets by class."""

from __future__ import annotations

from ltviz.views._controls import BY_RECORDS, RECORDED, TINY, without
from ltviz.views._table import View

VIEW = View(
    "How far is each class from being misread, in training and in the test?",
    without(RECORDED, "seeds"),
    tiny=TINY,
    size=(980, 680),
    overrides=(BY_RECORDS,),
    order=110,
)
