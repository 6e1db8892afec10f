from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from ltviz.bench import _train_data, train
from ltviz.bench._memory import peak_memory
from ltviz.bench._train_data import Data, of_one_net
from ltviz.bench._train_result import REACH, RECIPE, LossRow, Row, TrainBench
from ltviz.bench._usual_recipe import Photos, Reference
from ltviz.cli import run
from ltviz.datasets import cifar
from ltviz.methods.schedule import Recipe
from ltviz.training.loop import one_thread

MEAN, STD = tuple(cifar.MEAN), tuple(cifar.STD)
CPU = torch.device("cpu")
IMAGES = np.random.default_rng(0).integers(0, 256, (100, 32, 32, 3), np.uint8)


def result(step: float = 0.1, ratio: float = 2.5) -> TrainBench:
    rows = (
        Row("the usual recipe", 0.3, 5.0, 40.0, 12406, 1.0, 1.0),
        Row("one run", step, 2.0, 40.0 / ratio, 12406, 1.0, ratio),
    )
    return TrainBench("here", rows, (LossRow("ce", 0.1, 1.0),), REACH["cpu, fp32"])


def test_the_bench_measures_both_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.repeat(np.arange(10), 10)
    data = Data(IMAGES, labels, IMAGES[:40], labels[:40], "random images")
    monkeypatch.setattr(Data, "found", lambda: data)
    for module in (train, _train_data):
        monkeypatch.setattr(module, "RECIPE", replace(RECIPE, batch=8))
    monkeypatch.setattr(train, "_ROUNDS", 2)
    monkeypatch.setattr(train, "_STEPS", 2)
    monkeypatch.setattr(train, "_TEST", 16)
    monkeypatch.setattr(train, "_LOSS_RUNS", 2)
    told: list[str] = []
    with one_thread():
        measured = train.train("cpu", progress=told.append)
    usual, ours = measured.rows
    assert (usual.ratio, usual.images) == (1.0, 100)
    assert ours.ratio == pytest.approx(usual.epoch / ours.epoch)
    assert min(usual.step, ours.step, usual.evaluation, ours.evaluation, ours.memory) > 0
    assert [row.name for row in measured.losses] == of_one_net()
    assert all(row.alone > 0 and row.relative > 0 for row in measured.losses)
    assert "ResNet-32, 100 random images, batch 8; CPU, 1 threads" in measured.table()
    assert told == ["2 x 2 steps each, in turn", "evaluation", "losses"]


def test_random_images_where_there_is_no_cifar(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    def absent(*args: object, **given: object) -> None:
        raise cifar_missing

    from ltviz.core.errors import DataError

    cifar_missing = DataError("not here")
    monkeypatch.setattr(cifar, "load", absent)
    data = Data.found()
    assert data.name == "random images"
    assert data.images.shape == (12406, 32, 32, 3)
    assert np.bincount(data.labels).tolist()[:3] == [5000, 2997, 1796]


def test_check_fails_where_a_reach_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, bool]] = []
    answer = result(ratio=1.4)

    def measure(device: str, check: bool, progress: object) -> TrainBench:
        asked.append((device, check))
        return answer

    monkeypatch.setattr(train, "train", measure)
    assert run(["bench", "train", "--check", "--device", "cpu"]) == 1
    assert "missed:" in capsys.readouterr().out
    assert run(["bench", "train"]) == 0
    answer = result(ratio=2.1)
    assert run(["bench", "train", "--check"]) == 0
    assert asked == [("cpu", True), ("auto", False), ("auto", True)]
    assert run(["bench", "train", "--device", "gpu"]) == 2


def test_what_misses_is_measured_once_more_where_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [result(ratio=1.4), result(ratio=1.6)]
    monkeypatch.setattr(Data, "found", lambda: None)
    monkeypatch.setattr(train, "_on_cpu", lambda *given: answers.pop(0))
    assert train.train("cpu", check=True).passed
    assert answers == []


def test_gpu_reaches_are_the_issues() -> None:
    rows = tuple(
        Row(name, 1e-3, 0.1, seconds / 200, 12406, 1.0, ratio)
        for name, seconds, ratio in (("one run", 31.0, 8.5), ("6 runs at once", 11.0, 19.0))
    )
    bench = TrainBench("there", rows, (), REACH["cuda"])
    assert bench.missed(rows[0]) == ("31.0 > 30 s",)
    assert bench.missed(rows[1]) == ("ratio 19.00 < 20",)
    assert not bench.passed


def test_the_usual_recipes_images_are_crops_flips_and_normalised() -> None:
    plainly = Photos(IMAGES, np.zeros(100, int), MEAN, STD, seed=None)[3][0]
    wanted = (IMAGES[3] / 255 - MEAN) / STD
    np.testing.assert_allclose(plainly.permute(1, 2, 0).numpy(), wanted, atol=1e-5)
    changed = Photos(IMAGES, np.zeros(100, int), MEAN, STD, seed=1)
    wide = np.zeros((40, 40, 3), np.uint8)
    wide[4:36, 4:36] = IMAGES[3]
    crops = [wide[y : y + 32, x : x + 32] for y in range(9) for x in range(9)]
    every = np.stack(
        [*crops, *(np.asarray(Image.fromarray(c).transpose(Image.Transpose.FLIP_LEFT_RIGHT)) for c in crops)]
    )
    for _ in range(5):
        pixels = ((changed[3][0].permute(1, 2, 0).numpy() * STD + MEAN) * 255).round()
        assert (np.abs(every - pixels).max(axis=(1, 2, 3)) == 0).sum() == 1


def test_the_usual_recipe_learns() -> None:
    images = np.repeat(np.array([30, 220], np.uint8), 32)[:, None, None, None] + np.zeros((64, 32, 32, 3), np.uint8)
    labels = np.repeat(np.arange(2), 32)
    seen, unseen = (Photos(images, labels, MEAN, STD, seed) for seed in (0, None))
    with one_thread():
        usual = Reference(seen, unseen, Recipe("test", 1, 16, 0.05, 0.0), 2, CPU)
        before = torch.get_rng_state()
        first = [*usual.steps()] and usual.seen[0]
        assert sum(1 for _ in usual.steps()) == 4
        assert usual.seen[0] < max(first, 0.7)
        assert 0 <= usual.evaluate() <= 1
        assert torch.equal(torch.get_rng_state(), before)


def test_peak_memory_is_that_of_the_process() -> None:
    assert 0.05 < peak_memory(CPU) < 100
