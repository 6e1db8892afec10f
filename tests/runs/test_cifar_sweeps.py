"""Several runs of one call: side by side as alone, and none ends another."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from ltviz.core.errors import CheckpointError, TrainingDiverged
from ltviz.datasets.cifar import Cifar
from ltviz.runs import checkpoint, guard
from ltviz.runs import run as one_run
from ltviz.runs.checkpoint import CheckpointWarning
from ltviz.runs.guard import Stopped
from ltviz.runs.recorded import RETRIES, Crashed, Job, Shared, train_all
from ltviz.training import trainer

from .conftest import FAST, SMALL

HERE = Shared(epochs=2, **FAST)


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[str]]]:
    """Let the runs of a loss raise an error in epoch 1, the first few times that they get there."""
    plain = trainer.Trainer.steps

    def arrange(times: dict[str, int], error: Exception) -> list[str]:
        met: list[str] = []

        def steps(run: trainer.Trainer) -> Any:
            met.append(f"{run.loss.name} {run.epoch}")
            if run.epoch == 1 and times.get(run.loss.name, 0):
                times[run.loss.name] -= 1
                raise error
            return (yield from plain(run))

        monkeypatch.setattr(trainer.Trainer, "steps", steps)
        return met

    return arrange


def six(shared: Shared, tiny: Cifar, together: int = 2) -> dict[str, Any]:
    names = ("erm", "focal", "ldam", "vs", "cdt", "balanced_softmax")
    return {job.method.name: run for job, run in train_all([Job(SMALL[n]) for n in names], tiny, shared, together)}


def test_one_that_diverges_does_not_end_the_others(tiny: Cifar, tmp_path: Path, breaks: Any) -> None:
    met = breaks({"focal": 9}, TrainingDiverged("boom"))
    told = six(replace(HERE, out=tmp_path), tiny, together=3)
    assert [name for name, run in told.items() if isinstance(run, TrainingDiverged)] == ["focal"]
    assert met.count("focal 1") == 1, "it would diverge again"
    assert len(list(tmp_path.rglob("run.json"))) == 5
    (noted,) = tmp_path.rglob("failed.json")
    assert json.loads(noted.read_text())["error"] == "boom"
    assert not list(tmp_path.rglob(".lock"))


@pytest.mark.parametrize("saved", [False, True])
def test_f11_two_that_crash_are_tried_again(
    saved: bool, tiny: Cifar, tmp_path: Path, breaks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = six(HERE, tiny)
    if saved:
        monkeypatch.setattr(checkpoint, "SAVE_EVERY", 0.0)
    met = breaks({"focal": 2, "vs": 1}, RuntimeError("the device was lost"))
    with pytest.warns(CheckpointWarning, match="seed 0: RuntimeError: the device was lost.*trying again") as warned:
        told = six(replace(HERE, out=tmp_path, overwrite=True), tiny)
    assert len(warned) == 3
    assert all(run.record["history"] == whole[name].record["history"] for name, run in told.items())
    assert len(list(tmp_path.rglob("run.json"))) == 6
    assert not list(tmp_path.rglob("failed.json"))
    assert met.count("ce 0") == met.count("ldam 0") == met.count("cdt 0") == 1, "what is done is not computed again"
    assert met.count("focal 0") == (1 if saved else 3), "a retry goes on from the last checkpoint"
    assert met.count("focal 1") == 3


def test_f11_one_that_always_crashes_is_recorded_as_failed(tiny: Cifar, tmp_path: Path, breaks: Any) -> None:
    met = breaks({"focal": 9}, OSError("the disk was lost"))
    shared = replace(HERE, out=tmp_path)
    with pytest.warns(CheckpointWarning, match="the disk was lost"):
        told = six(shared, tiny)
    assert isinstance(told["focal"], Crashed)
    assert isinstance(told["focal"].__cause__, OSError)
    assert met.count("focal 1") == 1 + RETRIES
    assert len(list(tmp_path.rglob("run.json"))) == 5
    (noted,) = tmp_path.rglob("failed.json")
    failed = json.loads(noted.read_text())
    assert failed["error"].startswith("OSError: the disk was lost")
    assert "Traceback" in failed["traceback"]
    breaks({}, OSError())
    assert six(replace(shared, resume=True), tiny)["focal"].record["epochs"] == 2
    assert not noted.exists()


def test_a_mistake_in_the_code_is_not_tried_again(tiny: Cifar, breaks: Any) -> None:
    met = breaks({"ce": 1}, AttributeError("no such thing"))
    with pytest.raises(AttributeError):
        six(HERE, tiny)
    assert met.count("ce 1") == 1


@pytest.fixture
def focal_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that a last step made infinite."""
    plain = checkpoint.save

    def save(folder: Path, *rest: Any) -> None:
        if "focal" in str(folder):
            raise CheckpointError("holds NaN or infinity")
        plain(folder, *rest)

    monkeypatch.setattr(checkpoint, "save", save)


@pytest.mark.parametrize("every", [0.0, 1e9], ids=["after-each-epoch", "before-it-is-measured"])
def test_a_state_that_cannot_be_saved_ends_only_its_run(
    every: float, tiny: Cifar, tmp_path: Path, focal_is_not_saved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SAVE_EVERY", every)
    told = six(replace(HERE, out=tmp_path), tiny)
    assert [name for name, run in told.items() if isinstance(run, CheckpointError)] == ["focal"]


def test_a_signal_saves_the_others(
    tiny: Cifar, tmp_path: Path, focal_is_not_saved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one cannot be saved, and while another signal comes."""
    plain, save = one_run.run_epochs, checkpoint.save

    def stopped(trainers: Any, *rest: Any) -> Any:
        if trainers[0].epoch == 1:
            raise Stopped(15)
        return plain(trainers, *rest)

    def again(folder: Path, *rest: Any) -> None:
        guard._SWITCH.waiting = 2
        save(folder, *rest)

    monkeypatch.setattr(checkpoint, "QUICK", 0.0)  # signals would wait for the end of a quick epoch
    monkeypatch.setattr(one_run, "run_epochs", stopped)
    monkeypatch.setattr(checkpoint, "save", again)
    jobs = [Job(SMALL[name]) for name in ("erm", "focal", "ldam")]
    with (
        pytest.warns(CheckpointWarning, match="focal seed 0 could not be saved: holds NaN or infinity"),
        pytest.raises(Stopped, match="SIGINT"),
    ):
        list(train_all(jobs, tiny, replace(HERE, out=tmp_path), 3))
    saved = [path.parts[-4].partition("-")[0] for path in tmp_path.rglob("epoch1.json")]
    assert sorted(saved) == ["erm", "ldam"]


def test_out_of_memory_is_told(tiny: Cifar, tmp_path: Path, breaks: Any) -> None:
    breaks({"ce": 99}, torch.OutOfMemoryError("CUDA out of memory"))
    with pytest.warns(CheckpointWarning):
        told = six(replace(HERE, out=tmp_path), tiny)["erm"]
    assert "batches of 128" in str(told)
    assert "--together 1" in str(told)


def test_side_by_side_is_one_by_one(tiny: Cifar) -> None:
    alone, beside = (six(HERE, tiny, n) for n in (1, 6))
    assert all(alone[name].record["history"] == beside[name].record["history"] for name in alone)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_gpu_runs_go_side_by_side(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "SAVE_EVERY", 0.0)
    jobs = [Job(SMALL[name], 0) for name in ("erm", "ldam_drw", "dbm_ce")]
    told = list(train_all(jobs, tiny, Shared(epochs=4, out=tmp_path, recipe="basic", device="cuda"), 3))
    assert [run.record["device"] for _, run in told] == [torch.cuda.get_device_name()] * 3
    assert all(math.isfinite(row["loss"]) for _, run in told for row in run.record["history"])
