"""Tables of seeds: as written, or refused; common seeds; costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core.errors import DataError
from ltviz.records import seeds
from ltviz.records.record import Damaged
from ltviz.records.seeds import SeedTable

COUNTS = [60, 20, 5]


def a_line(accuracy: float = 0.5, **given: Any) -> dict[str, Any]:
    by_class = dict.fromkeys(seeds.BY_CLASS, [accuracy] * len(COUNTS))
    return {**by_class, **dict.fromkeys(seeds.NUMBERS, accuracy), **given}


def a_table(method: str = "erm", lines: dict[int, dict[str, Any]] | None = None, **about: Any) -> SeedTable:
    settings = {"method": method, "loss": "ce", "dataset": "digits", "profile": "exp", "imbalance": 12.0}
    settings |= {"counts": COUNTS, "recipe": "digits", "epochs": 60, "settings": {"epochs": 60}, "spelled": method}
    settings |= about
    return SeedTable(settings, {0: a_line()} if lines is None else lines)


def put(home: Path, table: SeedTable, **params: Any) -> Path:
    path = seeds.path_of(home, table.about, params)
    seeds.write(path, table)
    return path


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    table = a_table().with_line(3, a_line(0.25, angle=[0.1, 0.2, 0.3])).with_line(1, a_line(0.75))
    path = put(tmp_path, table)
    assert path == tmp_path / "digits-exp12" / "erm-digits" / "seeds.json"
    again = seeds.read(path)
    assert list(again.lines) == [0, 1, 3]
    assert again == table
    np.testing.assert_array_equal(again.of("angle", [3]), [[0.1, 0.2, 0.3]])
    np.testing.assert_array_equal(again.of("balanced", [3, 1]), [0.25, 0.75])


def line_of(content: dict[str, Any]) -> dict[str, Any]:
    return content["lines"]["0"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: line_of(content).update(balanced=0.9), "SHA-256"),
        (lambda content: content.pop("sha256") and content["lines"]["0"].pop("ece"), "seed 0: ece must be one number"),
        (
            lambda content: content.pop("sha256") and content["lines"]["0"].update(angle=[1.0]),
            "angle must be 3 numbers",
        ),
        (lambda content: content.pop("sha256") and content.pop("loss"), "it lacks loss"),
    ],
)
def test_a_table_that_is_not_as_it_was_written_is_refused(tmp_path: Path, change: Any, words: str) -> None:
    path = put(tmp_path, a_table())
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(Damaged, match=words):
        seeds.read(path)
    assert [fault.run for fault in seeds.tables([tmp_path], "digits-exp12")[1]] == ["digits-exp12/erm-digits"]


def test_runs_by_other_settings_never_share_a_table(tmp_path: Path) -> None:
    path = put(tmp_path, a_table())
    with pytest.raises(DataError, match="other settings: epochs is 60 there and 20 here"):
        seeds.begun(path, a_table(settings={"epochs": 20}).about)
    assert seeds.begun(path, a_table().about).lines.keys() == {0}
    assert not seeds.begun(path.with_name("none.json"), a_table().about).lines


def test_costs_are_medians_over_common_seeds(tmp_path: Path) -> None:
    slow = {0: a_line(seconds=3.0), 1: a_line(seconds=8.0), 2: a_line(seconds=12.0), 9: a_line(seconds=1000.0)}
    put(tmp_path, a_table("bbn", slow))
    put(tmp_path, a_table("erm", {k: a_line(seconds=s) for k, s in enumerate((1.0, 4.0, 2.0))}))
    assert seeds.costs([tmp_path], "digits-exp12") == {"bbn": 3.0, "erm": 1.0}


def test_the_first_folder_counts(tmp_path: Path) -> None:
    put(tmp_path / "own", a_table(lines={4: a_line()}))
    put(tmp_path / "shipped", a_table())
    (held, faults) = seeds.tables([tmp_path / "own", tmp_path / "shipped"], "digits-exp12")
    assert not faults
    assert list(held["erm"].lines) == [4]


def test_a_rule_selects_the_epoch_of_each_seed_that_keeps_it(tmp_path: Path) -> None:
    best = {"overall": 0.7, "balanced": 0.8, "by_class": [0.9, 0.8, 0.7], "epoch": 9, "looks": 12}
    path = put(tmp_path, a_table(lines={0: a_line(), 1: a_line(best=best)}))
    table = seeds.read(path)
    assert table.selected("last") is table
    assert not table.selected("val").lines
    chosen = table.selected("best-on-test")
    np.testing.assert_array_equal(chosen.of("by_class", [1]), [[0.9, 0.8, 0.7]])
    assert list(chosen.lines) == [1]
    with pytest.raises(DataError, match="without best for seed 0"):
        table.of("best", [0])
    content = json.loads(path.read_text())
    del content["sha256"], content["lines"]["1"]["best"]["looks"]
    path.write_text(json.dumps(content))
    with pytest.raises(Damaged, match=r"seed 1: best\.looks must be one number"):
        seeds.read(path)
