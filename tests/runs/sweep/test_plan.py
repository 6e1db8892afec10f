"""Plans are read strictly, and every combination is a run, in the file's order."""

from __future__ import annotations

from pathlib import Path

import pytest

from ltviz.core.errors import BadInput
from ltviz.methods import METHODS
from ltviz.runs.sweep import plan

GOOD = """
title = "mine"
checks = ["cuda-tests"]

[[runs]]
methods = ["erm", "dbm_bs"]
seeds = "3-4"
datasets = "digits"
imbalances = [20, 50]
epochs = 2

[[runs]]
datasets = "cifar10"
methods = "dbm_bs"
recipes = "short"
[runs.grid]
margin = [0.1, 0.2]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_list_that_stands_first_varies_slowest(tmp_path: Path) -> None:
    found = plan.read(written(tmp_path, GOOD))
    assert (found.name, found.title, found.checks) == ("mine", "mine", ("cuda-tests",))
    told = [(run.method, run.seed, dict(run.choice)["imbalance"]) for run in found.runs[:8]]
    assert told == [(m, s, i) for m in ("erm", "dbm_bs") for s in (3, 4) for i in (20.0, 50.0)]
    assert {run.epochs for run in found.runs[:8]} == {2}
    assert [run.method for run in found.runs[8:]] == ["dbm_bs(margin=0.1)", "dbm_bs(margin=0.2)"]
    assert dict(found.runs[0].choice) == {"imbalance": 20.0, "profile": "exp"}
    assert found.runs[8].choice == ()
    assert [run.geometry for run in found.runs[:8]] == [True, True, False, False] * 2


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title =", "titel =", 2, "unknown key 'titel'.*Did you mean 'title'"),
        ("cuda-tests", "cuda", 3, "checks must be one of"),
        ("seeds =", "seed =", 7, "unknown key 'seed'.*Did you mean 'seeds'"),
        ("dbm_bs", "dbm_bx", 6, "unknown method 'dbm_bx'"),
        ('"3-4"', '"4-3"', 7, "from the smaller to the larger"),
        ('"3-4"', "[1, 1]", 7, "seeds has something twice"),
        ('"3-4"', "[-1]", 7, "seed must be a whole number"),
        ("[20, 50]", "[0.01]", 9, "did you mean 100"),
        ("[20, 50]", "[]", 9, "imbalances is empty"),
        ('"digits"', '"digit"', 8, "datasets must be one of.*Did you mean 'digits'"),
        ('"short"', '"digits"', 14, "recipes must be one of"),
        ("epochs = 2", "epochs = 0", 10, "epochs must be a whole number from 1"),
        ("margin = [0.1", "margn = [0.1", 14, "margn"),
        ("margin = [0.1", "margin = [-1", 14, "margin"),
        ('methods = "dbm_bs"', "", 12, "needs methods"),
        ('methods = "dbm_bs"', 'methods = "dbm_bs(margin=0.3)"', 14, "in the method's brackets and in the grid"),
        ("[runs.grid]", 'data = "here"\n[runs.grid]', 14, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    if not said:
        assert dict(plan.read(path).runs[-1].choice)["data"] == str(tmp_path / "here")
        return
    with pytest.raises(BadInput, match=rf"mine\.toml, line {line}: .*{said}"):
        plan.read(path)


def test_a_run_that_stands_twice(tmp_path: Path) -> None:
    twice = '[[runs]]\ndatasets = "digits"\nmethods = ["mm", "erm"]\nseeds = 4\nimbalances = 20\nepochs = 2\n'
    with pytest.raises(BadInput, match=r"line 21: erm, digits exp 20, digits, seed 4 stands twice.*line 6"):
        plan.read(written(tmp_path, f"{GOOD}\n{twice}"))


@pytest.mark.parametrize(
    ("text", "said"), [("= 1", "no TOML"), ("title = 'a'", "asks for no run"), ("runs = 3", "must be blocks")]
)
def test_what_is_no_plan(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=said):
        plan.read(written(tmp_path, text))


def test_a_plan_is_found_by_name_or_path(tmp_path: Path) -> None:
    assert plan.find("field-short").name == "field-short.toml"
    assert plan.find(str(written(tmp_path, GOOD))).name == "mine.toml"
    with pytest.raises(BadInput, match="Did you mean 'paper'"):
        plan.find("papr")


@pytest.mark.parametrize("name", plan.shipped())
def test_the_plans_that_ship_can_be_read(name: str) -> None:
    found = plan.read(plan.find(name))
    assert found.runs
    assert found.title


def test_the_whole_field_is_asked_for() -> None:
    for name in ("digits", "field-short", "paper"):
        assert {run.method for run in plan.read(plan.find(name)).runs} >= set(METHODS)
