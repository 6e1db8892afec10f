"""What meta-learned weights and rates come to."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "Which losses count more once their weight is learned, and which classes are drawn more often?",
    {
        "weight_rate": partial(
            Param, low=0.0, high=10.0, step=0.1, help="at which the weight net learns", shown=(1e-5, 1.0), log=True
        ),
        "class_rate": partial(
            Param, low=0.0, high=10.0, step=0.01, help="at which the classes' rates are learned", shown=(0.0, 0.2)
        ),
        **without(DIGITS, "methods"),
    },
    tiny=TINY | {"seeds": 1},
    order=157,
)
