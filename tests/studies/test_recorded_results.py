"""Recorded runs beside published figures, from records made here."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest

from ltviz import views
from ltviz.core.errors import BadInput, DataError
from ltviz.figures.recorded_results import recorded_results as draw
from ltviz.methods import FAMILIES, METHODS
from ltviz.records import record
from ltviz.records.published import published
from ltviz.studies.recorded_results import recorded_results

from ..records.recorded import write as write_record
from ..records.test_seed_tables import a_line, a_table, put


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(record, "shipped", lambda: (tmp_path,))
    return tmp_path


def write(home: Path, method: str, *seeds: float, recipe: str = "basic", epochs: int = 200, **params: Any) -> None:
    """Record a run for each balanced accuracy; the best epoch is a point above the last one."""
    for seed, balanced in enumerate(seeds):
        write_record(home, method, recipe, seed, balanced, epochs=epochs, params=params)


def test_mean_and_deviation_over_seeds_the_best_method_first(runs: Path) -> None:
    write(runs, "erm", 0.70, 0.71, 0.73)
    write(runs, "ldam_drw", 0.77)
    best, last = recorded_results().rows
    assert (best.method, best.mean, best.deviation, best.seeds) == ("ldam_drw", 0.77, None, (0,))
    assert last.method == "erm"
    assert last.mean == pytest.approx(fmean([0.70, 0.71, 0.73]))
    assert last.deviation == pytest.approx(stdev([0.70, 0.71, 0.73]))
    assert recorded_results(select="best-on-test").rows[1].mean == pytest.approx(last.mean + 0.01)
    written = [each.text.strip() for each in views.draw("recorded_results", recorded_results()).layout.annotations]
    assert f"71.33 ± 1.53 ({100 * last.difference:+.2f})" in written


def test_every_published_figure_of_the_method_on_the_data_stands_in_its_row(runs: Path) -> None:
    write(runs, "erm", 0.71)
    result = recorded_results()
    (row,) = result.rows
    expected = [
        p for p in published() if (p.dataset, p.profile, p.imbalance, p.method) == ("cifar10", "exp", 100, "erm")
    ]
    assert len(expected) > 4
    assert [(p.accuracy, result.sources[p.source]) for p in row.published] == [(p.accuracy, p.source) for p in expected]
    # erm is trained alike by the papers that have the basic recipe, 200 epochs
    alike = [p.accuracy for p in expected if p.recipe == "basic"]
    assert sorted(p.accuracy for p in row.published if p.alike) == sorted(alike)
    assert row.difference == pytest.approx(min((0.71 - accuracy for accuracy in alike), key=abs))


def test_short_runs_are_like_no_published_one_and_are_said_to_be_short(runs: Path) -> None:
    write(runs, "erm", 0.59, recipe="short", epochs=40)
    result = recorded_results()
    assert result.recipe == "short"
    assert not any(p.alike for row in result.rows for p in row.published)
    assert result.rows[0].difference is None
    assert "no paper's" in result.caption
    figure = draw(result)
    assert "recipe short, 40 epochs" in figure.layout.title.text
    assert not any("with a dot" in trace.name for trace in figure.data)


def test_one_recipe_is_shown_that_of_the_most_epochs_or_the_one_named(runs: Path) -> None:
    write(runs, "erm", 0.59, recipe="short", epochs=40)
    write(runs, "mm", 0.60, recipe="short", epochs=40)
    write(runs, "erm", 0.71)
    write(runs, "erm", 0.78, recipe="strong")
    write(runs, "dbm_bs", 0.84, recipe="strong")
    assert [row.method for row in recorded_results().rows] == ["dbm_bs", "erm"]  # as many epochs, more methods
    assert [row.mean for row in recorded_results(records="cifar10-exp100-basic").rows] == [0.71]
    assert [row.method for row in recorded_results(records="cifar10-exp100-short").rows] == ["mm", "erm"]


def test_runs_with_parameters_of_their_own_are_left_out(runs: Path) -> None:
    write(runs, "dbm_bs", 0.84)
    write(runs, "dbm_bs", 0.85, margin=0.2)
    assert [row.mean for row in recorded_results().rows] == [0.84]


def test_without_a_record_the_error_says_how_to_make_one(runs: Path) -> None:
    with pytest.raises(DataError, match=r"ltviz train .*--dataset cifar100 --profile exp --imbalance 50 --recipe"):
        recorded_results(records="cifar100-exp50")
    write(runs, "erm", 0.71)
    with pytest.raises(DataError, match="--recipe strong"):
        recorded_results(records="cifar10-exp100-strong")


def test_a_rule_that_selects_nothing_is_said(runs: Path) -> None:
    write(runs, "erm", 0.71)
    with pytest.raises(DataError, match="val"):
        recorded_results(select="val")


@pytest.mark.parametrize("given", [{"records": "cifar10"}, {"records": ""}, {"select": "first"}])
def test_bad_states_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        views.compute("recorded_results", **given)


def test_the_picture_has_a_symbol_for_each_source_and_a_dot_where_the_recipe_is_the_same(runs: Path) -> None:
    write(runs, "erm", 0.70, 0.72)
    write(runs, "balanced_softmax", 0.78, 0.79)
    result = recorded_results()
    figure = draw(result)
    ours = next(trace for trace in figure.data if trace.name.startswith("recorded"))
    assert list(ours.x) == pytest.approx([78.5, 71.0])
    assert list(ours.error_x.array) == pytest.approx([100 * stdev([0.78, 0.79]), 100 * stdev([0.70, 0.72])])
    for i, source in enumerate(result.sources):
        (trace,) = [each for each in figure.data if each.name.startswith(f"[{i + 1}]")]
        held = [
            (k, p) for k, row in enumerate(result.rows) for p in row.published if result.sources[p.source] == source
        ]
        assert list(trace.x) == pytest.approx([100 * p.accuracy for _, p in held])
        assert [round(y) for y in trace.y] == [k for k, _ in held]
        assert [symbol.endswith("-dot") for symbol in trace.marker.symbol] == [p.alike for _, p in held]
    assert [note.text.split()[0] for note in figure.layout.annotations] == ["78.50", "71.00"]
    assert list(figure.layout.yaxis.ticktext) == ["Balanced softmax", "Cross-entropy"]


def test_tables_of_seeds_are_drawn_family_by_family_over_all_classes_or_a_group(runs: Path) -> None:
    for k, method in enumerate(METHODS):
        lines = {seed: a_line(by_class=[0.9, 0.8, share], balanced=share) for seed, share in ((0, 0.2), (1, k / 100))}
        put(runs, a_table(method, lines))
    result = recorded_results(records="digits-exp12")
    means = {row.method: row.mean for row in result.rows}
    assert means == pytest.approx({method: (0.2 + k / 100) / 2 for k, method in enumerate(METHODS)})
    assert result.rows[0].deviation == pytest.approx(stdev([0.2, (len(METHODS) - 1) / 100]))
    figure = draw(result)
    names = [name for axis in figure.select_yaxes() for name in axis.ticktext]
    assert len(names) == len(METHODS) + len(FAMILIES)
    assert sum(len(trace.x) for trace in figure.data) == len(METHODS)
    few = recorded_results(records="digits-exp12", group="few").rows[-1]  # 5 images: the last class alone
    assert (few.mean, few.deviation) == (pytest.approx(0.1), pytest.approx(stdev([0.2, 0.0])))
    with pytest.raises(BadInput, match="no class of digits"):
        recorded_results(records="digits-exp12", group="many")
    with pytest.raises(DataError, match="hold nothing selected by 'best-on-test'"):
        recorded_results(records="digits-exp12", select="best-on-test")
    with pytest.raises(DataError, match="ltviz claims --measure --table digits-exp20"):
        recorded_results(records="digits-exp20")
