"""What each part of DBM adds."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice
from ltviz.views._controls import DIGITS, TINY, without
from ltviz.views._table import View

VIEW = View(
    "What does each part of DBM add: the cosine head, the class margin, the instance margin?",
    {
        **without(DIGITS, "methods"),
        "base": partial(Choice, options=("ce", "balanced_softmax", "both"), help="what DBM's margins are plugged into"),
    },
    tiny=TINY | {"seeds": 1},
    size=(980, 420),
    order=152,
)
