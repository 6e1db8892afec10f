"""Bad input ends in a message that names the argument, the value and the rule, and nothing is written.

Here: what goes wrong at the command line. What goes wrong in a call is tested beside what is called, each test named
by its row in the project's table of bad inputs: counts, profiles, seeds and names in tests/core, tensors and loss
parameters in tests/losses, points and samplers in tests/datasets and tests/samplers, predictions in tests/metrics,
schedules and batches in tests/training, holes and foreign text in tests/test_every_view.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ltviz.cli import run

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
    ("notebooks 04 -p seed=7.5", ("seed", "whole number", "7.5")),
    ("figure decision_map --seed 4294967296", ("from 0 to 4294967295",)),
    ("figure decision_map --imbalance 0.01", ("--imbalance", "largest/smallest", "did you mean 100?")),
    ("figure confusion --imbalance 0.02", ("--imbalance", "did you mean 50?")),
    ("figure class_counts --format=", ("format", "''")),
    ("figure class_counts --out=", ("--out", "empty")),
    ("figures --format=", ("format", "''")),
    ("figures --out=", ("--out", "empty")),
    ("notebooks 04 --out=", ("--out", "empty")),
    ("notebooks 04 -p loss=ldma", ("ldma", "Did you mean 'ldam'")),
    ("notebooks 04 -p seed=-1", ("seed", "-1")),
    ("notebooks 04 -p imbalance=0", ("imbalance", "at least 1")),
    ("notebooks 04 -p profile=steep", ("profile", "'step'")),
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


@pytest.mark.parametrize("below", ["", "sub", "sub/sub"])
@pytest.mark.parametrize("command", ["figure class_counts", "figures --only class_counts", "notebooks 04"])
def test_row_62_a_file_where_the_folder_should_be(
    command: str, below: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "figures"
    place.write_text("mine")
    assert run([*command.split(), "--out", str(place / below)]) == 2
    assert f"{place} is a file" in capsys.readouterr().err
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
