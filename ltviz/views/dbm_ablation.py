"""What each part of DBM adds."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Text
from ltviz.views._table import View

VIEW = View(
    "What does each part of DBM add: the cosine head, the class margin, the instance margin?",
    {
        "base": partial(Choice, options=("both", "ce", "balanced_softmax"), help="what DBM's margins are plugged into"),
        "table": partial(Text, help="which tables of seeds: data set, profile and imbalance"),
    },
    size=(980, 420),
    order=152,
)
