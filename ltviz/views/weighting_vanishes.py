"""The effect of weights, which fades, and of margins, which does not."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Param
from ltviz.views._controls import imbalance, losses, seed, seeds
from ltviz.views._table import View, steady

VIEW = View(
    "What is left of a class weight as training on separable points goes on, and of a margin?",
    {
        "losses": losses,
        "largest": partial(
            Param, low=2, high=5000, step=0.1, help="points of the frequent class", shown=(10, 1000), log=True
        ),
        "imbalance": imbalance,
        "steps": partial(
            Param, low=200, high=1_000_000, step=0.1, help="steps of gradient descent", shown=(500, 20_000), log=True
        ),
        "seeds": seeds,
        "seed": seed,
    },
    tiny={"largest": 20, "steps": 200, "seeds": 1},
    takes=lambda loss: steady(loss) and bool(loss.neutral),
    size=(1000, 560),
    order=102,
)
