"""The boundary's shift, as the fit becomes closer."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import imbalance, losses, scene, seed, seeds
from ltviz.views._table import View, steady

VIEW = View(
    "How far do weights, priors and margins move the boundary, the more closely the training data are fitted?",
    {
        "losses": losses,
        "scene": scene,
        "imbalance": imbalance,
        "stops": partial(Param, low=2, high=101, step=1, help="fits, from the usual one to the closest", shown=(2, 21)),
        "seeds": seeds,
        "seed": seed,
    },
    tiny={"stops": 2, "seeds": 1},
    size=(1000, 560),
    takes=steady,
    order=100,
)
