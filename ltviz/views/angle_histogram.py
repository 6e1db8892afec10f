"""Angles of test images to their class's vector."""

from __future__ import annotations

from ltviz.views._controls import BY_RECORDS, RECORDED, TINY, groups
from ltviz.views._table import View

VIEW = View(
    "How far, in angle, do test images lie from their class's vector?",
    {**RECORDED, "groups": groups},
    tiny=TINY | {"seeds": 1},
    size=(900, 600),
    overrides=(BY_RECORDS,),
    order=120,
)
