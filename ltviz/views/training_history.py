"""A training, epoch by epoch."""

from __future__ import annotations

from ltviz.views._controls import BY_RECORDS, RECORDED, TINY, groups
from ltviz.views._table import View

VIEW = View(
    "What does each epoch of training do to the loss, and to frequent and rare classes?",
    {**RECORDED, "groups": groups},
    tiny=TINY | {"seeds": 1},
    size=(980, 620),
    overrides=(BY_RECORDS,),
    order=190,
)
