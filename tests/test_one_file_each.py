"""One file each: a copy that has the files of tests/added stands every test that is run for what is shipped."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
ADDED = [file.relative_to(HERE / "added").with_suffix("").as_posix() for file in sorted(HERE.glob("added/**/*.py"))]


@pytest.fixture(scope="module")
def told(one_more: Path) -> dict[str, dict[str, list[str]]]:
    """Added file -> outcome -> tests: of one run for all."""
    names = [word for added in ADDED for word in ("--one-more", added)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests", "-p", "one_more", *names, "--told", "told.json"),
            *("-q", "-p", "no:cacheprovider", f"--ignore=tests/{Path(__file__).name}"),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{one_more}{os.pathsep}{one_more / 'tests'}", "OMP_NUM_THREADS": "1"},
        cwd=one_more,
        timeout=900,
        check=False,
    )
    assert (one_more / "told.json").exists(), done.stdout + done.stderr
    return {**json.loads((one_more / "told.json").read_text(encoding="utf-8")), "said": done.stdout + done.stderr}


@pytest.mark.slow
@pytest.mark.parametrize("added", ADDED)
def test_it_stands_every_test(told: dict[str, Any], added: str) -> None:
    outcome = told[added]
    assert not outcome.get("failed"), told["said"]
    assert not outcome.get("forgotten"), "these have a list of their own, and the file that was added is not in it"
    assert len(outcome["passed"]) >= 5


def test_a_test_with_a_list_of_its_own_is_found(tmp_path: Path) -> None:
    plugin = runpy.run_path(str(HERE / "one_more.py"))
    options = {"--one-more": ["samplers/new"], "--told": tmp_path / "told.json"}
    hook = SimpleNamespace(pytest_deselected=lambda items: None)
    config = SimpleNamespace(getoption=options.__getitem__, hook=hook)
    shipped = ["instance", "class_balanced", "square_root", "progressive", "over", "under"]
    items = [
        SimpleNamespace(nodeid=f"a.py::{test}[{name}-x]", function=len)
        for test, names in {"test_all": [*shipped, "new"], "test_listed": shipped, "test_some": shipped[:5]}.items()
        for name in names
    ]
    chosen = plugin["Chosen"](config)
    chosen.pytest_collection_modifyitems(config, items)
    assert [item.nodeid for item in items] == ["a.py::test_all[new-x]"]
    assert chosen.told["samplers/new"]["forgotten"] == ["a.py::test_listed"]
