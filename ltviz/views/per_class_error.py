"""Errors by class, beside another loss's."""

from __future__ import annotations

from ltviz.views._controls import BY_RECORDS, RECORDED, TINY
from ltviz.views._table import View

VIEW = View(
    "Which classes pay and which gain when the loss is changed?",
    RECORDED,
    tiny=TINY | {"seeds": 1},
    overrides=(BY_RECORDS,),
    order=130,
)
