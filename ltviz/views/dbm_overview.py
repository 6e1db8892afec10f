"""DBM's margins in a trained net."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice
from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "Which margin does each class and each image get from DBM in a trained net?",
    {
        "split": partial(Choice, options=("test", "train"), help="whose margins: test or training images"),
        **without(DIGITS, "methods", "seeds"),
    },
    tiny=TINY,
    size=(980, 460),
    order=151,
)
