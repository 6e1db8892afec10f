"""A plugin for pytest: of all tests, run those that are run for every shipped name of a kind, for the names added.

``--one-more views/margins_of_dbm`` selects each test one of whose parameters is the name, each whose parameter is the
kind itself, and each that asks the whole table of the kind. A test that has every shipped name among its parameters
and none that was added is forgotten, which is a failure: it has a list of its own. One that takes another added file
of the kind asks what a file declares, and may leave this one out.
"""

from __future__ import annotations

import inspect
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

import ltviz

TABLES = {  # how tests write the table of a kind, where they ask all of it
    "views": r"\bVIEWS\b(?!\[)",
    "explorers": r"\bCARDS\b(?!\[)",
    "samplers": r"\bsamplers\.NAMES\b",
    "methods/steps": r"\bsteps\.NAMES\b",
    "methods/stages": r"\bstages\.NAMES\b",
    "notebooks": r"\blessons\.lessons\(\)|\bLESSONS\b(?!\[)",
}
OTHERS = {"methods/stages": r"\bMETHODS\b"}  # a table of another kind, in which every shipped name of this one stands


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--one-more", action="append", default=[], help="kind/name of a file that was added")
    parser.addoption("--told", type=Path, help="JSON file: kind/name -> outcome -> tests")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Chosen(config), "chosen")


def _parameters(item: pytest.Item) -> list[str]:
    return item.nodeid.partition("[")[2].removesuffix("]").split("-")


def _files(kind: str) -> set[str]:
    """The names of a kind, from its files in the package or beside it."""
    package = Path(ltviz.__file__).parent
    beside = package.parent / kind
    return {
        path.stem for path in [*(package / kind).glob("[a-z]*.py"), *beside.glob("*.ipynb"), *beside.glob("*.toml")]
    }


def _words(item: pytest.Item, kind: str) -> set[str]:
    """The words of a test's parameters; of paths the last, if they are of the kind's folder."""
    paths = (each.rpartition("/") for each in re.findall(r"[\w/]+", item.nodeid.partition("[")[2]))
    return {word for folder, _, word in paths if folder in ("", kind)}


def _by_number(item: pytest.Item, added: str) -> bool:
    """Whether a test asks for a lesson by its number alone, or for one of its sentences."""
    found = re.fullmatch(r"notebooks/(\d\d)_\w+", added)
    return bool(found and re.fullmatch(rf"{found[1]}(: .*)?", item.nodeid.partition("[")[2].removesuffix("]")))


class Chosen:
    def __init__(self, config: pytest.Config) -> None:
        self.added: list[str] = config.getoption("--one-more")
        self.file: Path = config.getoption("--told")
        self.told = {each: defaultdict(list) for each in self.added}
        self.whose: dict[str, list[str]] = defaultdict(list)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        functions = defaultdict(list)
        for item in items:
            functions[item.nodeid.partition("[")[0]].append(item)
        for added in self.added:
            kind, _, name = added.rpartition("/")
            alike = {each.rpartition("/")[2] for each in self.added if each.rpartition("/")[0] == kind}
            shipped = _files(kind) - alike
            for function, each in functions.items():
                words = {item: _words(item, kind) for item in each}
                all_words = set().union(*words.values())
                chosen = [
                    item for item in each if name in words[item] or kind in _parameters(item) or _by_number(item, added)
                ]
                other = kind in OTHERS and re.search(OTHERS[kind], inspect.getsource(each[0].function))
                if shipped <= all_words and not alike & all_words and not other:
                    self.told[added]["forgotten"].append(function)
                elif not chosen and kind in TABLES and re.search(TABLES[kind], inspect.getsource(each[0].function)):
                    chosen = each
                for item in chosen:
                    self.whose[item.nodeid].append(added)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in self.whose])
        items[:] = [item for item in items if item.nodeid in self.whose]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            for added in self.whose[report.nodeid]:
                self.told[added][report.outcome].append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.file.write_text(json.dumps(self.told), encoding="utf-8")
