"""One sample's margin in the plane, and that of its logits."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Param, Text
from ltviz.views._controls import imbalance, seed
from ltviz.views._table import View, steady

VIEW = View(
    "What does a margin on the logits do to a sample's distance from the boundary?",
    {
        "loss": partial(Text, help="a loss that becomes cross-entropy, its parameters in brackets"),
        "scene": partial(Choice, options=("overlap", "separable"), help="two clouds that overlap, or that separate"),
        "imbalance": imbalance,
        "sample": partial(
            Param, low=0, high=10**6, step=1, help="which rare point: 0 is the nearest to the boundary", shown=(0, 9)
        ),
        "seed": seed,
    },
    tiny={"imbalance": 100.0},
    size=(1000, 560),
    takes=lambda loss: steady(loss) and bool(loss.neutral),
    order=45,
)
