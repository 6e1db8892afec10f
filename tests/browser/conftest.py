"""A JupyterLab for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from ltviz.notebook import lab as bench

ERROR = "[data-mime-type='application/vnd.jupyter.error']"
READY = f"""(count) => {{
  const all = [...document.querySelectorAll("section.ltviz")];
  return document.querySelector("{ERROR}") || (all.length === count && all.every((each) => each.ltviz?.drawn));
}}"""


def _asked(items: Iterable[pytest.Item]) -> set[str]:
    calls = (getattr(item, "callspec", None) for item in items)
    return {call.params["name"] for call in calls if call is not None and "name" in call.params}


@pytest.fixture(scope="session")
def asked_at_all(request: pytest.FixtureRequest) -> set[str]:
    """The explorers and views that the chosen tests are about: no others need be made."""
    return _asked(request.session.items)


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest) -> set[str]:
    """The explorers and views that this module's chosen tests are about: no others need be opened."""
    return _asked(item for item in request.session.items if item.path == request.path)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bench.Lab]:
    with bench.Lab(tmp_path_factory.mktemp("lab"), OMP_NUM_THREADS="1") as server:
        yield server


@pytest.fixture(scope="session")
def desk(browser: Any, lab: bench.Lab) -> Iterator[list[Any]]:
    """The one page in which notebook after notebook is opened, as JupyterLab takes long to load; at first none."""
    pages: list[Any] = []
    yield pages
    for page in pages:
        page.context.close()


def _page(browser: Any) -> tuple[Any, list[str]]:
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    wrong: list[str] = []
    context.on("weberror", lambda each: wrong.append(str(each.error)))
    context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    return context, wrong


def _drawn(page: Any, explorers: int) -> Any:
    page.wait_for_function(READY, arg=explorers)
    assert page.locator(ERROR).all_text_contents() == []
    return page


@pytest.fixture(scope="session")
def open_notebook(browser: Any, lab: bench.Lab, desk: list[Any]) -> Callable[..., Any]:
    """Open a notebook of these cells, run it, and wait until its explorers have drawn; the one before it is closed.

    The page has `wrong`, a list of what its console called an error.
    """

    def opened(*cells: str, explorers: int = 1) -> Any:
        if desk:
            lab.turn(desk[0], cells)
            desk[0].wrong.clear()
        else:
            context, wrong = _page(browser)
            desk.append(lab.open(context, cells))
            desk[0].wrong = wrong
        return _drawn(desk[0], explorers)

    return opened


@pytest.fixture(scope="module")
def open_board(browser: Any, lab: bench.Lab) -> Iterator[Callable[..., Any]]:
    """As `open_notebook`, in a page of its own that stays open until the end of the module."""
    contexts = []

    def opened(*cells: str, explorers: int = 1) -> Any:
        context, wrong = _page(browser)
        contexts.append(context)
        page = lab.open(context, cells)
        page.wrong = wrong
        return _drawn(page, explorers)

    yield opened
    for context in contexts:
        context.close()
