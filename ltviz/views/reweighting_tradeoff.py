"""Head and tail error, as beta of the class-balanced weights runs from 0 to 1."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import imbalance, model, scene, seed, seeds
from ltviz.views._table import View

VIEW = View(
    "What do class-balanced weights take from the head, and what do they give to the tail?",
    {
        "scene": scene,
        "imbalance": imbalance,
        "stops": partial(Param, low=2, high=101, step=1, help="values of beta", shown=(3, 41)),
        "model": model,
        "seeds": seeds,
        "seed": seed,
    },
    tiny={"stops": 3, "seeds": 2},
    order=64,
)
