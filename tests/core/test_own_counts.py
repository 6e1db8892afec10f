"""Class counts of one's own: how they are spelled, read, refused, and drawn, from 2 classes to 100,000."""

from __future__ import annotations

import json
import os
import shlex
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ltviz import views
from ltviz.cli import run
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.files import to_json
from ltviz.core.own_counts import read, spelled

DRAWN = [name for name, view in views.VIEWS.items() if "counts" in view.controls]
MANY = [name for name in DRAWN if name != "margin_bound"]
NAMED = "cat,500\ndog,60\nokapi,7\n"


def written(folder: Path, text: str, name: str = "my counts.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        NAMED,
        "animal,count\n" + NAMED,
        "\ufeffanimal;count\r\ncat;500\r\ndog;60\r\nokapi;7\r\n",
        'name\tn\n"cat"\t500\n\ndog\t 60.0\nokapi\t7',
    ],
)
def test_a_file_of_names_is_read_in_its_order(text: str, tmp_path: Path) -> None:
    found = read(written(tmp_path, text))
    assert list(found) == [500, 60, 7]
    assert found.names == ("cat", "dog", "okapi")


@pytest.mark.parametrize("text", ["2,7\n0,500\n1,60\n", ",count\n2,7\n0,500\n1,60\n", "500\n60\n7\n", "n\n500\n60\n7"])
def test_a_file_of_ids_is_read_by_them(text: str, tmp_path: Path) -> None:
    found = read(written(tmp_path, text))
    assert (list(found), found.names) == ([500, 60, 7], ())


@pytest.mark.parametrize(
    ("text", "counts", "names"),
    [
        (NAMED, [500, 60, 7], ("cat", "dog", "okapi")),
        ("2,7\n0,500\n1,60", [500, 60, 7], ()),
        ("500\n60\n7", [500, 60, 7], ()),
        ("500,60,7,\n8 9", [500, 60, 7, 8, 9], ()),
        ('"a, b",5\n"c ""d""",6', [5, 6], ("a, b", 'c "d"')),
    ],
)
def test_lines_are_read_without_a_file_and_their_spelling_stays(text: str, counts: list[int], names: Any) -> None:
    found = read(text)
    assert (list(found), found.names) == (counts, names)
    state = views.state("class_counts", {"counts": text})["counts"]
    again = read(state)
    assert (list(again), again.names) == (counts, names)
    assert views.state("class_counts", {"counts": found})["counts"] == state == spelled(found)
    command = shlex.split(views.command("class_counts", {"counts": state}))
    assert command == ["ltviz", "figure", "class_counts", "--counts", state]


def test_names_that_would_be_read_as_ids_are_left_out() -> None:
    counts = ClassCounts([5, 6], ["1", "0"])
    assert read(spelled(counts)) == counts
    assert read(spelled(ClassCounts([5, 6], ["a\u2028b", "c\nd"]))).names == ("a b", "c d")
    with pytest.raises(BadInput, match="counts, line 2: 'some' is no count"):
        read("a,1\nb,some")


BAD_FILES = {
    "empty": ("\n\n", "holds no counts"),
    "header alone": ("class,count\n", "at least 2 classes, got 0"),
    "three cells": ("a,1,2\n", "line 1: 3 cells"),
    "uneven": ("a,1\nb\n", "line 2: 1 cells"),
    "no count": ("a,1\nb,some\n", "line 2: 'some' is no count"),
    "fraction": ("a,1\nb,2.5\n", "whole numbers"),
    "none": ("a,1\nb,0\n", "class 1 has 0 samples"),
    "twice": ("a,1\nb,2\na,3\n", "'a' stands for two classes"),
    "id twice": ("0,1\n1,2\n1,3\n", "class 1 comes a second time in line 3"),
    "from 1": ("1,5\n2,3\n", "class 0 is missing.*number the classes anew from 0 in the first column, or write names"),
    "with a gap": ("0,5\n2,3\n", "class 1 is missing: ids run from 0 to 1"),
    "shares": ("a,0.75\nb,0.25\n", "whole numbers.*They are shares, which add up to 1: give how many samples"),
    "too many": ("5\n" * 100_001, "100001 classes.*at most 100000"),
    "too long": ("0" * 10_000_001, "bytes: too many"),
}


@pytest.mark.parametrize(("text", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_says_what_and_where(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=message):
        read(written(tmp_path, text))


def test_what_is_no_file_of_counts(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    for counts, message in (
        (tmp_path, "is no file"),
        (tmp_path / "none.csv", "is not there; counts are written as 500,60,7"),
        (tmp_path / "binary.csv", "cannot read"),
        ("5," * 100_000 + "x", "cannot read"),
        ("500,60,x", "is not there; counts are written as"),
        ("500,60,7.5", "whole numbers"),
        ("500", "at least 2 classes"),
        ("500,60,", "'500,60,' has a comma without a count"),
        ("500,,7", "has a comma without a count"),
        (" ,500,7", "has a comma without a count"),
        ("500,60\n7,", "has a comma without a count"),
    ):
        with pytest.raises(BadInput, match=message) as caught:
            read(counts)
        assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "counts",
    ["500,60,7", " 500, 60 7 ", [500, 60, 7], (500, 60, 7), np.array([500, 60, 7]), pd.Series([7, 500, 60], [2, 0, 1])],
)
@pytest.mark.parametrize("name", MANY)
def test_one_state_whichever_way_counts_are_given(name: str, counts: Any) -> None:
    state = views.state(name, {"counts": counts})
    assert state["counts"] == "500,60,7"
    assert not {"profile", "imbalance", "classes", "largest"} & set(state)
    assert views.state(name, state) == state
    assert "counts" not in views.state(name, {})
    assert "counts" not in views.state(name, {"counts": ""})


def test_the_numbers_are_those_of_the_counts() -> None:
    profile = views.compute("margin_curve", classes=4)
    own = views.compute("margin_curve", counts=list(profile.counts))
    assert to_json(own) == to_json(profile)
    assert views.compute("margin_bound", counts=[10, 1000]).counts == views.compute("margin_bound").counts
    with pytest.raises(BadInput, match="two classes; counts have 3"):
        views.compute("margin_bound", counts=[3, 2, 1])


def test_a_pair_from_numpy_leads_out_here_too() -> None:
    with pytest.raises(BadInput, match=r"dict\(zip"):
        views.show("class_counts", counts=np.unique([0, 0, 1], return_counts=True))


@pytest.mark.parametrize("other", ["profile", "imbalance", "classes", "largest"])
def test_counts_and_a_profile_contradict_each_other(other: str, capsys: pytest.CaptureFixture[str]) -> None:
    control = views.VIEWS["mm_margin"].controls[other]
    assert run(["figure", "mm_margin", "--counts", "5,3", f"--{other}", str(control.default)]) == 2
    assert f"counts contradict {other}" in capsys.readouterr().err
    assert run(["figure", "mm_margin", "--counts="]) == 2


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("counts", ["500,60,7", "my counts.csv"])
def test_the_recorded_command_draws_the_figure_again(
    name: str, counts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    two = name == "margin_bound"
    written(tmp_path, NAMED.replace("okapi,7\n", "") if two else NAMED)
    counts = "500,60" if two and "csv" not in counts else counts
    assert run(["figure", name, "--counts", counts, "--format", "json", "--out", "a"]) == 0
    first = (tmp_path / "a" / f"{name}.json").read_bytes()
    again = shlex.split(json.loads(first)["command"])
    assert again[3:] == ["--counts", counts]
    assert run([*again[1:], "--format", "json", "--out", "b"]) == 0
    assert (tmp_path / "b" / f"{name}.json").read_bytes() == first


def test_another_file_of_the_same_name_is_drawn_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in (NAMED, NAMED.replace("500", "400")):
        written(tmp_path, text, "mine.csv")
        assert run(["figure", "class_counts", "--counts", "mine.csv", "--format", "json", "--out", "."]) == 0
        found = json.loads((tmp_path / "class_counts.json").read_text(encoding="utf-8"))["numbers"]["counts"]
        assert found == {"names": ["cat", "dog", "okapi"], "counts": [int(text[4:7]), 60, 7]}


def test_names_stand_where_class_ids_do(tmp_path: Path) -> None:
    path = os.fspath(written(tmp_path, NAMED))
    assert list(views.show("class_counts", counts=path).layout.xaxis.ticktext) == ["cat", "dog", "okapi"]
    for name in ("mm_margin", "loss_anatomy"):
        legend = {trace.name for trace in views.show(name, counts=path).data}
        assert {"cat: 500 samples", "dog: 60 samples", "okapi: 7 samples"} <= legend
    many = "".join(f"class number {c},{c + 1}\n" for c in range(60))
    assert views.show("class_counts", counts=written(tmp_path, many)).layout.xaxis.ticktext is None


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("classes", [1203, 100_000])
def test_row_73_many_classes_stay_readable_small_and_quick(name: str, classes: int) -> None:
    order = np.random.default_rng(0).permutation(classes)
    counts = np.maximum(1, (1e6 / (1 + order)).astype(int))
    views.show(name)  # imports
    begin = time.process_time()
    figure = views.show(name, counts=counts)
    assert time.process_time() - begin < 6.0, "a second or two on a machine of its own"
    assert len([trace for trace in figure.data if trace.name and trace.showlegend is not False]) <= 12
    assert len(figure.to_json()) < 500_000


def test_of_very_many_classes_what_is_drawn_is_theirs() -> None:
    counts = np.random.default_rng(0).permutation(np.maximum(1, (1e6 / np.arange(1, 3001)).astype(int)))
    result = views.compute("loss_anatomy", counts=counts)
    drawn = result.counts.drawn
    assert len(drawn) <= 100
    assert set(result.shown) <= set(drawn)
    np.testing.assert_allclose(result.drop, 30 * 0.5 * (counts[drawn] / counts.min()) ** -0.25, rtol=1e-6)
    assert counts[drawn].max() == counts.max()
    assert counts[drawn].min() == counts.min()
