"""Runs that differ in what follows the training share it: each as if it had been trained alone, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ltviz.core.errors import CheckpointError
from ltviz.core.files import sha256
from ltviz.datasets import select
from ltviz.datasets.cifar import Cifar
from ltviz.datasets.digits import load
from ltviz.methods import by_recipe, find
from ltviz.records import record
from ltviz.records.identity import identity
from ltviz.runs import checkpoint, digits
from ltviz.runs import run as one_run
from ltviz.runs._jobs import Plan, plan
from ltviz.runs.checkpoint import CheckpointWarning
from ltviz.runs.compare import compare
from ltviz.runs.recorded import Job, Recording, Shared, _kept, _trainings, train_all
from ltviz.training.trainer import Trainer

from .conftest import FAST, SMALL, Killed

NAMES = ("erm", "crt", "logit_adjustment_posthoc")
SHARED = Shared(epochs=2, weights=True, **FAST)
JOBS = [Job(SMALL[name]) for name in NAMES]


def trained(jobs: list[Job], data: Cifar, shared: Shared) -> dict[str, Any]:
    return {job.method.name: run for job, run in train_all(jobs, data, shared, 1)}


@pytest.fixture(scope="module")
def alone(tiny: Cifar, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    place = tmp_path_factory.mktemp("alone")
    return {name: trained([job], tiny, replace(SHARED, out=place))[name] for name, job in zip(NAMES, JOBS, strict=True)}


@pytest.fixture
def epochs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect each epoch of a first training that is computed."""
    met, plain = list[int](), Trainer.steps

    def steps(trainer: Trainer) -> Any:
        if trainer.recipe.epochs == 2:  # the second stage of crt trains one
            met.append(trainer.epoch)
        return plain(trainer)

    monkeypatch.setattr(Trainer, "steps", steps)
    return met


def same(run: Recording, other: Recording) -> None:
    """Hold a run to another one: record, geometry and weights, but for when it was trained and beside what."""
    assert run.folder.parts[-3:] == other.folder.parts[-3:]
    loose = ("date", "seconds", "together", "sha256", "resumed")
    one, two = (record.read(each.folder / "run.json") for each in (run, other))
    assert {k: v for k, v in one.items() if k not in loose} == {k: v for k, v in two.items() if k not in loose}
    for name in ("geometry.npz", "weights.safetensors"):
        assert sha256(run.folder / name) == sha256(other.folder / name)
    assert sorted(path.name for path in run.folder.iterdir()) == sorted(path.name for path in other.folder.iterdir())


def test_one_call_trains_once(tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], epochs: list[int]) -> None:
    runs = trained(JOBS, tiny, replace(SHARED, out=tmp_path))
    assert epochs == [0, 1]
    for name in NAMES:
        same(runs[name], alone[name])
    assert runs["crt"].record["together"] == 3, "whose seconds are of all three"


def test_one_training_is_looked_at_once(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met, plain = list[tuple[int, int]](), Trainer._seen

    def seen(trainer: Trainer, images: Any) -> Any:
        if trainer.recipe.epochs == 2:
            met.append((trainer.epoch, len(images)))
        return plain(trainer, images)

    monkeypatch.setattr(Trainer, "_seen", seen)
    trained(JOBS, tiny, replace(SHARED, out=tmp_path))
    assert sorted(met) == sorted(set(met)), "each split after each epoch, for three runs"
    assert {(1, len(tiny.labels("test"))), (2, len(tiny.labels("test"))), (2, len(tiny.labels("train")))} <= set(met)


def test_what_is_not_the_same_training_is_its_own() -> None:
    other = replace(SMALL["erm"], name="other", recipe=replace(find("erm").recipe, decay=0.0))
    plans = [Plan(Job(method, seed), method, "ce", None) for method in (SMALL["erm"], SMALL["crt"]) for seed in (0, 1)]
    plans += [Plan(Job(method), method, "ce", None) for method in (other, replace(SMALL["crt"], step="mixup"))]
    of = [[(each.method.name, each.job.seed) for each in training] for training in _trainings(plans)]
    assert of == [[("erm", 0), ("crt", 0)], [("erm", 1), ("crt", 1)], [("other", 0)], [("crt", 0)]]


@pytest.mark.parametrize("recipe", ["paper", "basic", "strong", "short"])
def test_the_rows_of_two_stages_are_one_training(recipe: str) -> None:
    """`ltviz train --method erm,crt,lws,tau_norm,ncm` costs one backbone; mixup and mislas are another one."""
    data, shared = select("cifar10"), Shared(recipe=recipe)
    names = ["erm", "crt", "lws", "tau_norm", "ncm", "mixup", "mislas"]
    of = _trainings([plan(Job(name), data, shared) for name in names])
    assert [[each.method.name for each in training] for training in of] == [names[:5], names[5:]]


def cut(monkeypatch: pytest.MonkeyPatch, jobs: list[Job], data: Cifar, shared: Shared) -> None:
    """Train as far as the second epoch, of which the last run hears no more."""
    plain = one_run.LiveRun.after

    def after(live: one_run.LiveRun, epoch: Any) -> None:
        if live.parts.method.name == jobs[-1].method.name and epoch.epoch == 1:
            raise Killed
        plain(live, epoch)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "SAVE_EVERY", 0.0)
        patch.setattr(one_run.LiveRun, "after", after)
        with pytest.raises(Killed):
            trained(jobs, data, shared)


def test_they_are_taken_up_together(
    tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], epochs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = replace(SHARED, out=tmp_path)
    jobs = JOBS[:2]
    cut(monkeypatch, jobs, tiny, shared)
    for path in (tmp_path / "cifar10-exp15" / "erm-basic" / "seed0" / "checkpoint").glob("epoch2.*"):
        path.unlink()
    epochs.clear()
    runs = trained(jobs, tiny, replace(shared, resume=True))
    assert epochs == [1]
    for name in NAMES[:2]:
        same(runs[name], alone[name])
        assert runs[name].record["resumed"] == [{"epoch": 1, "before": "cpu, fp32"}]


def test_one_that_lags_behind_goes_on_where_another_one_stands(
    tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], epochs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between two saves: by itself it would be trained beside the others to the end."""
    shared = replace(SHARED, out=tmp_path)
    cut(monkeypatch, JOBS[:2], tiny, shared)
    epochs.clear()
    runs = trained(JOBS[:2], tiny, replace(shared, resume=True))
    assert epochs == [], "the other one's training is done"
    for name in NAMES[:2]:
        same(runs[name], alone[name])
    assert runs["crt"].record["resumed"] == [{"epoch": 2, "before": "cpu, fp32", "of": "erm-basic/seed0"}]


def test_a_run_begins_where_another_one_of_its_training_stands(
    tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], epochs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If its epochs would have been measured in the same way: an adjustment acts from the first one on."""
    shared = replace(SHARED, out=tmp_path)
    cut(monkeypatch, JOBS[:1], tiny, shared)
    epochs.clear()
    runs = trained(JOBS, tiny, replace(shared, resume=True))
    assert sorted(epochs) == [0, 1, 1], "one goes on for erm and crt, one begins for the adjustment"
    for name in NAMES:
        same(runs[name], alone[name])


def test_a_run_begins_with_the_net_that_another_one_kept(
    tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], epochs: list[int]
) -> None:
    """In a later call too, if its record is bound to the weights, and all that decides the training is the same."""
    shared = replace(SHARED, out=tmp_path)
    erm = trained(JOBS[:1], tiny, shared)["erm"].folder
    epochs.clear()
    same(trained(JOBS[1:2], tiny, shared)["crt"], alone["crt"])
    assert epochs == []
    (noted,) = record.read(tmp_path / "cifar10-exp15" / "crt-basic" / "seed0" / "run.json")["resumed"]
    assert noted == {"epoch": 2, "before": "cpu, fp32", "of": "erm-basic/seed0"}

    begin = replace(shared, overwrite=False, out=tmp_path)
    own = identity(by_recipe(SMALL["crt"], "basic", 2), "ce", tiny, 0)
    planned = plan(Job(SMALL["crt"]), tiny, begin)
    assert _kept(planned, own, tiny, begin) is not None
    assert _kept(plan(JOBS[2], tiny, begin), own, tiny, begin) is None, "an adjustment is measured after every epoch"
    assert _kept(planned, own, tiny, replace(begin, precision="bf16")) is None
    for changed in ({"images": "0" * 64}, {"loss": "focal"}, {"settings": {**own["settings"], "decay": 0.0}}):
        assert _kept(planned, {**own, **changed}, tiny, begin) is None
    with (erm / "weights.safetensors").open("ab") as file:
        file.write(b" ")
    assert _kept(planned, own, tiny, begin) is None
    (erm / "run.json").write_text("{")
    assert _kept(planned, own, tiny, begin) is None
    trained(JOBS[1:2], tiny, replace(shared, overwrite=True))
    assert epochs == [0, 1]


def test_one_that_cannot_be_saved_does_not_end_the_others(
    tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = checkpoint.save

    def save(folder: Path, *rest: Any) -> None:
        if "erm" in str(folder):
            raise CheckpointError("holds NaN or infinity")
        plain(folder, *rest)

    monkeypatch.setattr(checkpoint, "save", save)
    monkeypatch.setattr(checkpoint, "SAVE_EVERY", 0.0)
    runs = trained(JOBS, tiny, replace(SHARED, out=tmp_path))
    assert isinstance(runs["erm"], CheckpointError)
    for name in NAMES[1:]:
        same(runs[name], alone[name])


def test_they_are_tried_again_together(
    tiny: Cifar, tmp_path: Path, alone: dict[str, Recording], epochs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, broken = Trainer.steps, [True]

    def steps(trainer: Trainer) -> Any:
        if trainer.epoch == 1 and broken:
            broken.clear()
            raise RuntimeError("the device was lost")
        return (yield from plain(trainer))

    monkeypatch.setattr(Trainer, "steps", steps)
    with pytest.warns(CheckpointWarning, match="trying again"):
        runs = trained(JOBS, tiny, replace(SHARED, out=tmp_path))
    assert epochs == [0, 0, 1]
    for name in NAMES:
        same(runs[name], alone[name])


def test_what_is_asked_for_twice_is_trained_once(tiny: Cifar, tmp_path: Path, epochs: list[int]) -> None:
    runs = [run for _, run in train_all([JOBS[0], JOBS[0]], tiny, replace(SHARED, out=tmp_path, resume=True), 1)]
    assert epochs == [0, 1]
    assert runs[0].record == runs[1].record


def test_a_comparison_on_digits_trains_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, plain = [], digits._begun

    def noted(method: Any, *given: Any) -> Any:
        begun.append(method.loss)
        return plain(method, *given)

    data = load(imbalance=20)
    apart = {name: digits.train(name, data, epochs=2) for name in NAMES}
    monkeypatch.setattr(digits, "_begun", noted)
    together = compare("erm", ["crt", "logit_adjustment_posthoc", "focal"], seeds=1, epochs=2, imbalance=20)
    assert begun == ["ce", "focal"]
    for scores in together.scores[:3]:
        assert scores.balanced.tolist() == [apart[scores.name].balanced_accuracy]
        assert scores.by_class.tolist() == [apart[scores.name].class_accuracy.tolist()]
