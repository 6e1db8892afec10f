"""The largest margin, and which losses gradient descent leads to it."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import imbalance, losses, seed, seeds
from ltviz.views._table import View, steady

VIEW = View(
    "Does gradient descent on separable points go to the boundary with the largest margin?",
    {
        "losses": losses,
        "largest": partial(
            Param, low=2, high=5000, step=0.1, help="points of the frequent class", shown=(10, 1000), log=True
        ),
        "imbalance": imbalance,
        "steps": partial(
            Param, low=10, high=1_000_000, step=0.1, help="steps of gradient descent", shown=(100, 10_000), log=True
        ),
        "seeds": seeds,
        "seed": seed,
    },
    tiny={"largest": 20, "steps": 20, "seeds": 2},
    size=(1000, 560),
    takes=steady,
    order=104,
)
