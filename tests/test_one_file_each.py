"""One file each: a copy that has the files of tests/added stands every test that is run for what is shipped.

And the tests that stand beside them in tests/added, of what a command says of them. All is one run.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ltviz import samplers

HERE = Path(__file__).parent
FILES = HERE / "added"
ADDED = [
    file.relative_to(FILES).with_suffix("").as_posix().removeprefix("ltviz/")
    for pattern in ("ltviz/**/*.py", "notebooks/*.ipynb", "data/sweeps/*.toml")
    for file in sorted(FILES.glob(pattern))
]
FEW = {"data/sweeps": 2}  # kinds of which little is asked


@pytest.fixture(scope="module")
def told(one_more: Path) -> dict[str, Any]:
    """Added file -> outcome -> tests: of one run for all."""
    names = [word for added in ADDED for word in ("--one-more", added)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests", "-p", "one_more", *names, "--told", "told.json"),
            # plain: to rewrite the assertions of a copy's tests takes longer than many of them
            *("-q", "--assert=plain", "-p", "no:cacheprovider", f"--ignore=tests/{Path(__file__).name}"),
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


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize("added", ADDED)
def test_it_stands_every_test(told: dict[str, Any], added: str) -> None:
    outcome = told[added]
    assert not outcome.get("failed"), told["said"]
    assert not outcome.get("forgotten"), "these have a list of their own, and the file that was added is not in it"
    assert len(outcome["passed"]) >= FEW.get(added.rpartition("/")[0], 5)


@pytest.mark.thorough
@pytest.mark.slow
def test_an_added_loss_is_tried_in_full(told: dict[str, Any]) -> None:
    """By laws, bad inputs, precision, compile, explain, flags, sliders in scenes: whatever asks for losses' names."""
    for name, most in (("half_prior", 40), ("pull", 30)):
        assert len(told[f"losses/{name}"]["passed"]) >= most, told["said"]
    assert "not yet written down: in overlap, half_prior.share is 'frequent'" in told["said"]


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(HERE.glob("added/tests/test_*.py")), ids=lambda file: file.stem)
def test_the_tests_beside_it_are_run(told: dict[str, Any], file: Path) -> None:
    passed = {test.partition("[")[0].rpartition("::")[2] for added in ADDED for test in told[added]["passed"]}
    assert set(re.findall(r"^ *def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)) <= passed


@dataclass(frozen=True)
class Item:
    nodeid: str
    function: Any = json.dumps


def test_a_test_with_a_list_of_its_own_is_found(tmp_path: Path) -> None:
    plugin = runpy.run_path(str(HERE / "one_more.py"))
    options = {"--one-more": ["samplers/new"], "--told": tmp_path / "told.json"}
    hook = SimpleNamespace(pytest_deselected=lambda items: None)
    config = SimpleNamespace(getoption=options.__getitem__, hook=hook)
    shipped = list(samplers.NAMES)
    items = [
        Item(f"a.py::{test}[{name}-x]")
        for test, names in {"test_all": [*shipped, "new"], "test_listed": shipped, "test_some": shipped[:5]}.items()
        for name in names
    ]
    chosen = plugin["Chosen"](config)
    chosen.pytest_collection_modifyitems(config, items)
    assert [item.nodeid for item in items] == ["a.py::test_all[new-x]"]
    assert chosen.told["samplers/new"]["forgotten"] == ["a.py::test_listed"]
