"""`ltviz results`: which folders it reads, what it leaves out, and what it says of both."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path

import pytest

from ltviz.cli import run
from ltviz.records import record

from .recorded import write

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, beside records that come with ltviz."""
    home = tmp_path / "shipped"
    write(home, "erm", "basic", 0, 0.70)
    monkeypatch.setattr(record, "shipped", lambda: (home,))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return home


def test_runs_of_ones_own_are_read_first(shipped: Path, capsys: Captured) -> None:
    assert run(["results"]) == 0
    out, err = capsys.readouterr()
    assert "70.00" in out
    assert err == f"Read: {shipped}\n"
    write(Path("runs"), "focal", "basic", 0, 0.66)
    assert run(["results"]) == 0
    out, err = capsys.readouterr()
    assert "66.00" in out
    assert "70.00" in out
    assert err == f"Read: runs, {shipped}\n"


def test_of_the_same_run_in_two_folders_the_first_counts_and_that_is_said(shipped: Path, capsys: Captured) -> None:
    write(Path("runs"), "erm", "basic", 0, 0.71)
    assert run(["results"]) == 0
    out, err = capsys.readouterr()
    assert "71.00" in out
    assert "70.00" not in out
    passed = shipped / "cifar10-exp100" / "erm-basic" / "seed0" / "run.json"
    assert f"the same run lies in a folder before: {passed}" in err
    for seed in range(5):
        for home in ("a", "b"):
            write(Path(home), "erm", "basic", seed, 0.7)
    assert run(["results", "--runs", "a", "--runs", "b"]) == 0
    assert capsys.readouterr().err.count("run.json") == 3


def test_a_damaged_record_is_named_and_the_others_are_listed(shipped: Path, capsys: Captured) -> None:
    bad = write(shipped, "focal", "basic", 0, 0.66)
    for content, why in (("{", "as JSON"), (bad.read_text().replace("0.66", '"abc"'), "overall is 'abc', not a share")):
        bad.write_text(content)
        assert run(["results", "--format", "csv"]) == 1
        out, err = capsys.readouterr()
        assert [row["method"] for row in csv.DictReader(out.splitlines()) if row["kind"] == "recorded"] == ["erm"]
        (warning,) = [line for line in err.splitlines() if line.startswith("Warning: ")]
        assert str(bad) in warning
        assert why in warning
        assert warning.endswith("move it out of the folder")
        assert "Left out: 1 " in err
    assert run(["results", "--dataset", "cifar100"]) == 1


def test_what_the_rule_selects_nothing_of_is_left_out(shipped: Path, capsys: Captured) -> None:
    assert run(["results", "--select", "val"]) == 1
    err = capsys.readouterr().err
    assert "the run of erm on cifar10-exp100, seed 0, has nothing selected by 'val'" in err
    assert "all classes but the largest" in err
    assert "Error: no recorded usable run in" in err


def test_without_records_the_data_set_and_the_way_out_are_named(tmp_path: Path, capsys: Captured) -> None:
    assert run(["results", "--dataset", "cifar100"]) == 1
    err = capsys.readouterr().err
    assert "no recorded run of cifar100 in" in err
    assert "ltviz train --dataset cifar100 records runs" in err
    assert run(["results", "--runs", str(tmp_path / "here")]) == 1
    assert "--runs" in capsys.readouterr().err
    assert run(["results", "--runs", "nowhere"]) == 2


def test_a_table_goes_into_a_file(capsys: Captured) -> None:
    assert run(["results", "--format", "html", "--out", "table.html"]) == 0
    assert capsys.readouterr().out == "table.html\n"
    assert Path("table.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("out", ["", ".", "/", "here/..", "/dev/full"])
def test_what_is_no_file_to_write_is_refused_first(out: str, tmp_path: Path, capsys: Captured) -> None:
    """A device would be replaced by a file."""
    (tmp_path / "here" / "here").mkdir()
    for words in (["results"], ["compare", "ldam"], ["film", "margin_bound", "place"], ["data", "pack", "cifar10"]):
        assert run([*words, "--out", out]) == 2
        assert "Invalid value for '--out'" in capsys.readouterr().err


def test_a_full_disk_is_said_in_one_line(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert run(["results", "--out", "table.txt"]) == 1
    assert capsys.readouterr().err.startswith("Error: cannot write table.txt (")
    assert not list(Path().iterdir())


def test_what_is_left_out_is_said_by_every_command_that_shows_records(
    shipped: Path, tmp_path: Path, capsys: Captured
) -> None:
    bad = write(shipped, "focal", "basic", 0, 0.66)
    bad.unlink()
    bad.symlink_to("gone")
    told = f"Warning: left out: cannot read {bad}: a link to gone, which is not there; move it out of the folder\n"
    assert run(["figure", "recorded_results", "--format", "json", "--out", str(tmp_path / "figures")]) == 0
    assert capsys.readouterr().err == told
    drawn = (tmp_path / "figures" / "recorded_results.json").read_text()
    assert "Left out, as no record to rely on: focal-basic/seed0." in drawn
    assert run(["explain", "erm"]) == 0
    out, err = capsys.readouterr()
    assert err == told
    assert "70.00 %" in out
    assert run(["results"]) == 1
    assert told.replace("left out: ", "") in capsys.readouterr().err
