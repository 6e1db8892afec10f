"""Losses at test priors other than the training's."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Flag, Param
from ltviz.views._controls import DIGITS, TINY
from ltviz.views._table import View

VIEW = View(
    "Which loss is best when classes are as frequent at deployment as in training, or otherwise?",
    {
        **DIGITS,
        "corrected": partial(Flag, help="also show cross-entropy corrected to each test prior"),
        "stops": partial(Param, low=2, high=1001, step=1, help="test priors", shown=(5, 51)),
    },
    tiny=TINY | {"seeds": 1, "stops": 3},
    order=180,
)
