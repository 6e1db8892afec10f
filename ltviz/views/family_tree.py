"""All methods, each below the one to which it adds something."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice
from ltviz.methods import FAMILIES
from ltviz.views._table import View

VIEW = View(
    "What does each method add, and to which other one?",
    {"family": partial(Choice, options=("all", *FAMILIES), help="which family, with those to which it adds")},
    size=(980, 700),
    order=202,
)
