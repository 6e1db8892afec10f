"""Tables of results: what stands in them, how wide they are, and four ways to write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from ltviz.cli._results_table import as_csv, tables
from ltviz.cli._tables import Table, latex, written
from ltviz.records.published import figures_for
from ltviz.records.results import results

from .recorded import write

METHODS = ("class_balanced_resampling", "erm", "focal", "ldam_drw", "logit_adjustment")
NASTY = Table("a & b <script>", ("name", "n"), [["x_1 <b> 50%", "1"], ['ü, "q"', "-2 ± 1"]], ["$\\href{x}$"], 1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Record what makes wide tables: long names, several seeds, figures published alike."""
    for method in METHODS:
        for seed in range(3):
            write(tmp_path, method, "basic", seed, 0.7 + seed / 30)
    write(tmp_path, "erm", "short", 0, 0.59, epochs=40)
    write(tmp_path, "dbm_bs", "short", 0, 0.6, folder="dbm_bs_margin0.2", epochs=40)
    return tmp_path


def test_every_form_escapes_what_means_something_in_it() -> None:
    assert "x_1 <b> 50%   " in written([NASTY], "text")
    page = written([NASTY], "html")
    assert "<script>" not in page
    assert "x_<wbr>1 &lt;b&gt; 50%" in page
    assert written([NASTY], "latex").count(r"x\_1 $<$b$>$ 50\%") == 1
    assert r"\$\textbackslash{}href\{x\}\$" in written([NASTY], "latex")
    assert latex("1 ± 2°, -3, a-4") == r"1 $\pm$ 2$^\circ$, $-$3, a-4"


@pytest.mark.parametrize("form", ["text", "html", "latex"])
def test_the_rule_and_the_sources_are_in_every_form(form: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    for rule, words in (
        ("last", "in %, after the last epoch"),
        ("best-on-test", "largest balanced accuracy on the test set"),
    ):
        text = written(tables(results([home], rule), rule), form).replace("\\%", "%")
        assert words in " ".join(text.split())
        assert "77.03" in text
        assert "Cao et al. 2019" in text


@pytest.mark.parametrize("columns", [80, 100])
def test_text_fits_the_terminal(columns: int, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    short = [each for each in results([home]) if columns == 100 or each.method != "class_balanced_resampling"]
    text = written(tables(short, "last"), "text")
    assert max(map(len, text.splitlines())) <= columns
    assert "\N{NO-BREAK SPACE}" not in text
    figures = [f"{100 * p.accuracy:.2f}" for method in METHODS[1:] for p in figures_for("cifar10", "exp", 100, method)]
    assert len(figures) > 15
    assert all(f"{figure} [" in text for figure in figures), "and a line is not broken before a source"


def test_each_recipe_has_a_table_and_each_data_set_its_published_figures(home: Path) -> None:
    write(home, "erm", "basic", 0, 0.4, dataset="cifar100")
    shown = tables(results([home]), "last")
    assert [each.title.split(":")[0] for each in shown] == [
        "cifar10 exp 100, recipe basic, 200 epochs",
        "cifar10 exp 100, recipe short, 40 epochs",
        "cifar10 exp 100",
        "cifar100 exp 100, recipe basic, 200 epochs",
        "cifar100 exp 100",
    ]
    basic, short, published = shown[:3]
    assert tuple(basic.header) == ("method", "seeds", "accuracy", "sd", "many", "medium", "few", "nearest", "gap")
    row = dict(zip(basic.header, next(row for row in basic.rows if row[0] == "erm"), strict=True))
    assert (row["accuracy"], row["sd"]) == ("73.33", "3.33")
    assert row["nearest"].startswith("73.17\N{NO-BREAK SPACE}[")
    assert row["gap"] == "+0.16"
    assert [row[0] for row in short.rows] == ["dbm_bs_margin0.2", "erm"]
    assert tuple(short.header) == ("method", "seeds", "accuracy", "many", "medium", "few"), "of one seed each"
    assert dict(published.rows)["erm"].count("[") == len(figures_for("cifar10", "exp", 100, "erm"))


def test_notes_explain_only_what_stands_there(home: Path) -> None:
    notes = " ".join(tables(results([home]), "last")[-1].notes)
    assert "sd the standard deviation" in notes
    assert "gap" in notes
    one = [each for each in results([home]) if each.recipe == "short"]
    notes = " ".join(tables(one, "last")[-1].notes)
    assert "±" not in notes
    assert "sd" not in notes.split()
    assert "gap" not in notes
    assert "No published figure is of the same recipe" in notes


def test_csv_has_one_header_one_value_a_cell_and_all_decimals(home: Path) -> None:
    found = results([home])
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert all(None not in row and None not in row.values() for row in rows), "as many cells as names"
    assert not any(cell in ("-", "None", "nan") for row in rows for cell in row.values())
    recorded = [row for row in rows if row["kind"] == "recorded"]
    for row, each in zip(recorded, found, strict=True):
        assert row["run"] == each.run
        assert (row["dataset"], row["profile"], float(row["imbalance"])) == ("cifar10", "exp", 100)
        assert (int(row["epochs"]), int(row["seeds"]), row["select"]) == (each.epochs, len(each.seeds), "last")
        assert float(row["accuracy_share"]) == each.mean
        assert row["sd_share"] == ("" if each.deviation is None else str(each.deviation))
        assert (float(row["many_share"]), row["few_share"]) == (each.groups["many"], "")
        near = each.nearest
        assert (row["nearest_share"], row["nearest_source"]) == (
            (str(near.accuracy), near.source) if near else ("", "")
        )
    published = [row for row in rows if row["kind"] == "published"]
    assert len(published) == sum(len(figures_for("cifar10", "exp", 100, method)) for method in METHODS)
    assert all(0 < float(row["accuracy_share"]) < 1 and row["source"] for row in published)


def test_pandas_reads_the_csv(home: Path) -> None:
    frame = pd.read_csv(io.StringIO(as_csv(results([home]))))
    assert frame.filter(like="_share").dtypes.eq(float).all()
    assert frame.query("kind == 'recorded' and recipe == 'short'").sd_share.isna().all()


def test_a_page_is_read_on_a_telephone(home: Path) -> None:
    page = written(tables(results([home]), "last"), "html")
    assert 'name="viewport"' in page
    assert '<td class="number">' in page
    assert '<th scope="col">published</th>' in page, "words are on the left"


def test_latex_is_narrow(home: Path) -> None:
    text = written(tables(results([home]), "last"), "latex")
    assert r"\begin{tabular}{lrrrrrrrr}" in text
    assert r"\begin{tabular}{lp{0.7\linewidth}}" in text
    assert "73.17~[" in text


@pytest.mark.parametrize("form", ["text", "html", "latex", "csv"])
def test_images_that_are_not_verified_are_told_in_every_form(form: str, tmp_path: Path) -> None:
    write(tmp_path, "erm", "basic", 0, 0.7, verified=True, data_seed=0)
    write(tmp_path, "focal", "basic", 0, 0.6, verified=False, data_seed=0)
    write(tmp_path, "focal", "basic", 1, 0.6, verified=False, data_seed=3)
    found = results([tmp_path])
    if form == "csv":
        rows = [row for row in csv.DictReader(io.StringIO(as_csv(found))) if row["kind"] == "recorded"]
        assert [row["verified"] for row in rows] == ["true", "false", "false"]
        assert [row["data_seed"] for row in rows] == ["0", "0", "3"]
        assert [row["unlike"] for row in rows] == ["", "data_seed 0", "data_seed 3"]
        return
    text = " ".join(written(tables(found, "last"), form).replace("<wbr>", "").replace("\\_", "_").split())
    assert "focal (not verified; data_seed 0)" in text
    assert "focal (not verified; data_seed 3)" in text
    assert "not verified: the images are not the published ones." in text
    assert "erm (" not in text
    assert "Runs of one method that differ in more than the seed are not averaged" in text


def test_data_of_nearly_one_imbalance_are_two_tables(tmp_path: Path) -> None:
    for imbalance in (100.0, 100.0000001):
        write(tmp_path, "erm", "basic", 0, 0.7, imbalance=imbalance)
    titles = [each.title for each in tables(results([tmp_path]), "last") if "recipe" in each.title]
    assert [title.split(",")[0] for title in titles] == ["cifar10 exp 100", "cifar10 exp 100.0000001"]
