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
def desk(browser: Any, lab: bench.Lab) -> Iterator[dict[str, Any]]:
    """The one page in which notebook after notebook is opened, as JupyterLab takes long to load; its cells."""
    stands: dict[str, Any] = {}
    yield stands
    if stands:
        stands["page"].context.close()


def _opened(browser: Any, lab: bench.Lab, cells: tuple[str, ...]) -> Any:
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    wrong: list[str] = []
    context.on("weberror", lambda each: wrong.append(str(each.error)))
    context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page = lab.open(context, cells)
    page.wrong = wrong
    return page


@pytest.fixture(scope="session")
def open_notebook(browser: Any, lab: bench.Lab, desk: dict[str, Any]) -> Callable[..., Any]:
    """Open a notebook of these cells, run it, and wait until its explorers have drawn; the one before it is closed.

    With `again=False` a notebook of the same cells that stands there is taken as the test before has left it. The page
    has `wrong`, a list of what its console called an error.
    """

    def opened(*cells: str, explorers: int = 1, again: bool = True) -> Any:
        if not again and desk.get("cells") == cells:
            return desk["page"]
        desk["cells"] = None
        if "page" in desk:
            lab.turn(desk["page"], cells)
            desk["page"].wrong.clear()
        else:
            desk["page"] = _opened(browser, lab, cells)
        desk["page"].wait_for_function(READY, arg=explorers, timeout=60_000 + 15_000 * explorers)
        assert desk["page"].locator(ERROR).all_text_contents() == []
        desk["cells"] = cells
        return desk["page"]

    return opened
