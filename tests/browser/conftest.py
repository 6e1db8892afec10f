"""A browser and a JupyterLab for the tests; without a browser they are skipped, which under CI is a failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ltviz.explorers import lab as bench


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    why = bench.missing()
    if why:
        assert not os.environ.get("CI"), f"explorers must be opened in CI: {why}"
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = bench.browser(driver)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bench.Lab]:
    with bench.Lab(tmp_path_factory.mktemp("lab"), OMP_NUM_THREADS="1") as server:
        yield server


@pytest.fixture
def open_notebook(browser: Any, lab: bench.Lab) -> Iterator[Callable[..., Any]]:
    """Open a notebook of these cells, run it, and wait until its first explorer has drawn.

    The page has `wrong`, a list of what its console called an error.
    """
    contexts = []

    def opened(*cells: str, explorers: int = 1, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1400, "height": 1100}, **options)
        contexts.append(context)
        wrong: list[str] = []
        context.on("weberror", lambda each: wrong.append(str(each.error)))
        context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page = lab.open(context, cells)
        page.wait_for_selector(f"section.ltviz >> nth={explorers - 1}")
        page.wait_for_function("[...document.querySelectorAll('section.ltviz')].every((each) => each.ltviz?.drawn)")
        page.wrong = wrong
        return page

    yield opened
    for context in contexts:
        context.close()
