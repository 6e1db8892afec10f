"""A cell that is run again closes what it made before: nothing stays behind in the kernel or the front end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

RUNS = 100
LIMIT = 5.0  # MB
CENSUS = """
import gc, comm, psutil
from ipywidgets.widgets.widget import _instances
from ltviz.notebook.explorer import Explorer
from ltviz.notebook._widget import Widget
from ltviz.notebook import _cell
def census():
    gc.collect()
    things = gc.get_objects()
    return {
        "widgets": sum(isinstance(each, Widget) for each in things),
        "open": len(_instances),
        "comms": len(comm.get_comm_manager().comms),
        "explorers": sum(isinstance(each, Explorer) and not each._closed for each in things),
        "cells": len(_cell._made),
        "megabytes": psutil.Process().memory_info().rss / 1e6,
    }
"""


def asked(book: Any, cell: str) -> None:
    """Ask as the browser does at opening."""
    comm = book.explorers()[-1]
    spec = book.opened[comm]["spec"]
    needs = [
        {"table": each["name"], "key": "0", "state": spec["state"]} for each in spec["tables"] if not each["asked"]
    ]
    book.send(comm, {"ask": needs, "id": f"view {cell}", "look": "dark", "width": 700})


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize(
    "call", ["'decision_map'", "'boundary_vs_fit', losses='ce', stops=2, seeds=1"], ids=["card", "figure"]
)
def test_100_runs_of_a_cell(one_notebook: Any, call: str) -> None:
    """Of one cell in one kernel: the second explorer also takes the place of the first."""
    book = one_notebook
    book.run(f"import ltviz\n{CENSUS}")
    for _ in range(40):  # libraries load, pools and caches fill
        book.run(f"ltviz.explore({call})")
        asked(book, "warm")
    before, told = book.value("census()"), len(book.custom)
    for _ in range(RUNS):
        book.run(f"ltviz.explore({call})")
        asked(book, "again")
    after = book.value("census()")
    book.rest()
    assert after["megabytes"] - before["megabytes"] < LIMIT
    assert {**after, "megabytes": 0} == {**before, "megabytes": 0}
    assert (after["explorers"], after["cells"]) == (1, 1)
    assert len(book.explorers()) == 1
    assert len([each for each in book.custom[told:] if "entry" in each]) >= RUNS
    assert book.errors == []


def test_one_run_may_make_several_and_other_cells_keep_theirs(notebook: Callable[..., Any]) -> None:
    book = notebook()
    book.run("import ltviz\na = ltviz.explore('margin_bound'); b = ltviz.explore('class_counts')", "one")
    book.run("c = ltviz.explore('margin_bound')", "two")
    assert len(book.explorers()) == 3
    book.run("a.move(imbalance=1000.0)", "three")
    assert book.value("(a.state['imbalance'], c.state['imbalance'])") == (1000.0, 100.0)
    book.run("d = ltviz.explore('margin_bound')", "one")
    assert len(book.explorers()) == 2
    assert book.value("(repr(a), repr(c), a.state['imbalance'])") == (
        "<closed explorer of margin_bound>",
        "<explorer of margin_bound>",
        1000.0,
    )
