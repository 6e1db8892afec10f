"""Bad input ends in a message that names the argument, the value and the rule, and nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ltviz.cli import run
from ltviz.core.checks import file_name, finite, seed
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, LtvizError

# (row of the project's table of bad inputs, value, words of the message)
COUNTS = [
    (1, [], ("at least 2 classes", "0")),
    (2, [100], ("at least 2 classes", "1")),
    (3, [100, 0, 5], ("class 1 has 0 samples",)),
    (4, [100, -3], ("class 1 has -3 samples",)),
    (5, [100, 2.5], ("whole numbers", "2.5")),
    (6, [100, float("nan")], ("finite",)),
    (6, [100, float("inf")], ("finite",)),
    (7, {"0": 9, "10": 1, "2": 5}, ("class ids must be integers",)),
    (8, {0: 9, 2: 5}, ("class 1 is missing",)),
    (9, np.ones((2, 2), int), ("1-D",)),
    (9, None, ("1-D",)),
    (9, "100,5", ("1-D",)),
    (9, (n for n in (1, 2)), ("1-D",)),
    (13, [2**53 + 1, 1], ("too large",)),
    (13, [2**52] * 2049, ("too large",)),
    (14, [True, False], ("booleans",)),
]


@pytest.mark.parametrize(("row", "value", "words"), COUNTS, ids=lambda v: str(v)[:20])
def test_counts(row: int, value: object, words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as caught:
        ClassCounts(value)
    assert isinstance(caught.value, ValueError)
    for word in words:
        assert word in str(caught.value), row


@pytest.mark.parametrize("value", [[100.0, 5.0], [5, 100, 20], [7, 7, 7], {1: 5, 0: 9}, [10**9, 1], np.array([3, 2])])
def test_counts_that_are_fine(value: object) -> None:
    counts = ClassCounts(value)
    assert counts.imbalance >= 1
    assert np.isfinite(counts.prior).all()


@pytest.mark.parametrize("value", [-1, 2**64, 2**32, "7", 1.5, None, True, float("nan")])
def test_row_60_seeds(value: object) -> None:
    with pytest.raises(BadInput, match="seed"):
        seed(value)


@pytest.mark.parametrize(
    "value", ["../../x", "/etc/x", "", "a\0b", "a" * 300, "CON", "a/b", "a\\b", ".", "..", "nul.txt"]
)
def test_row_63_names(value: str) -> None:
    with pytest.raises(BadInput, match="name"):
        file_name("run name", value)


def test_row_71_a_hole_in_a_curve() -> None:
    with pytest.raises(LtvizError, match="margin_curve: y has 3 non-finite"):
        finite("margin_curve", x=np.arange(3.0), y=np.array([1, np.nan, np.inf, -np.inf]))


# Each ends with exit code 2, and the message says the words.
COMMANDS = [
    ("figure loss_anatomy --max-margn 0.3", ("No such option", "--max-margn")),
    ("figure loss_anatomy --max 0.3", ("No such option",)),
    ("figure loss_anatomy --max-margin 9", ("--max-margin", "9", "0 to 2")),
    ("figure loss_anatomy --max-margin nan", ("--max-margin", "nan")),
    ("figure loss_anatomy --max-margin wide", ("--max-margin", "wide")),
    ("figure loss_anatomy --classes 2.5", ("--classes", "2.5")),
    ("figure loss_anatomy --classes 0", ("--classes",)),
    ("figure loss_anatomy --loss ldma", ("ldma", "Did you mean 'ldam'")),
    ("figure loss_anatomy --loss ldam(max_margn=1)", ("max_margn", "max_margin")),
    ("figure loss_anatomy --profile exponential", ("--profile", "exp")),
    ("figure loss_anatomy --theme pink", ("--theme", "dark")),
    ("figure loss_anatomy --format gif", ("gif", "svg")),
    ("figure loss_anatomy --width 85miles", ("width", "85miles")),
    ("figure loss_anatomy --width 1mm", ("width", "1mm")),
    ("figure loss_anatomy --font-size 900", ("font_size", "900")),
    ("figure loss_anatomy --loss-file none.py", ("--loss-file", "none.py")),
    ("figure decision_map --seed -1", ("--seed", "-1")),
    ("figure decision_map --seed 4294967296", ("--seed",)),
    ("figure decision_map --seed 1.5", ("--seed", "1.5")),
    ("figure loss_anatom", ("loss_anatom", "Did you mean 'loss_anatomy'")),
    ("figures --only nothing_*", ("nothing_*",)),
    ("figures --fo", ("No such option",)),
    ("list colours", ("colours", "losses")),
    ("explain", ("NAME",)),
    ("bench toi", ("toi",)),
    ("check-loss none.py", ("none.py",)),
    ("notebooks 04 --timeout 0", ("--timeout",)),
    ("notebooks 99", ("99", "04_margins")),
    ("notebooks 04 -p sede=7", ("sede", "Did you mean 'seed'")),
    ("notebooks 04 -p seed=7.5", ("seed", "int", "7.5")),
    ("frobnicate", ("frobnicate",)),
]


@pytest.mark.parametrize(("line", "words"), COMMANDS, ids=lambda v: v if isinstance(v, str) else "")
def test_rows_58_to_61_and_70_the_command_line(
    line: str,
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(line.split()) == 2
    told = capsys.readouterr()
    for word in words:
        assert word in told.err
    assert "Traceback" not in told.err
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", [["figure", "class_counts"], ["figures", "--only", "class_counts"]])
def test_row_62_a_file_where_the_folder_should_be(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "figures"
    place.write_text("mine")
    assert run([*command, "--format", "json", "--out", str(place)]) in (1, 2)
    assert "is a file" in capsys.readouterr().err
    assert place.read_text() == "mine"


def test_row_74_png_without_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ltviz.figures.export.chrome", lambda: None)
    flags = ["--format", "html,png,json", "--out", str(tmp_path)]
    assert run(["figure", "class_counts", *flags]) == 1
    assert "Install" in capsys.readouterr().err
    assert {"class_counts.html", "class_counts.json"} <= set(os.listdir(tmp_path))
    assert not (tmp_path / "class_counts.png").exists()
