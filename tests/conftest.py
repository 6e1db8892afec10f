"""What many tests share: a browser (without one they are skipped, under CI they fail), a copy with more; the order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

if find_spec("nbformat"):  # a machine that only trains has none
    from ltviz.course import runner as _quick  # noqa: F401  imports nbformat before a test does, and in less time

collect_ignore = ["added"]  # it is for a copy
# How long an example takes depends on what else the machine does; a test that is about that says so.
settings.register_profile("ltviz", deadline=None)
settings.load_profile("ltviz")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from ltviz.notebook import lab as bench

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
def one_more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the whole, to which the files of tests/added are added: one of each kind, and tests of their own."""
    root, place = Path(__file__).parents[1], tmp_path_factory.mktemp("copy")
    for each in ("ltviz", "tests", "notebooks", "data"):
        shutil.copytree(root / each, place / each, ignore=shutil.ignore_patterns("__pycache__"))
    for file in root.iterdir():
        if file.is_file():
            shutil.copy(file, place)
    shutil.copytree(root / "tests" / "added", place, dirs_exist_ok=True)
    _list_lessons(place)
    return place


def _list_lessons(place: Path) -> None:
    """Write the README's table of lessons as the command makes it: a file that is added changes none by hand."""
    words = [sys.executable, "-m", "ltviz", "list", "notebooks", "--format", "md"]
    env = {**os.environ, "PYTHONPATH": str(place)}
    made = subprocess.run(words, cwd=place, env=env, check=True, capture_output=True, text=True).stdout
    readme = place / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split("<!-- lessons -->")
    after = rest.partition("<!-- /lessons -->")[2]
    readme.write_text(f"{before}<!-- lessons -->\n\n{made.strip()}\n\n<!-- /lessons -->{after}", encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out what is marked thorough: `make test`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        left_out = _thorough(items)
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    _longest_first(items)


def _thorough(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what is marked thorough; of cases of one test, the first of every few stay."""
    cases: Counter[str] = Counter()
    left_out = []
    for item in items:
        if mark := item.get_closest_marker("thorough"):
            test = item.nodeid.partition("[")[0]
            if "every" not in mark.kwargs or cases[test] % mark.kwargs["every"]:
                left_out.append(item)
            cases[test] += 1
    return left_out


def _longest_first(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that of several workers none is left alone with one at the end."""
    heavy = {"browser", "one_more"}
    long = {item.path for item in items if item.get_closest_marker("slow") or heavy & set(item.fixturenames)}
    items.sort(key=lambda item: item.path not in long)
