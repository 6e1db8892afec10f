from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import ltviz
from ltviz.core.errors import BadInput, TrainingDiverged
from ltviz.losses import Outputs
from ltviz.methods.schedule import Recipe, Schedule
from ltviz.methods.steps import At, Batch
from ltviz.methods.steps.plain import Plain
from ltviz.models.nets import DigitsNet
from ltviz.training.epoch import Epoch
from ltviz.training.loop import one_thread, trained
from ltviz.training.trainer import Trainer

COUNTS = [12, 6, 3]
LABELS = torch.repeat_interleave(torch.arange(3), torch.tensor(COUNTS))
IMAGES = torch.rand(21, 1, 8, 8, generator=torch.Generator().manual_seed(0))
RECIPE = Recipe("test", epochs=5, batch=8, rate=0.05, decay=1e-3)
WEIGHT = torch.tensor([0.2, 0.8, 2.0])


def global_state() -> tuple[object, ...]:
    """What no call of ltviz may move."""
    numpy_state = np.random.get_state()[1].tobytes()  # noqa: NPY002
    return torch.get_rng_state().numpy().tobytes(), numpy_state, random.getstate(), torch.get_num_threads()


class Shuffled:
    """A sampler: all rows, in another order each epoch."""

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        return np.random.default_rng(epoch).permutation(len(LABELS))


class Fixed:
    def __init__(self, *rows: int) -> None:
        self.rows = np.array(rows, np.int64)

    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        return self.rows


class Seen(Plain):
    """A step that notes what reaches the loss, then does the plain step."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: list[Tensor] = []
        self.weights: list[Tensor] = []
        self.progress: list[float] = []

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        self.labels.append(batches[0].labels)
        self.weights.append(at.loss.class_weight.clone())
        self.progress.append(at.share)
        return super().value(batches, at)


@pytest.fixture(autouse=True)
def single() -> Iterator[None]:
    with one_thread():
        yield


def net(head: str = "cosine", seed: int = 0) -> DigitsNet:
    return DigitsNet(3, seed=seed, head=head)


def run(model: nn.Module, loss: ltviz.Loss, **given: object) -> list[Epoch]:
    of_run = {name: given.pop(name) for name in ("evaluate", "progress") if name in given}
    plain = {"images": IMAGES, "labels": LABELS, "sampler": Shuffled(), "recipe": RECIPE, "precision": "fp32"}
    return trained(Trainer(model, loss, **{**plain, "device": "cpu", **given}), **of_run)


def weights(model: nn.Module) -> list[Tensor]:
    return list(model.state_dict().values())


def test_equals_a_plain_loop_bit_for_bit() -> None:
    schedule = Schedule(deferred=0.6)
    ours, plainly = net(), net()
    history = run(ours, ltviz.make_loss("ldam", COUNTS), schedule=schedule, deferred_weight=WEIGHT)

    plainly.to(memory_format=torch.channels_last)
    loss = ltviz.make_loss("ldam", COUNTS)
    optimizer = torch.optim.SGD(plainly.parameters(), lr=1.0, momentum=0.9, weight_decay=1e-3, fused=True)
    told = []
    for epoch in range(5):
        optimizer.param_groups[0]["lr"] = 0.05 * [1, 1, 1, 1, 0.01 * 0.01][epoch]
        if epoch == 3:
            loss.set_class_weight(WEIGHT)
        plainly.train()
        order = np.random.default_rng(epoch).permutation(21)
        values = []
        for rows in (order[:8], order[8:16], order[16:]):
            value = loss(Outputs(**plainly(IMAGES[rows])._asdict()), LABELS[rows])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            values.append(value.detach())
        told.append(float(torch.stack(values).mean()))
    assert all(torch.equal(a, b) for a, b in zip(weights(ours), weights(plainly), strict=True))
    assert [epoch.loss for epoch in history] == told
    assert not ours.training


def test_re_weighting_begins_exactly_at_its_epoch() -> None:
    seen = Seen()
    loss = ltviz.make_loss("ce", COUNTS)
    recipe = Recipe("test", epochs=10, batch=8, rate=0.05, decay=0.0)
    history = run(
        net("linear"), loss, recipe=recipe, schedule=Schedule(deferred=0.8), deferred_weight=WEIGHT, step=seen
    )
    before, after = seen.weights[: 8 * 3], seen.weights[8 * 3 :]
    assert len(after) == 2 * 3
    assert all(torch.equal(w, torch.ones(3)) for w in before)
    assert all(torch.equal(w, WEIGHT) for w in after)
    assert [epoch.reweighted for epoch in history] == [False] * 8 + [True] * 2


def test_deferred_weights_change_what_is_learned_only_after_they_begin() -> None:
    models = []
    for given in ({}, {"schedule": Schedule(deferred=0.8), "deferred_weight": WEIGHT}):
        states: list[list[Tensor]] = []
        model = net("linear")

        def keep(epoch: int, model: nn.Module = model, states: list[list[Tensor]] = states) -> dict[str, float]:
            states.append([w.clone() for w in weights(model)])
            return {}

        run(model, ltviz.make_loss("ce", COUNTS), evaluate=keep, **given)
        models.append(states)
    same = [all(torch.equal(a, b) for a, b in zip(*pair, strict=True)) for pair in zip(*models, strict=True)]
    assert same == [True] * 4 + [False]


def test_the_batches_are_the_samplers() -> None:
    seen = Seen()
    rare = Fixed(20, 19, 18, 20, 19, 0, 20, 18, 19, 1)
    run(net("linear"), ltviz.make_loss("ce", COUNTS), sampler=rare, step=seen)
    assert [len(labels) for labels in seen.labels] == [8, 2] * 5
    assert torch.bincount(torch.cat(seen.labels)).tolist() == [10, 0, 40]


def test_augmented_images_are_what_is_trained_on() -> None:
    seen: list[Tensor] = []
    asked = []

    def brighter(images: Tensor, rows: np.ndarray, epoch: int, seed: int) -> Tensor:
        asked.append((rows.tolist(), epoch))
        return images[torch.from_numpy(rows)] + epoch

    class Keep(Plain):
        def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
            seen.append(batches[0].images)
            return super().value(batches, at)

    run(net("linear"), ltviz.make_loss("ce", COUNTS), augment=brighter, step=Keep())
    order = [(Shuffled().indices(e, 5).tolist(), e) for e in range(5)]
    assert asked == order
    torch.testing.assert_close(torch.cat(seen), torch.cat([IMAGES[rows] + e for rows, e in order]))


def test_progress_runs_from_0_towards_1() -> None:
    seen = Seen()
    run(net("linear"), ltviz.make_loss("ce", COUNTS), step=seen)
    np.testing.assert_allclose(seen.progress, np.arange(15) / 15)


def test_seed_decides_everything_and_no_global_state_moves() -> None:
    before = global_state()
    models = [net(seed=seed) for seed in (0, 0, 1)]
    for model in models:
        run(model, ltviz.make_loss("ldam", COUNTS))
    assert all(torch.equal(a, b) for a, b in zip(weights(models[0]), weights(models[1]), strict=True))
    assert not torch.equal(models[0].head.weight, models[2].head.weight)
    assert global_state() == before


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_the_run_and_says_where(bad: float) -> None:
    calls = iter(range(100))

    class Breaks(Plain):
        def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
            return super().value(batches, at) * (bad if next(calls) == 7 else 1.0)

    with pytest.raises(TrainingDiverged, match=r"ldam: the loss is (nan|inf) at step 7 \(epoch 2, batch 1\)") as caught:
        run(net(), ltviz.make_loss("ldam", COUNTS), step=Breaks())
    message = str(caught.value)
    assert "learning rate 0.05" in message
    assert ", ".join(map(str, np.random.default_rng(2).permutation(21)[8:16])) in message
    assert isinstance(caught.value, ArithmeticError)


def test_a_left_over_row_is_dropped_where_batch_norm_needs_two() -> None:
    seen = Seen()
    run(net("linear"), ltviz.make_loss("ce", COUNTS), recipe=Recipe("t", 1, 10, 0.05, 0.0), step=seen)
    assert [len(labels) for labels in seen.labels] == [10, 10]
    seen = Seen()
    run(Unnormed(), ltviz.make_loss("ce", COUNTS), recipe=Recipe("t", 1, 10, 0.05, 0.0), step=seen)
    assert [len(labels) for labels in seen.labels] == [10, 10, 1]


class Unnormed(nn.Module):
    """A model without batch norm."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3, 64))

    def forward(self, images: Tensor) -> Outputs:
        return _Fields(images.flatten(1) @ self.weight.T)


class _Fields:
    def __init__(self, logits: Tensor) -> None:
        self.logits = logits

    def _asdict(self) -> dict[str, Tensor]:
        return {"logits": self.logits}


BAD = [
    ({"labels": torch.cat([LABELS[:-1], torch.tensor([3])])}, "label 3 at row 20, classes are 0..2"),
    ({"labels": torch.cat([torch.tensor([-1]), LABELS[1:]])}, "label -1 at row 0"),
    ({"labels": torch.cat([torch.tensor([-100]), LABELS[1:]])}, "label -100 at row 0"),
    ({"labels": LABELS[:-1]}, "20 labels for 21 images"),
    ({"labels": LABELS.float()}, "class ids"),
    ({"labels": LABELS > 0}, "class ids"),
    ({"labels": nn.functional.one_hot(LABELS)}, "class ids"),
    ({"images": IMAGES[:0], "labels": LABELS[:0]}, "at least one"),
    ({"images": IMAGES[:, 0]}, "floating point"),
    ({"images": (255 * IMAGES).to(torch.uint8)}, "floating point"),
    ({"images": IMAGES / 0.0}, "finite"),
    ({"recipe": Recipe("t", 1, 1, 0.05, 0.0)}, "batch is 1"),
    ({"sampler": Fixed()}, "at least one"),
    ({"sampler": Fixed(0)}, "at least 2"),
    ({"sampler": Fixed(0, 21)}, "rows are 0..20"),
    ({"sampler": Fixed(-1, 3)}, "rows are 0..20"),
    ({"schedule": Schedule(deferred=0.8)}, "deferred_weight"),
    ({"deferred_weight": WEIGHT}, "deferred_weight"),
]


@pytest.mark.parametrize(("given", "words"), BAD)
def test_bad_inputs_change_nothing(given: dict[str, object], words: str) -> None:
    model = net("linear")
    before = [w.clone() for w in weights(model)]
    with pytest.raises(BadInput, match=words):
        run(model, ltviz.make_loss("ce", COUNTS), **given)
    assert all(torch.equal(a, b) for a, b in zip(before, weights(model), strict=True))


def test_narrow_labels_are_widened() -> None:
    wide, narrow = net("linear"), net("linear")
    run(wide, ltviz.make_loss("ce", COUNTS))
    run(narrow, ltviz.make_loss("ce", COUNTS), labels=LABELS.to(torch.uint8))
    assert torch.equal(wide.head.weight, narrow.head.weight)


def test_values_are_checked_again_after_the_loop() -> None:
    loss = ltviz.make_loss("ce", COUNTS)
    run(net("linear"), loss)
    with pytest.raises(BadInput, match="label 3"):
        loss(torch.zeros(1, 3), torch.tensor([3]))


def test_threads_are_given_back() -> None:
    torch.set_num_threads(2)
    with contextlib.suppress(RuntimeError), one_thread():
        assert torch.get_num_threads() == 1
        raise RuntimeError
    assert torch.get_num_threads() == 2


def test_quiet_when_not_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    caught = io.StringIO()
    monkeypatch.setattr("sys.stderr", caught)
    run(net("linear"), ltviz.make_loss("ce", COUNTS), progress=True)
    assert caught.getvalue() == ""
