"""A browser for the tests; without one they are skipped, which under CI is a failure."""

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
