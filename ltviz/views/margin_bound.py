"""The error bound of two classes that share one gap."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ltviz.core.own_counts import own
from ltviz.core.params import Param
from ltviz.core.profiles import Imbalance
from ltviz.views._table import View

VIEW = View(
    "Two classes share one gap: where must the boundary stand for the smallest error bound?",
    {
        "largest": partial(
            Param,
            low=1,
            high=10**9,
            step=0.1,
            help="samples n1 of the frequent class",
            shown=(10, 10_000),
            log=True,
        ),
        "imbalance": partial(
            Imbalance, low=1.0, high=1e6, step=0.05, help="n1 over n2, the rare class's", shown=(1, 1000), log=True
        ),
        "counts": lambda default: replace(own(("largest", "imbalance")), default=default),
    },
    order=40,
)
