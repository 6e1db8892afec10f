"""The lottery of a leaderboard: two methods, a few seeds of each, and how often the worse one wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ltviz.core.errors import DataError
from ltviz.core.params import Choice
from ltviz.explorers._card import Card, Dial, Guess, Table
from ltviz.methods import METHODS, titled
from ltviz.views import VIEWS

_CONTROLS = VIEWS["leaderboard_lottery"].controls
_TITLES = {name: titled(name) for name in METHODS}
_PAGE = ("erm", "ce_drw", "class_balanced", "ldam", "mm", "dbm_bs")
_KEYS = ("one", "other", "seeds", "select", "paired", "table")


def _still(state: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: state[key] for key in ("seeds", "select", "paired", "draw", "table")}
    return {"rows": f"{state['one']}, {state['other']}", **own}


def entry(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chances of two methods and the tables that some seeds give; or why there are none."""
    from ltviz.studies.leaderboard_lottery import leaderboard_lottery

    try:
        found = leaderboard_lottery(**{**_still(state), "draw": 0})
    except DataError as error:
        return {"lacking": str(error)}
    two = [
        {
            "title": each.title,
            "values": each.values,
            "mean": each.mean,
            "shares": each.shares,
            "drawn": each.drawn,
        }
        for each in (found.better, found.worse)
    ]
    told = {name: getattr(found, name) for name in ("seeds", "edges", "wins", "ties", "by_seeds")}
    return {"lacking": "", **told, "two": two}


CARD = Card(
    name="leaderboard_lottery",
    order=140,
    about=("ltviz.metrics.lottery",),
    title="The lottery of a leaderboard",
    question="Two methods, a few seeds of each: how often does the worse one win?",
    picture="lottery",
    dials={
        "seeds": Dial("seeds of each method", _CONTROLS["seeds"]),
        "select": Dial(
            "epoch that counts",
            _CONTROLS["select"],
            words={"last": "the last", "best-on-test": "the best on the test set"},
        ),
        "one": Dial("a method", Choice("ce_drw", tuple(METHODS), "a row of the table"), words=_TITLES, more=True),
        "other": Dial(
            "another one", Choice("class_balanced", tuple(METHODS), "a row of the table"), words=_TITLES, more=True
        ),
        "paired": Dial("the same seeds for both", _CONTROLS["paired"], more=True),
        "draw": Dial("which table is printed", _CONTROLS["draw"], live=True, more=True),
        "table": Dial("tables of seeds", _CONTROLS["table"], more=True),
    },
    tables={"lottery": Table(_KEYS, entry)},
    view="leaderboard_lottery",
    still=_still,
    guess=Guess(
        prompt="Small nets on digits, trained with class-balanced weights: from the start, or from 80 % of the "
        "training on. Each is trained once, on a seed of its own. Of all pairs of recorded seeds, in how many is the "
        "one above that is worse on average?",
        label="your guess: the worse one wins",
        unit="%",
        low=0.0,
        high=60.0,
        step=1.0,
        start=20.0,
        state={"one": "ce_drw", "other": "class_balanced", "seeds": 1, "select": "last", "paired": False},
        truth="wins",
    ),
    page={
        "seeds": (1, 2, 3, 5),
        "select": None,
        "one": _PAGE,
        "other": _PAGE,
        "paired": None,
        "draw": None,
    },
    note=(
        "All choices of so many of the recorded seeds are counted, none is drawn at random. Small nets on digits, the "
        "same two methods every time: what changes is the seeds that a table happens to show. Set a method against "
        "itself: then the table decides nothing, and prints a winner all the same. With the same seeds for both, what "
        "a seed does to both cancels."
    ),
)
