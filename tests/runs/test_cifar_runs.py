"""Runs on CIFAR: what is recorded, by which recipe, and what is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ltviz.core import files
from ltviz.core.errors import BadInput, DataError
from ltviz.datasets.cifar import Cifar
from ltviz.methods import METHODS, Method, by_recipe, find, in_words, objective
from ltviz.models.resnet import ResNet
from ltviz.records import record
from ltviz.records.weights import NAME, about_net, read_net, write_net
from ltviz.runs import run as one_run
from ltviz.runs.recorded import train
from ltviz.training.epoch import Epoch

from .conftest import FAST, SMALL


def test_a_record_is_whole(tiny: Cifar, tmp_path: Path) -> None:
    run = train(SMALL["ldam_drw"], tiny, epochs=3, out=tmp_path, **FAST)
    assert run.folder == tmp_path / "cifar10-exp15" / "ldam_drw-basic" / "seed0"
    assert sorted(path.name for path in run.folder.iterdir()) == ["geometry.npz", "run.json"]
    told = record.read(run.folder / "run.json")
    promised = "method dataset profile imbalance seed epochs recipe device versions date seconds history last best"
    assert set(promised.split()) <= set(told)
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
    plain = one_run.LiveRun.finish
    monkeypatch.setattr(one_run.LiveRun, "finish", lambda live, *a: nets.append(live) or plain(live, *a))
    run = train(SMALL["erm"], tiny, epochs=1, out=tmp_path, **FAST)
    arrays = record.read_geometry(run.folder / "geometry.npz", run.record)
    assert arrays["prototypes"].shape == (10, 64)
    known = nets[0].trainer.predict(tiny.train_images).embedding.numpy().astype(np.float64)
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    means = np.array([known[tiny.train_labels == c].mean(axis=0) for c in range(10)])
    for split in ("train", "test"):
        labels = getattr(tiny, f"{split}_labels")
        to_mean = record.read_geometry(run.folder / "geometry.npz", run.record, [f"{split}_mean_angle"])
        seen = nets[0].trainer.predict(getattr(tiny, f"{split}_images"))
        x, w = (t.numpy().astype(np.float64) for t in (seen.embedding, seen.prototypes))
        for i, y in enumerate(labels):
            cosine = np.array([x[i] @ w[c] / np.linalg.norm(x[i]) / np.linalg.norm(w[c]) for c in range(10)])
            cosine_to_mean = x[i] @ means[y] / np.linalg.norm(x[i]) / np.linalg.norm(means[y])
            assert to_mean[f"{split}_mean_angle"][i] == pytest.approx(math.acos(min(cosine_to_mean, 1)), abs=2e-3)
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
    assert {array.dtype.itemsize for array in run.geometry.values()} <= {1, 2}
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
        told = in_words.rounded({**record.measure(found, labels, counts), "val_balanced": generator.random()})
        history.append(record.row(Epoch(epoch, 0.1, False, float(np.float32(generator.random())), told)))
    whole = record.fields(
        method="erm", loss="ce", dataset="cifar", profile="exp", imbalance=100.0, counts=counts, seed=0, device="cpu",
        recipe=by_recipe(find("erm"), "basic").recipe, date="2026", seconds=1.0, history=history,
    )  # fmt: skip
    path = files.write_json(tmp_path / "run.json", whole)
    assert path.stat().st_size < limit * 1000


def test_geometry_of_cifar_is_small(tmp_path: Path) -> None:
    """At its largest: step 100, 25,250 training and 10,000 test images; random numbers do not compress."""
    generator, arrays = np.random.default_rng(0), {}
    for split, n in (("train", 25_250), ("test", 10_000)):
        x, w, labels = generator.normal(size=(n, 64)), generator.normal(size=(10, 64)), generator.integers(0, 10, n)
        arrays |= record.geometry(split, x, w, x @ w.T, labels)
        arrays[f"{split}_mean_angle"] = generator.random(n).astype(np.float16)
    path = files.write_npz(tmp_path / "geometry.npz", **arrays, prototypes=w.astype(np.float16))
    assert path.stat().st_size < 600_000


def test_the_trained_net_is_kept_where_it_is_wanted(tiny: Cifar, tmp_path: Path) -> None:
    """It is read back as it was; a run that does not keep its own removes the one that it replaces."""
    run = train(SMALL["dbm_bs"], tiny, epochs=2, out=tmp_path, weights=True, **FAST)
    assert sorted(path.name for path in run.folder.iterdir()) == ["geometry.npz", "run.json", NAME]
    net, about = read_net(run.folder / NAME), about_net(run.folder / NAME)
    assert (about["method"], about["seed"], about["model"], about["head"]) == ("dbm_bs", 0, "resnet8", "cosine")
    assert net.head.scale == about["scale"] == 32
    mean, std = (torch.tensor(about[name]).view(3, 1, 1) for name in ("mean", "std"))
    images = (torch.from_numpy(tiny.test_images).permute(0, 3, 1, 2) / 255 - mean) / std
    with torch.no_grad():
        seen = net(images.float())
    np.testing.assert_array_equal(seen.logits.argmax(dim=1), run.geometry["test_prediction"])
    np.testing.assert_allclose(seen.prototypes.detach(), run.geometry["prototypes"], atol=1e-3)
    train(SMALL["dbm_bs"], tiny, epochs=1, out=tmp_path, overwrite=True, geometry=False, **FAST)
    assert [path.name for path in run.folder.iterdir()] == ["run.json"]


def test_what_is_no_net_is_named(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with pytest.raises(DataError, match=r"cannot read .*weights\.safetensors as weights"):
        read_net(path)
    path.write_bytes(b"no weights")
    with pytest.raises(DataError, match="cannot read"):
        read_net(path)
    save_file({"w": torch.zeros(2)}, path)
    with pytest.raises(DataError, match="is no net of this ltviz"):
        read_net(path)
    write_net(path, ResNet(8), model="resnet14", classes=10, head="linear", scale=1.0)
    with pytest.raises(DataError, match="does not hold the net that it describes"):
        read_net(path)
    write_net(path, ResNet(8), model="resnet9", classes=10, head="linear", scale=1.0)
    with pytest.raises(DataError, match="6n \\+ 2"):
        read_net(path)


@pytest.mark.parametrize(
    ("name", "epochs", "words"),
    [
        ("ldam_drw", 1, "the rate never drops and the deferred weights act from the start, with --epochs 1;"),
        ("ldam_drw", 2, "both drops of the rate fall on epoch 2, with --epochs 2; 10 or more keep"),
        ("erm", 5, "both drops of the rate fall on epoch 5"),
        ("erm", 6, ""),
        ("dbm_ce", 1, ""),
        ("cb_focal", 40, ""),
    ],
)
def test_what_a_short_run_loses_of_its_schedule(name: str, epochs: int, words: str) -> None:
    told = in_words.shortened(by_recipe(find(name), epochs=epochs))
    assert told.startswith(f"{name}: {words}") if words else told == ""


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
    loss, deferred = objective.objective(find("m_drw"), tiny.counts)
    np.testing.assert_allclose(loss.margins(), 0.35)
    _, other = objective.objective(find("ldam_drw"), tiny.counts)
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
        found = by_recipe(method, recipe)
        assert (found.recipe.name, found.recipe.epochs, found.recipe.batch) == (recipe, epochs, batch)
        assert (found.schedule.shape, found.recipe.augmentation) == (shape, augmentation)
        own = 2e-4 if method.decay is None else method.decay  # weight balancing is its decay
        assert (found.recipe.rate, found.recipe.decay, found.recipe.momentum) == (0.1, own, 0.9)
        assert found.schedule.deferred == method.schedule.deferred
        assert (found.loss, found.params, found.head) == (method.loss, method.params, method.head)
        assert by_recipe(method, recipe, 7).recipe.epochs == 7
        own = by_recipe(method)
        assert replace(own.recipe, name=method.recipe.name) == method.recipe
        assert own.recipe.name == "paper"
    assert by_recipe(find("ldam"), "strong").schedule.shape == "cosine"
    assert by_recipe(find("dbm_ce"), "basic").schedule.drops == (0.01, 0.0001)


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


def test_nothing_is_selected_on_validation_where_there_is_none(tiny: Cifar, tmp_path: Path) -> None:
    without = replace(tiny, val_images=tiny.val_images[:0], val_labels=tiny.val_labels[:0], profile="step")
    with pytest.raises(BadInput, match="cifar10 step 15 has none"):
        train(SMALL["erm"], without, epochs=1, out=tmp_path / "runs", select="val", **FAST)
    assert not (tmp_path / "runs").exists()
    run = train(SMALL["erm"], without, epochs=1, **FAST)
    assert "val" not in run.record
    with pytest.raises(DataError, match="nothing selected by 'val'"):
        record.selected(run.record, "val")


def test_a_method_of_ones_own_needs_a_name_for_a_folder(tiny: Cifar, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the name of a run"):
        train(Method("../evil", "ce", "here", model="resnet8"), tiny, epochs=1, out=tmp_path / "runs", **FAST)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tiny: Cifar, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(DataError, match=r"runs.* is a file"):
        train(SMALL["erm"], tiny, epochs=1, out=tmp_path / "runs", **FAST)


def test_the_model_is_the_methods() -> None:
    assert sum(p.numel() for p in ResNet(32).parameters()) == 464_154
    assert {method.model for method in METHODS.values()} == {"resnet32"}
