"""A browser for the tests, without one they are skipped, which under CI is a failure; and the order of the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from ltviz.notebook import lab as bench


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that of several workers none is left alone with one at the end."""
    long = {item.path for item in items if item.get_closest_marker("slow") or "browser" in item.fixturenames}
    items.sort(key=lambda item: item.path not in long)
