"""Runs on CIFAR that are cut short: resumed bit for bit, stopped where the loss is not finite, never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from ltviz import methods
from ltviz.core.errors import CheckpointError, DataError, TrainingDiverged
from ltviz.core.files import sha256
from ltviz.datasets.cifar import Cifar
from ltviz.losses import Loss
from ltviz.methods import find, objective
from ltviz.records import record
from ltviz.runs import checkpoint
from ltviz.runs import run as one_run
from ltviz.runs.checkpoint import CheckpointWarning
from ltviz.runs.guard import Stopped
from ltviz.runs.recorded import train
from ltviz.training.epoch import Epoch
from ltviz.training.pace import Pace
from ltviz.training.probe import Measured
from ltviz.training.trainer import Trainer

from .conftest import FAST, SMALL, Killed, same, weights


@pytest.mark.parametrize("name", ["erm", "ldam_drw", "dbm_bs", "class_balanced_resampling", "mixup", "bbn", "supcon"])
def test_three_and_three_epochs_are_six(
    name: str, tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SAVE_EVERY", 0.0)
    kept = weights(monkeypatch)
    given: dict[str, Any] = {**FAST, "epochs": 6, "seed": 3, "recipe": "strong" if name == "dbm_bs" else "basic"}
    one = train(SMALL[name], tiny, out=tmp_path / "a", **given)
    plain = one_run.LiveRun.after

    def cut(live: one_run.LiveRun, epoch: Epoch) -> None:
        if epoch.epoch == 3:
            raise Killed
        plain(live, epoch)

    with monkeypatch.context() as patch:
        patch.setattr(one_run.LiveRun, "after", cut)
        with pytest.raises(Killed):
            train(SMALL[name], tiny, out=tmp_path / "b", **given)
    two = train(SMALL[name], tiny, out=tmp_path / "b", resume=True, **given)
    assert same(*kept)
    assert one.record["history"] == two.record["history"]
    assert two.record["resumed"] == [{"epoch": 3, "before": "cpu, fp32"}]
    assert sha256(one.folder / "geometry.npz") == sha256(two.folder / "geometry.npz")


def test_a_second_stage_is_taken_up_after_any_of_its_epochs(
    tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The training before it is not done again."""
    method = replace(SMALL["crt"], stages=("crt(share=1.0)",))
    given: dict[str, Any] = {**FAST, "epochs": 2}
    whole = train(method, tiny, out=tmp_path / "whole", **given)
    assert [row.get("stage") for row in whole.record["history"]] == [None, None, "crt", "crt"]
    assert whole.record["last"] == whole.record["history"][-1]
    assert whole.record["best"]["epoch"] >= 2, "an epoch of the whole method"
    plain = train(replace(SMALL["erm"], name="crt"), tiny, out=tmp_path / "plain", **given)
    first = [{**row, "by_class": 0} for row in plain.record["history"]]
    assert [{**row, "by_class": 0} for row in whole.record["history"][:2]] == first
    run_epoch, trained = Trainer.run_epoch, list[int]()

    def cut(trainer: Trainer) -> Epoch:
        if trainer.epoch == stop:
            raise Killed
        return run_epoch(trainer)

    for stop in (0, 1):
        with monkeypatch.context() as patch:
            patch.setattr(Trainer, "run_epoch", cut)  # by which only second stages train here
            with pytest.raises(Killed):
                train(method, tiny, out=tmp_path / f"{stop}", **given)
        with monkeypatch.context() as patch:
            trained.clear()
            patch.setattr(Trainer, "run_epoch", lambda own: trained.append(own.epoch) or run_epoch(own))
            again = train(method, tiny, out=tmp_path / f"{stop}", resume=True, **given)
        assert trained == [0, 1][stop:]
        assert again.record["resumed"] == [{"epoch": 2, "before": "cpu, fp32"}]
        assert again.record["history"] == whole.record["history"]
        assert sha256(again.folder / "geometry.npz") == sha256(whole.folder / "geometry.npz")
        assert not list((tmp_path / f"{stop}").rglob("checkpoint"))
    assert record.read(whole.folder / "run.json") == whole.record


def test_a_signal_costs_the_epoch_that_it_interrupts(
    tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where epochs are long, and nothing has been saved yet."""
    monkeypatch.setattr(checkpoint, "QUICK", 0.0)
    kept = weights(monkeypatch)
    train(SMALL["erm"], tiny, epochs=4, out=tmp_path / "a", **FAST)
    plain = one_run.run_epochs

    def stopped(trainers: Any, *rest: Any) -> Any:
        if trainers[0].epoch == 2:
            next(trainers[0].steps())  # one step of epoch 2 is done
            raise Stopped(15)
        return plain(trainers, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(one_run, "run_epochs", stopped)
        with pytest.raises(Stopped):
            train(SMALL["erm"], tiny, epochs=4, out=tmp_path / "b", **FAST)
    assert [p.name for p in (tmp_path / "b").rglob("epoch*.json")] == ["epoch2.json"]
    run = train(SMALL["erm"], tiny, epochs=4, out=tmp_path / "b", resume=True, **FAST)
    assert run.record["resumed"] == [{"epoch": 2, "before": "cpu, fp32"}]
    assert same(*kept)


def test_nothing_half_done_is_saved(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in a notebook, in the middle of a quick epoch: what the trainer holds is no state to save."""
    plain = one_run.run_epochs

    def stopped(trainers: Any, *rest: Any) -> Any:
        if trainers[0].epoch == 2:
            next(trainers[0].steps())
            raise KeyboardInterrupt
        return plain(trainers, *rest)

    monkeypatch.setattr(checkpoint, "QUICK", 1e9)
    monkeypatch.setattr(one_run, "run_epochs", stopped)
    with pytest.raises(KeyboardInterrupt):
        train(SMALL["erm"], tiny, epochs=4, out=tmp_path, **FAST)
    assert list(tmp_path.rglob("epoch*")) == []


class _Breaks(Loss):
    """Cross-entropy that is NaN from its ninth call on."""

    title, source, calls = "breaks", "test", 0

    def adjust(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        type(self).calls += 1
        return scores * (float("nan") if self.calls >= 9 else 1.0)


def test_nan_stops_the_run(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _Breaks.calls = 0
    recipe = replace(find("erm").recipe, batch=32)
    monkeypatch.setattr(checkpoint, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(objective, "make_loss", lambda name, counts, **params: _Breaks(counts))
    monkeypatch.setattr(methods, "LDAM", recipe)
    with pytest.raises(TrainingDiverged, match=r"nan at step 8 \(epoch 2, batch 0\) with learning rate .*rows"):
        train(SMALL["erm"], tiny, epochs=6, out=tmp_path, **FAST)
    assert sorted(p.name for p in tmp_path.rglob("epoch*.json")) == ["epoch1.json", "epoch2.json"]
    assert not list(tmp_path.rglob("run.json"))


def test_what_stands_is_not_lost(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {**FAST, "out": tmp_path}
    first = train(SMALL["erm"], tiny, epochs=2, **given)
    file = first.folder / "run.json"
    before = sha256(file)
    for epochs in (1, 2):
        with pytest.raises(DataError, match=r"run\.json exists, a run of 2 epochs.*--overwrite"):
            train(SMALL["erm"], tiny, epochs=epochs, **given)
        again = train(SMALL["erm"], tiny, epochs=epochs, resume=True, **given)
        assert again.geometry is None
        assert again.record == first.record
    assert sha256(file) == before
    assert train(SMALL["erm"], tiny, epochs=3, **given).record["epochs"] == 3  # a longer one takes its place
    assert train(SMALL["erm"], tiny, epochs=1, overwrite=True, **given).record["epochs"] == 1
    assert record.read(file)["epochs"] == 1


def killed_before_its_record(monkeypatch: pytest.MonkeyPatch, data: Cifar, **given: Any) -> None:
    """Leave a run whose epochs are all saved, and which has no record."""
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "SAVE_EVERY", 0.0)
        patch.setattr(one_run.LiveRun, "finish", lambda *a: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            train(SMALL["erm"], data, **given)


def test_an_unfinished_run_is_not_lost(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {**FAST, "out": tmp_path, "epochs": 3}
    killed_before_its_record(monkeypatch, tiny, **given)
    with pytest.raises(DataError, match="unfinished run: --resume goes on with it, --overwrite begins anew"):
        train(SMALL["erm"], tiny, **given)
    with pytest.raises(CheckpointError, match=r"another run: epochs is 3 there and 4 here; give"):
        train(SMALL["erm"], tiny, **{**given, "epochs": 4}, resume=True)
    other = replace(tiny, train_images=tiny.train_images ^ 1)
    with pytest.raises(CheckpointError, match="images is"):
        train(SMALL["erm"], other, **given, resume=True)
    with pytest.raises(CheckpointError, match="another run: model is 'resnet8' there and 'resnet14' here; give"):
        train(replace(SMALL["erm"], model="resnet14"), tiny, **given, resume=True)
    assert train(SMALL["erm"], tiny, **given, resume=True).record["resumed"] == [{"epoch": 3, "before": "cpu, fp32"}]
    assert not list(tmp_path.rglob("checkpoint"))


def test_what_computed_each_part_is_recorded(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {**FAST, "out": tmp_path, "epochs": 2}
    killed_before_its_record(monkeypatch, tiny, **{**given, "precision": "bf16"})
    with pytest.warns(CheckpointWarning, match="computed by cpu, bf16; by cpu, fp32 it goes on, but not bit for bit"):
        told = train(SMALL["erm"], tiny, **given, resume=True).record
    assert told["resumed"] == [{"epoch": 2, "before": "cpu, bf16"}]
    assert (told["device"], told["precision"]) == ("cpu", "fp32")


def test_how_each_part_was_computed_is_recorded(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Measured(Pace(channels_last=False, threads=1), 80.0, 300.0, 2.0)
    monkeypatch.setattr("ltviz.runs.recorded.fastest", lambda precision, images: first)
    given: dict[str, Any] = {**FAST, "out": tmp_path, "epochs": 2}
    killed_before_its_record(monkeypatch, tiny, **given)
    with pytest.warns(CheckpointWarning, match="by cpu, fp32, channels first, 1 thread; by cpu, fp32 it goes on"):
        told = train(SMALL["erm"], tiny, **given, pace="plain", resume=True).record
    assert "pace" not in told
    assert train(SMALL["crt"], tiny, **given).record["pace"] == "channels first, 1 thread"
