"""Comparisons on CIFAR: recorded run by run, taken from records, stopped and gone on with."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.cli import run
from ltviz.core.errors import DataError, LtvizError
from ltviz.core.files import to_json
from ltviz.datasets.cifar import Cifar
from ltviz.methods import objective
from ltviz.runs import recorded
from ltviz.runs import run as one_run
from ltviz.runs.compare import Comparison, compare

from .conftest import make, small_model

OWN = """
from ltviz.losses import Loss


class Shifted(Loss):
    title, source = "shifted", "here"

    def adjust(self, scores, labels):
        return scores + {part} * self.counts_wide.log().to(scores.dtype)
"""
Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def small(monkeypatch: Patch) -> None:
    """Put ResNet-8 in the place of ResNet-32."""
    monkeypatch.setattr(objective, "make_model", small_model)


@pytest.fixture
def trained(monkeypatch: Patch) -> list[str]:
    """Collect what is trained."""
    names: list[str] = []
    plain = recorded.assemble

    def spy(method: Any, data: Cifar, seed: int, **given: Any) -> Any:
        names.append(f"{method.name} {seed}")
        return plain(method, data, seed, **given)

    monkeypatch.setattr(recorded, "assemble", spy)
    return names


def on(data: Cifar, own: Any = "ldam", **given: Any) -> Comparison:
    return compare(own, ["erm"], dataset="cifar10", data=data, **{"seeds": 2, "epochs": 1, "device": "cpu", **given})


def test_without_a_folder_nothing_is_written(tiny: Cifar, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.chdir(tmp_path)
    told = on(tiny)
    assert told.data == "cifar10, exp, imbalance 15, 1 epochs, recipe basic, images not verified"
    assert not told.verified
    assert [each.balanced.shape for each in told.scores] == [(2,), (2,)]
    assert [each.runs for each in told.scores] == [(), ()]
    assert all(0 < each.angle.mean() < np.pi for each in told.scores)
    assert not list(tmp_path.iterdir())


def test_papers_own_lengths_are_told(tiny: Cifar, monkeypatch: Patch) -> None:
    said: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(recorded, "train_all", lambda *args: iter([]))
        with pytest.raises(KeyError):
            compare("balanced_softmax", ["erm"], dataset="cifar10", data=tiny, recipe="paper", say=said.append)
    assert said == [
        "10 runs of 200 or 520 epochs on cifar10, exp, imbalance 15, recipe paper: balanced_softmax, erm; seeds 0, 1, "
        "2, 3, 4"
    ]


def test_a_run_is_trained_once(tiny: Cifar, tmp_path: Path, trained: list[str]) -> None:
    """Also where `train` recorded it; what comes out is the same, byte for byte."""
    said: list[str] = []
    recorded.train("erm", tiny, seed=1, epochs=1, recipe="basic", device="cpu", out=tmp_path)
    trained.clear()
    first = on(tiny, out=tmp_path, say=said.append)
    short, said = said[:2], said[2:]
    assert short == [
        f"Warning: {name}: the rate never drops, with --epochs 1; 10 or more keep the schedule's shape"
        for name in ("ldam", "erm")
    ]
    assert trained == ["ldam 0", "ldam 1", "erm 0"]
    assert said[0].endswith(f"ldam, erm; seeds 0, 1. Each is recorded in {tmp_path}; there already: 1")
    assert [line.split(": ")[0] for line in said[1:]] == ["ldam, seed 0", "ldam, seed 1", "erm, seed 0", "erm, seed 1"]
    assert said[-1].endswith("% (4 of 4)")
    assert first.scores[1].runs == tuple(f"{tmp_path.as_posix()}/cifar10-exp15/erm-basic/seed{k}" for k in (0, 1))
    trained.clear()
    assert to_json(on(tiny, out=tmp_path)) == to_json(first)
    assert not trained


def test_a_record_without_angles_has_none(tiny: Cifar, tmp_path: Path, trained: list[str]) -> None:
    recorded.train("erm", tiny, epochs=1, recipe="basic", device="cpu", out=tmp_path, geometry=False)
    told = on(tiny, out=tmp_path, seeds=1)
    assert trained == ["erm 0", "ldam 0"]
    assert told.scores[0].angle is not None
    assert told.scores[1].angle is None
    assert told.scores[1].apart is None


def test_a_record_of_another_run_is_refused_first(tiny: Cifar, tmp_path: Path, trained: list[str]) -> None:
    recorded.train("erm", tiny, epochs=2, recipe="basic", device="cpu", out=tmp_path)
    trained.clear()
    with pytest.raises(DataError, match=r"erm-basic.seed0.run\.json is the record of another run: epochs is 2 there"):
        on(tiny, out=tmp_path)
    other = make((31, 24, 18, 12, 8, 6, 4, 3, 2, 2))
    with pytest.raises(DataError, match=r"counts is \[30, .* there and \[31, .* here"):
        on(other, out=tmp_path, epochs=2)
    assert not trained
    assert on(tiny, out=tmp_path, epochs=3, seeds=1).epochs == 3, "a longer run takes its place"


@pytest.mark.parametrize("what", ["cut", "folder", "another's"])
def test_a_damaged_record_is_named_and_its_run_trained_again(
    what: str, tiny: Cifar, tmp_path: Path, trained: list[str]
) -> None:
    """The others are taken as they are, and what was damaged stays beside the new record."""
    given: dict[str, Any] = {"out": tmp_path, "seeds": 1, "epochs": 2}
    first = on(tiny, **given)
    file = tmp_path / "cifar10-exp15" / "erm-basic" / "seed0" / "run.json"
    text = file.read_text()
    file.unlink()
    if what == "folder":
        (file / "inner").mkdir(parents=True)
    else:
        file.write_text(text[:500] if what == "cut" else text.replace("erm-basic/seed0", "erm-basic/seed1"))
    trained.clear()
    said: list[str] = []
    again = on(tiny, say=said.append, **given)
    assert trained == ["erm 0"]
    (named,) = [line for line in said if "left out" in line]
    assert named.startswith("Warning: left out, and its run is trained again (")
    assert str(file) in named
    assert to_json(again.scores) == to_json(first.scores)
    assert file.with_name("run.json.damaged").exists()
    trained.clear()
    on(tiny, **given)
    assert not trained


def test_a_changed_file_is_trained_anew(tiny: Cifar, tmp_path: Path, trained: list[str]) -> None:
    path, given = tmp_path / "my_loss.py", {"out": tmp_path / "runs", "seeds": 1}
    for part, again in (("0.5", False), ("0.5", True), ("2.0", False)):
        path.write_text(OWN.format(part=part))
        trained.clear()
        told = on(tiny, path, **given)
        (own,) = [name for name in trained if "shifted" in name] or [""]
        assert (own == "") == again
        assert again or own == f"shifted_{told.scores[0].file_sha256[:8]} 0"
        assert told.scores[0].name == "shifted"
    assert len(list((tmp_path / "runs").glob("*/shifted_*"))) == 2


def test_a_run_that_fails_is_named(tiny: Cifar, tmp_path: Path, monkeypatch: Patch) -> None:
    def fail(live: one_run.LiveRun, *args: Any) -> None:
        raise DataError("disk full")

    monkeypatch.setattr(one_run.LiveRun, "finish", fail)
    with pytest.raises(LtvizError, match="ldam, seed 0: disk full"):
        on(tiny, out=tmp_path)


@pytest.mark.parametrize(("which", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_costs_nothing(
    which: signal.Signals, code: int, pack: Path, tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    def words(folder: str) -> list[str]:
        args = ["--against", "erm", "--dataset", "cifar10", "--data", str(pack), "--seeds", "1", "--epochs", "3"]
        return ["compare", "ldam", *args, "--runs", str(tmp_path / folder)]

    assert run(words("whole")) == 0
    table = capsys.readouterr().out
    plain = one_run.LiveRun.after

    def after(live: one_run.LiveRun, epoch: Any) -> None:
        plain(live, epoch)
        if (live.parts.method.name, epoch.epoch) == ("erm", 1):
            os.kill(os.getpid(), which)

    with monkeypatch.context() as patch:
        patch.setattr(one_run.LiveRun, "after", after)
        assert run(words("cut")) == code
    out, err = capsys.readouterr()
    assert not out
    assert err.splitlines()[-1] == (
        f"stopped by {which.name}; what is done stays in {tmp_path / 'cut'}: the same command goes on from the last "
        "complete epoch"
    )
    assert run(words("cut")) == 0
    out, err = capsys.readouterr()
    assert out == table
    assert "there already: 1" in err
