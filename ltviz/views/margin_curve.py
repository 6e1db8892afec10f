"""Margins by class, of several losses."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Param
from ltviz.views._controls import LONG_TAIL, losses
from ltviz.views._table import SAMPLE, View

VIEW = View(
    "How far does a margin push down the target's logit, in frequent and in rare classes?",
    {
        "losses": losses,
        "unit": partial(Choice, options=("logit", "paper"), help="one scale for all, or each paper's own unit"),
        "angle": partial(
            Param,
            low=0.0,
            high=180.0,
            step=1.0,
            help="angle between the sample and its own class direction",
            unit="degrees",
        ),
        **LONG_TAIL,
    },
    tiny={"classes": 4},
    gives=SAMPLE,
    order=20,
)
