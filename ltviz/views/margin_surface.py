"""DBM's margin over rarity and difficulty."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param, Text
from ltviz.core.profiles import Imbalance
from ltviz.views._table import View

VIEW = View(
    "How does DBM's margin grow with the rarity of the class and the difficulty of the sample?",
    {
        "loss": partial(Text, help="a loss with an angular margin: dbm, with its parameters in brackets"),
        "imbalance": partial(
            Imbalance, low=1.0, high=1e6, step=0.05, help="largest n_y / n_min drawn", shown=(2, 1000), log=True
        ),
        "resolution": partial(
            Param, low=2, high=2000, step=1, help="points along each side of the grid", shown=(21, 201)
        ),
    },
    tiny={"resolution": 11},
    size=(900, 600),
    takes=lambda loss: loss.margin_unit == "radian",
    order=50,
)
