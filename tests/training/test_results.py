"""Recorded runs beside the papers: means, deviations, which figure is nearest, and four ways to write a table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.cli._tables import FORMATS, Table, latex
from ltviz.cli.scores import results_table
from ltviz.core.errors import BadInput, DataError
from ltviz.training import record
from ltviz.training.methods import METHODS, RECIPES
from ltviz.training.published import figures_for, published
from ltviz.training.results import results


def write(out: Path, method: str, recipe: str, seed: int, balanced: float, **more: Any) -> Path:
    row = {
        "epoch": 199, "loss": 0.1, "rate": 0.1, "reweighted": False, "balanced": balanced, "overall": balanced,
        "by_class": [balanced] * 10, "by_group": {"many": balanced, "medium": balanced / 2, "few": None},
    }  # fmt: skip
    told = {
        "method": method, "loss": "ce", "dataset": "cifar10", "profile": "exp", "imbalance": 100.0, "seed": seed,
        "epochs": 200, "recipe": recipe, "device": "cpu", "versions": {}, "date": "2026", "seconds": 1.0,
        "history": [row], "last": row, "best": {**row, "balanced": balanced + 0.01}, **more,
    }  # fmt: skip
    path = record.place(out, told["dataset"], "exp", 100.0, told.get("folder", method), recipe, seed) / "run.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return path


def test_every_published_figure_belongs_to_a_row() -> None:
    assert len(published()) > 150
    for figure in published():
        assert figure.method in METHODS
        assert figure.recipe in ("", *RECIPES)
        assert 0.1 < figure.accuracy < 1
        assert figure.source
        assert (figure.dataset, figure.profile) in {(d, p) for d in ("cifar10", "cifar100") for p in ("exp", "step")}


@pytest.mark.parametrize(
    ("data", "method", "percent"),
    [
        (("cifar10", "exp", 100), "erm", 70.36),
        (("cifar100", "step", 10), "ldam_drw", 59.46),
        (("cifar10", "step", 100), "m_drw", 72.33),
        (("cifar100", "exp", 10), "dbm_bs", 65.22),
        (("cifar10", "exp", 50), "balanced_softmax", 86.45),
        (("cifar100", "step", 100), "logit_adjustment", 44.48),
        (("cifar10", "exp", 100), "vs", 80.82),
        (("cifar10", "step", 100), "mm_ldam_drw", 79.18),
        (("cifar100", "exp", 50), "cdt", 44.83),
    ],
)
def test_figures_are_the_papers(data: tuple[str, str, int], method: str, percent: float) -> None:
    assert any(100 * figure.accuracy == pytest.approx(percent) for figure in figures_for(*data, method))


def test_mean_and_deviation_over_seeds(tmp_path: Path) -> None:
    values = [0.70, 0.72, 0.73]
    for seed, value in enumerate(values):
        write(tmp_path, "erm", "basic", seed, value)
    (found,) = results([tmp_path])
    assert found.mean == pytest.approx(np.mean(values))
    assert found.deviation == pytest.approx(np.std(values, ddof=1))
    assert found.seeds == (0, 1, 2)
    assert found.groups == {
        "many": pytest.approx(np.mean(values)),
        "medium": pytest.approx(np.mean(values) / 2),
        "few": None,
    }
    assert len(found.published) == len(figures_for("cifar10", "exp", 100, "erm")) > 4
    assert found.nearest is not None
    assert found.nearest.accuracy == pytest.approx(0.7195), "of the basic ones 70.36, 71.95, 73.17"
    assert results([tmp_path], "best-on-test")[0].mean == pytest.approx(np.mean(values) + 0.01)


def test_the_nearest_has_the_same_recipe(tmp_path: Path) -> None:
    write(tmp_path, "erm", "paper", 0, 0.78)  # which is LDAM's, called basic in its table
    write(tmp_path, "erm", "strong", 0, 0.71)
    write(tmp_path, "erm", "short", 0, 0.71, epochs=40)
    write(tmp_path, "dbm_ce", "paper", 0, 0.71)  # which is DBM's, called strong
    write(tmp_path, "logit_adjustment", "basic", 0, 0.71)  # published by its own recipe only
    near = {(r.method, r.recipe): r.nearest for r in results([tmp_path])}
    assert near["erm", "paper"].accuracy == pytest.approx(0.7317)
    assert near["erm", "strong"].accuracy == pytest.approx(0.7848)
    assert near["erm", "short"] is None
    assert near["dbm_ce", "paper"].accuracy == pytest.approx(0.8084)
    assert near["logit_adjustment", "basic"] is None


def test_parameters_of_ones_own_have_no_published_figure(tmp_path: Path) -> None:
    write(tmp_path, "dbm_bs", "strong", 0, 0.8)
    write(tmp_path, "dbm_bs", "strong", 0, 0.8, folder="dbm_bs_margin0.2")
    found = {result.run: result.published for result in results([tmp_path])}
    assert found["cifar10-exp100/dbm_bs-strong"]
    assert found["cifar10-exp100/dbm_bs_margin0.2-strong"] == ()


def test_other_epochs_are_another_row_and_seeds_are_sorted_as_numbers(tmp_path: Path) -> None:
    for seed in (10, 2, 1):
        write(tmp_path, "erm", "basic", seed, 0.7, epochs=100 if seed == 2 else 200)
    assert [(r.epochs, r.seeds) for r in results([tmp_path])] == [(200, (1, 10)), (100, (2,))]


def test_the_first_folder_counts(tmp_path: Path) -> None:
    write(tmp_path / "a", "erm", "basic", 0, 0.7)
    write(tmp_path / "b", "erm", "basic", 0, 0.5)
    write(tmp_path / "b", "erm", "basic", 1, 0.5)
    (found,) = results([tmp_path / "a", tmp_path / "b"])
    assert found.mean == pytest.approx(0.6)


def test_what_is_no_record_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "erm", "basic", 0, 0.7)
    with pytest.raises(DataError, match="nothing selected by 'val'"):
        results([tmp_path], "val")
    with pytest.raises(BadInput, match="'last', 'val', 'best-on-test'"):
        results([tmp_path], "first")
    path.write_text("{}")
    with pytest.raises(DataError, match=r"run\.json is no record of a run: it has no method"):
        results([tmp_path])
    path.write_text("{")
    with pytest.raises(DataError, match="as JSON"):
        results([tmp_path])


NASTY = Table("a & b <script>", ("name", "n"), [["x_1 <b> 50%", "1"], ['ü, "q"', "-2 ± 1"]], ["$\\href{x}$"], 1)


def test_every_form_escapes_what_means_something_in_it() -> None:
    assert "x_1 <b> 50%   " in NASTY.written("text")
    page = NASTY.written("html")
    assert "<script>" not in page
    assert "x_1 &lt;b&gt; 50%" in page
    assert NASTY.written("latex").count(r"x\_1 $<$b$>$ 50\%") == 1
    assert r"\$\textbackslash{}href\{x\}\$" in NASTY.written("latex")
    lines = [line for line in NASTY.written("csv").splitlines() if not line.startswith("#")]
    assert list(csv.reader(io.StringIO("\n".join(lines)))) == [["name", "n"], *NASTY.rows]
    assert latex("1 ± 2°, -3, a-4") == r"1 $\pm$ 2$^\circ$, $-$3, a-4"


@pytest.mark.parametrize("form", FORMATS)
def test_the_rule_is_in_every_table(form: str, tmp_path: Path) -> None:
    write(tmp_path, "ldam_drw", "basic", 0, 0.77)
    for rule, words in (
        ("last", "after the last epoch"),
        ("best-on-test", "largest balanced accuracy on the test set"),
    ):
        text = results_table(results([tmp_path], rule), rule).written(form)
        assert words in text
        assert "77.03" in text
        assert "Cao et al. 2019" in text
