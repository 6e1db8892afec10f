"""A table of two methods as a lottery."""

from __future__ import annotations

from functools import partial

from ltviz.core.params import Choice, Flag, Param, Text
from ltviz.views._table import View

VIEW = View(
    "How often does the worse of two methods win a table with a few seeds of each?",
    {
        "rows": partial(Text, help="two methods, with a comma"),
        "seeds": partial(Param, low=1, high=10, step=1, help="of each method, whose mean a table prints"),
        "select": partial(Choice, options=("last", "best-on-test"), help="the epoch of each run that counts"),
        "paired": partial(Flag, help="train both methods on the same seeds"),
        "draw": partial(Param, low=0, high=23, step=1, help="which of the tables is printed"),
        "table": partial(Text, help="which tables of seeds, or recorded runs: data set, profile and imbalance"),
    },
    size=(980, 640),
    order=206,
)
