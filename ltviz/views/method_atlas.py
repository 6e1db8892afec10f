"""All methods by the accuracy of frequent and of rare classes."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Text
from ltviz.views._table import View

VIEW = View(
    "What does each method gain on rare classes, and what does it cost on frequent ones?",
    {"table": partial(Text, help="which tables of seeds: data set, profile and imbalance")},
    size=(980, 640),
    order=203,
)
