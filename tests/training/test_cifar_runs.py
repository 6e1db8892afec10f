"""Runs on CIFAR: recorded whole, resumed bit for bit, stopped where the loss is not finite, never lost by accident."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ltviz.core.errors import BadInput, CheckpointError, DataError, TrainingDiverged
from ltviz.core.files import sha256
from ltviz.datasets.cifar import Cifar
from ltviz.losses import Loss, Outputs
from ltviz.models.resnet import ResNet
from ltviz.training import _course, _describe, cifar_runs, record
from ltviz.training._epoch import Epoch
from ltviz.training.cifar_runs import Job, train, train_all
from ltviz.training.methods import METHODS, Method, find, on_cifar
from ltviz.training.stopping import Stopped

SMALL = {name: replace(find(name), model="resnet8") for name in METHODS}
FAST: dict[str, Any] = {"recipe": "basic", "device": "cpu", "precision": "fp32"}


class Killed(BaseException):
    """What a test raises where a process would end."""


def weights(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, torch.Tensor]]:
    """Collect the state of each run as it finishes."""
    kept: list[dict[str, torch.Tensor]] = []
    plain = _course.Course.finish

    def spy(course: _course.Course, *args: Any) -> Any:
        kept.append(course.trainer.state())
        return plain(course, *args)

    monkeypatch.setattr(_course.Course, "finish", spy)
    return kept


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_a_record_is_whole(tiny: Cifar, tmp_path: Path) -> None:
    run = train(SMALL["ldam_drw"], tiny, epochs=3, out=tmp_path, **FAST)
    assert run.folder == tmp_path / "cifar10-exp15" / "ldam_drw-basic" / "seed0"
    assert sorted(path.name for path in run.folder.iterdir()) == ["geometry.npz", "run.json"]
    told = record.read(run.folder / "run.json")
    assert set(record.FIELDS) <= set(told)
    assert told == json.loads(json.dumps(run.record))
    assert (told["method"], told["dataset"], told["profile"], told["imbalance"]) == ("ldam_drw", "cifar10", "exp", 15)
    assert (told["recipe"], told["epochs"], told["seed"], told["device"]) == ("basic", 3, 0, "cpu")
    assert told["precision"] == "fp32"
    assert told["settings"]["augmentation"] == "basic"
    assert [row["epoch"] for row in told["history"]] == [0, 1, 2]
    assert [row["reweighted"] for row in told["history"]] == [False, False, True]
    assert all(row.keys() == told["last"].keys() for row in told["history"])  # each epoch is measured
    assert told["last"] == told["history"][-1]
    for key in ("last", "best", "val"):
        row = told[key]
        assert 0 <= row["overall"] <= 1
        assert len(row["by_class"]) == 10
        assert row["balanced"] == pytest.approx(np.mean(row["by_class"]), abs=1e-5)
        assert row["by_group"].keys() == {"many", "medium", "few"}
    assert told["best"]["balanced"] == max(row["balanced"] for row in told["history"])
    assert told["val"]["val_balanced"] == max(row["val_balanced"] for row in told["history"])
    assert told["select"]["rule"] == "last"
    assert told["verified"] is False


def test_geometry_is_what_the_net_says(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nets: list[Any] = []
    plain = _course.Course.finish
    monkeypatch.setattr(_course.Course, "finish", lambda course, *a: nets.append(course) or plain(course, *a))
    run = train(SMALL["erm"], tiny, epochs=1, out=tmp_path, **FAST)
    arrays = record.read_geometry(run.folder / "geometry.npz")
    assert arrays["prototypes"].shape == (10, 64)
    for split in ("train", "test"):
        labels = getattr(tiny, f"{split}_labels")
        seen = nets[0].trainer.predict(getattr(tiny, f"{split}_images"))
        x, w = (t.numpy().astype(np.float64) for t in (seen.embedding, seen.prototypes))
        for i, y in enumerate(labels):
            cosine = np.array([x[i] @ w[c] / np.linalg.norm(x[i]) / np.linalg.norm(w[c]) for c in range(10)])
            others, logits = np.delete(cosine, y), seen.logits[i].numpy().astype(np.float64)
            assert arrays[f"{split}_own_cosine"][i] == pytest.approx(cosine[y], abs=1e-3)
            assert arrays[f"{split}_rival_cosine"][i] == pytest.approx(others.max(), abs=1e-3)
            assert arrays[f"{split}_own_angle"][i] == pytest.approx(math.acos(cosine[y]), abs=2e-3)
            assert arrays[f"{split}_rival_angle"][i] == pytest.approx(math.acos(others.max()), abs=2e-3)
            assert arrays[f"{split}_margin"][i] == pytest.approx(
                logits[y] - np.delete(logits, y).max(), rel=1e-3, abs=1e-3
            )
            assert arrays[f"{split}_prediction"][i] == logits.argmax()
        np.testing.assert_array_equal(arrays[f"{split}_label"], labels)
    assert {array.dtype.itemsize for array in arrays.values()} <= {1, 2}
    assert run.record["last"]["overall"] == pytest.approx(
        (arrays["test_prediction"] == tiny.test_labels).mean(), abs=1e-5
    )


@pytest.mark.parametrize(("classes", "limit"), [(10, 150), (100, 300)])
def test_a_record_of_200_epochs_is_small(classes: int, limit: int, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    counts = record.ClassCounts(np.linspace(500, 5, classes).astype(int))
    history = []
    for epoch in range(200):
        labels = np.repeat(np.arange(classes), 10_000 // classes)
        found = np.where(generator.random(10_000) < 0.7, labels, generator.integers(0, classes, 10_000))
        told = _describe.rounded({**record.measure(found, labels, counts), "val_balanced": generator.random()})
        history.append(record.row(Epoch(epoch, 0.1, False, float(np.float32(generator.random())), told)))
    whole = record.fields(
        method="erm", loss="ce", dataset="cifar", profile="exp", imbalance=100.0, counts=counts, seed=0, device="cpu",
        recipe=on_cifar(find("erm"), "basic").recipe, date="2026", seconds=1.0, history=history,
    )  # fmt: skip
    path = cifar_runs.record.files.write_json(tmp_path / "run.json", whole)
    assert path.stat().st_size < limit * 1000


def test_geometry_of_cifar_is_small(tmp_path: Path) -> None:
    """At its largest: step 100, 25,250 training and 10,000 test images; random numbers do not compress."""
    generator, arrays = np.random.default_rng(0), {}
    for split, n in (("train", 25_250), ("test", 10_000)):
        x, w, labels = generator.normal(size=(n, 64)), generator.normal(size=(10, 64)), generator.integers(0, 10, n)
        arrays |= record.geometry(split, x, w, x @ w.T, labels)
    path = record.files.write_npz(tmp_path / "geometry.npz", **arrays, prototypes=w.astype(np.float16))
    assert path.stat().st_size < 600_000


@pytest.mark.parametrize("name", ["erm", "ldam_drw", "dbm_bs", "class_balanced_resampling"])
def test_three_and_three_epochs_are_six(
    name: str, tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_course, "SAVE_EVERY", 0.0)
    kept = weights(monkeypatch)
    given: dict[str, Any] = {**FAST, "epochs": 6, "seed": 3, "recipe": "strong" if name == "dbm_bs" else "basic"}
    one = train(SMALL[name], tiny, out=tmp_path / "a", **given)
    plain = _course.Course.after

    def cut(course: _course.Course, epoch: Epoch) -> None:
        if epoch.epoch == 3:
            raise Killed
        plain(course, epoch)

    with monkeypatch.context() as patch:
        patch.setattr(_course.Course, "after", cut)
        with pytest.raises(Killed):
            train(SMALL[name], tiny, out=tmp_path / "b", **given)
    two = train(SMALL[name], tiny, out=tmp_path / "b", resume=True, **given)
    assert same(*kept)
    assert one.record["history"] == two.record["history"]
    assert two.record["resumed"] == [3]
    assert sha256(one.folder / "geometry.npz") == sha256(two.folder / "geometry.npz")


def test_a_signal_costs_the_epoch_that_it_interrupts(
    tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where epochs are long, and nothing has been saved yet."""
    monkeypatch.setattr(_course, "QUICK", 0.0)
    kept = weights(monkeypatch)
    train(SMALL["erm"], tiny, epochs=4, out=tmp_path / "a", **FAST)
    plain = _course.run_epochs

    def stopped(trainers: Any) -> Any:
        if trainers[0].epoch == 2:
            next(trainers[0].steps())  # one step of epoch 2 is done
            raise Stopped(15)
        return plain(trainers)

    with monkeypatch.context() as patch:
        patch.setattr(_course, "run_epochs", stopped)
        with pytest.raises(Stopped):
            train(SMALL["erm"], tiny, epochs=4, out=tmp_path / "b", **FAST)
    assert [p.name for p in (tmp_path / "b").rglob("epoch*.json")] == ["epoch2.json"]
    run = train(SMALL["erm"], tiny, epochs=4, out=tmp_path / "b", resume=True, **FAST)
    assert run.record["resumed"] == [2]
    assert same(*kept)


def test_nothing_half_done_is_saved(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in a notebook, in the middle of a quick epoch: what the trainer holds is no state to save."""
    plain = _course.run_epochs

    def stopped(trainers: Any) -> Any:
        if trainers[0].epoch == 2:
            next(trainers[0].steps())
            raise KeyboardInterrupt
        return plain(trainers)

    monkeypatch.setattr(_course, "QUICK", 1e9)
    monkeypatch.setattr(_course, "run_epochs", stopped)
    with pytest.raises(KeyboardInterrupt):
        train(SMALL["erm"], tiny, epochs=4, out=tmp_path, **FAST)
    assert list(tmp_path.rglob("epoch*")) == []


class _Breaks(Loss):
    """Cross-entropy that is NaN from its ninth call on."""

    title, source, calls = "breaks", "test", 0

    def adjust(self, outputs: Outputs, labels: torch.Tensor) -> torch.Tensor:
        type(self).calls += 1
        return outputs.logits * (float("nan") if self.calls >= 9 else 1.0)


def test_nan_stops_the_run(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _Breaks.calls = 0
    recipe = replace(find("erm").recipe, batch=32)
    monkeypatch.setattr(_course, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(cifar_runs._build, "make_loss", lambda name, counts, **params: _Breaks(counts))
    monkeypatch.setattr(_course, "spell", lambda name, params: name)
    monkeypatch.setattr(cifar_runs.methods, "_LDAM", recipe)
    with pytest.raises(TrainingDiverged, match=r"nan at step 8 \(epoch 2, batch 0\) with learning rate .*rows"):
        train(SMALL["erm"], tiny, epochs=6, out=tmp_path, **FAST)
    assert sorted(p.name for p in tmp_path.rglob("epoch*.json")) == ["epoch1.json", "epoch2.json"]
    assert not list(tmp_path.rglob("run.json"))


def test_one_that_fails_does_not_end_the_others(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _course.run_epochs

    def diverges(trainers: Any) -> Any:
        told = plain(trainers)
        return [TrainingDiverged("boom") if t.loss.name == "focal" else e for t, e in zip(trainers, told, strict=True)]

    monkeypatch.setattr(_course, "run_epochs", diverges)
    jobs = [Job(SMALL[name], seed) for name in ("erm", "focal", "ce_drw") for seed in (0, 1)]
    told = list(train_all(jobs, tiny, together=3, epochs=2, out=tmp_path, **FAST))
    assert [isinstance(run, TrainingDiverged) for _, run in told] == [False, False, True, True, False, False]
    assert len(list(tmp_path.rglob("run.json"))) == 4
    assert not list(tmp_path.rglob(".lock"))


def test_side_by_side_is_one_by_one(tiny: Cifar) -> None:
    jobs = [Job(SMALL[name], 1) for name in ("erm", "ldam")]
    alone, beside = (list(train_all(jobs, tiny, together=n, epochs=2, **FAST)) for n in (1, 2))
    for (_, one), (_, other) in zip(alone, beside, strict=True):
        assert one.record["history"] == other.record["history"]


def test_out_of_memory_is_told(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(trainers: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(_course, "run_epochs", full)
    told = list(train_all([Job(SMALL["erm"], s) for s in (0, 1)], tiny, epochs=2, out=tmp_path, **FAST))
    assert ["batches of 128" in str(error) and "--together 1" in str(error) for _, error in told] == [True, True]


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


def test_an_unfinished_run_is_not_lost(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {**FAST, "out": tmp_path, "epochs": 3}
    with monkeypatch.context() as patch:
        patch.setattr(_course, "SAVE_EVERY", 0.0)
        patch.setattr(_course.Course, "finish", lambda *a: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            train(SMALL["erm"], tiny, **given)
    with pytest.raises(DataError, match="unfinished run: --resume goes on with it, --overwrite begins anew"):
        train(SMALL["erm"], tiny, **given)
    with pytest.raises(CheckpointError, match=r"settings is .* there and .* here"):
        train(SMALL["erm"], tiny, **{**given, "epochs": 4}, resume=True)
    other = replace(tiny, train_images=tiny.train_images ^ 1)
    with pytest.raises(CheckpointError, match="images is"):
        train(SMALL["erm"], other, **given, resume=True)
    with pytest.raises(CheckpointError, match="settings"):
        train(replace(SMALL["erm"], model="resnet14"), tiny, **given, resume=True)
    assert train(SMALL["erm"], tiny, **given, resume=True).record["resumed"] == [3]
    assert not list(tmp_path.rglob("checkpoint"))


def test_parameters_have_a_folder_of_their_own(tiny: Cifar, tmp_path: Path) -> None:
    run = train(SMALL["dbm_bs"], tiny, epochs=1, out=tmp_path, **{**FAST, "recipe": "strong"}, margin=0.2, tau=0.5)
    assert run.folder.parent.name == "dbm_bs_margin0.2_tau0.5-strong"
    assert run.record["loss"] == "dbm(margin=0.2, tau=0.5, base=balanced_softmax)"


def test_post_hoc_adjustment_reaches_the_predictions(tiny: Cifar) -> None:
    """The same training as cross-entropy by its recipe; only what is predicted moves towards the tail."""
    plain = replace(SMALL["logit_adjustment_posthoc"], name="plain", stages=())
    runs = [
        train(m, tiny, epochs=2, device="cpu", precision="fp32") for m in (plain, SMALL["logit_adjustment_posthoc"])
    ]
    assert [row["loss"] for row in runs[0].record["history"]] == [row["loss"] for row in runs[1].record["history"]]
    mean = [run.geometry["train_prediction"].mean() for run in runs]
    assert mean[1] > mean[0]


def test_a_uniform_margin_keeps_the_true_weights(tiny: Cifar) -> None:
    loss, deferred = cifar_runs._build.objective(find("m_drw"), tiny.counts)
    np.testing.assert_allclose(loss.margins(), 0.35)
    _, other = cifar_runs._build.objective(find("ldam_drw"), tiny.counts)
    assert torch.equal(deferred, other)
    assert deferred.argmax() >= 8


@pytest.mark.parametrize(
    ("recipe", "epochs", "batch", "shape", "augmentation"),
    [
        ("basic", 200, 128, "drops", "basic"),
        ("short", 40, 128, "drops", "basic"),
        ("strong", 200, 64, "cosine", "strong"),
    ],
)
def test_recipes_are_the_same_for_every_method(
    recipe: str, epochs: int, batch: int, shape: str, augmentation: str
) -> None:
    for method in METHODS.values():
        found = on_cifar(method, recipe)
        assert (found.recipe.name, found.recipe.epochs, found.recipe.batch) == (recipe, epochs, batch)
        assert (found.schedule.shape, found.recipe.augmentation) == (shape, augmentation)
        assert (found.recipe.rate, found.recipe.decay, found.recipe.momentum) == (0.1, 2e-4, 0.9)
        assert found.schedule.deferred == method.schedule.deferred
        assert (found.loss, found.params, found.head) == (method.loss, method.params, method.head)
        assert on_cifar(method, recipe, 7).recipe.epochs == 7
        own = on_cifar(method)
        assert replace(own.recipe, name=method.recipe.name) == method.recipe
        assert own.recipe.name == "paper"
    assert on_cifar(find("ldam"), "strong").schedule.shape == "cosine"
    assert on_cifar(find("dbm_ce"), "basic").schedule.drops == (0.01, 0.0001)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"method": "ldam_dwr"}, "Did you mean 'ldam_drw'"),
        ({"seed": -1}, "2\\^32-1"),
        ({"seed": "7"}, "2\\^32-1"),
        ({"epochs": 0}, "epochs"),
        ({"recipe": "best"}, "'paper', 'basic', 'strong', 'short'"),
        ({"device": "tpu"}, "device"),
        ({"precision": "fp8"}, "precision"),
        ({"select": "best"}, "'last', 'val', 'best-on-test'"),
        ({"max_margn": 0.3}, "max_margin"),
        ({"max_margin": float("nan")}, "max_margin"),
    ],
)
def test_bad_inputs_write_nothing(given: dict[str, Any], words: str, tiny: Cifar, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        train(**{"method": "ldam", "data": tiny, "epochs": 1, "out": tmp_path / "runs", **given})
    assert not (tmp_path / "runs").exists()


def test_a_method_of_ones_own_needs_a_name_for_a_folder(tiny: Cifar, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the name of a run"):
        train(Method("../evil", "ce", "here", model="resnet8"), tiny, epochs=1, out=tmp_path / "runs", **FAST)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tiny: Cifar, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(DataError, match=r"runs.* is a file"):
        train(SMALL["erm"], tiny, epochs=1, out=tmp_path / "runs", **FAST)


def test_object_arrays_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "geometry.npz", a=np.array([{}], dtype=object))
    with pytest.raises(DataError, match="cannot read"):
        record.read_geometry(tmp_path / "geometry.npz")


def test_the_model_is_the_methods() -> None:
    assert sum(p.numel() for p in ResNet(32).parameters()) == 464_154
    assert {method.model for method in METHODS.values()} == {"resnet32"}


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_gpu_runs_go_side_by_side_and_resume(tiny: Cifar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_course, "SAVE_EVERY", 0.0)
    jobs = [Job(SMALL[name], 0) for name in ("erm", "ldam_drw", "dbm_ce")]
    told = list(train_all(jobs, tiny, together=3, epochs=4, out=tmp_path, recipe="basic", device="cuda"))
    assert [run.record["device"] for _, run in told] == [torch.cuda.get_device_name()] * 3
    assert all(math.isfinite(row["loss"]) for _, run in told for row in run.record["history"])
