"""A JupyterLab for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ltviz.notebook import lab as bench

ERROR = "[data-mime-type='application/vnd.jupyter.error']"
READY = f"""(count) => {{
  const all = [...document.querySelectorAll("section.ltviz")];
  return document.querySelector("{ERROR}") || (all.length === count && all.every((each) => each.ltviz?.drawn));
}}"""


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest) -> set[str]:
    """The explorers and views that this module's chosen tests are about: no others need be opened."""
    calls = (getattr(item, "callspec", None) for item in request.session.items if item.path == request.path)
    return {call.params["name"] for call in calls if call is not None and "name" in call.params}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bench.Lab]:
    with bench.Lab(tmp_path_factory.mktemp("lab"), OMP_NUM_THREADS="1") as server:
        yield server


@pytest.fixture(scope="module")
def open_notebook(browser: Any, lab: bench.Lab) -> Iterator[Callable[..., Any]]:
    """Open a notebook of these cells, run it, and wait until its explorers have drawn.

    The page has `wrong`, a list of what its console called an error. Pages and kernels end with the module.
    """
    contexts = []

    def opened(*cells: str, explorers: int = 1, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1400, "height": 1100}, **options)
        contexts.append(context)
        wrong: list[str] = []
        context.on("weberror", lambda each: wrong.append(str(each.error)))
        context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page = lab.open(context, cells)
        page.wait_for_function(READY, arg=explorers)
        assert page.locator(ERROR).all_text_contents() == []
        page.wrong = wrong
        return page

    yield opened
    for context in contexts:
        kernels, token = f"{lab.url}api/kernels", {"Authorization": f"token {lab._token}"}
        for kernel in context.request.get(kernels, headers=token).json():
            context.request.delete(f"{kernels}/{kernel['id']}", headers=token)
        context.close()
