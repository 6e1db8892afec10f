"""Many seeds on digits: nothing twice, one training for methods that differ in their second stages, paired."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.records.seeds import read, write
from ltviz.runs import seeds
from ltviz.runs.digits import train

ONE = seeds.Setting(imbalance=20, epochs=1)
TEXTS = ["erm", "logit_adjustment_posthoc", "dbm_bs(margin=0.0)"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    assert list(seeds.fill(TEXTS, [0], folder, ONE)) == [(text, 0) for text in TEXTS]
    return folder


def test_a_line_is_what_the_run_says(home: Path) -> None:
    run = train("erm", digits.load(imbalance=20), epochs=1)
    line = read(home / "digits-exp20" / "erm-digits" / "seeds.json").lines[0]
    assert line["balanced"] == pytest.approx(run.balanced_accuracy, abs=1e-5)
    np.testing.assert_allclose(line["by_class"], run.class_accuracy, atol=1e-5)
    of_class = [run.angles("test")[run.labels("test") == c].mean() for c in range(10)]
    np.testing.assert_allclose(line["angle"], of_class, atol=2e-5)
    right = run.predictions("train") == run.labels("train")
    np.testing.assert_allclose(
        line["train_by_class"], [right[run.labels("train") == c].mean() for c in range(10)], atol=1e-5
    )
    assert line["best"] == {
        **{name: line[name] for name in ("overall", "balanced", "by_class")},
        "epoch": 0,
        "looks": 1,
    }
    assert 0 < line["ece"] < 1
    assert line["seconds"] > 0


def test_parameters_have_a_table_of_their_own(home: Path) -> None:
    table = read(home / "digits-exp20" / "dbm_bs_margin0-digits" / "seeds.json")
    assert table.about["spelled"] == "dbm_bs(margin=0)"
    assert table.about["loss"].startswith("dbm(")


def test_what_is_there_is_not_trained_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[str] = []

    def count(rows, data, *, seed, epochs):
        trained.extend(method.name for method, _ in rows)
        return iter(())

    monkeypatch.setattr(seeds, "train_each", count)
    assert seeds.lacking([*TEXTS, "focal"], [0, 1], home, ONE) == {0: ["focal"], 1: [*TEXTS, "focal"]}
    assert list(seeds.fill(TEXTS, [0], home, ONE)) == []
    assert not trained


def test_a_line_of_an_older_form_is_trained_anew_where_that_is_asked_for(home: Path) -> None:
    path, table = ONE.table("erm", home)
    older = {name: value for name, value in table.lines[0].items() if name != "best"}
    write(path, table.with_line(0, older))
    assert seeds.lacking(TEXTS, [0], home, ONE) == {}
    assert seeds.lacking(TEXTS, [0], home, ONE, anew=True) == {0: ["erm"]}
    assert list(seeds.fill(TEXTS, [0], home, ONE, anew=True)) == [("erm", 0)]
    again = read(path).lines[0]
    assert again["best"]["looks"] == 1
    assert {name: again[name] for name in ("by_class", "nc1")} == {name: older[name] for name in ("by_class", "nc1")}


@pytest.mark.parametrize("data", ["cifar10-exp100", "digits", "digits-flat20", "../digits-exp20"])
def test_tables_are_of_digits(data: str) -> None:
    with pytest.raises(BadInput):
        seeds.Setting.named(data)
    assert seeds.Setting.named("digits-step20") == seeds.Setting(20.0, "step")
