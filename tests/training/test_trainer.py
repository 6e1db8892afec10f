"""The trainer: the plain page bit for bit, taken up anywhere, with inputs checked before anything changes."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor

from ltviz.core.errors import BadInput, CheckpointError, TrainingDiverged
from ltviz.methods.schedule import Recipe
from ltviz.methods.steps import At, Batch
from ltviz.methods.steps.plain import Plain
from ltviz.runs.run import run_epochs
from ltviz.training.device import device_of, has_bf16, precision_of
from ltviz.training.epoch import Epoch

from .plain import FEW, IMAGES, LABELS, MEAN, STD, Shuffled, of_the_page, plain_loop, same, trainer


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("fixed", [False, True], ids=["loop", "fixed-shape"])
def test_equals_the_plain_page_bit_for_bit(precision: str, fixed: bool) -> None:
    """Also the steps of fixed shape that a GPU records, here without recording, with a tail batch of 3."""
    ours = of_the_page(precision=precision)
    if fixed:
        ours._fix()
    told = [ours.run_epoch().loss for _ in range(5)]
    net, wanted = plain_loop(precision == "bf16")
    assert same(ours.model.state_dict(), net.state_dict())
    assert told == wanted
    assert ours.epoch == 5
    assert not ours.model.training


def test_images_are_normalised_as_the_papers_do() -> None:
    seen: list[Tensor] = []

    class Keep(Plain):
        def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
            seen.append(batches[0].images.clone())
            return super().value(batches, at)

    trainer(step=Keep(), recipe=Recipe("test", 1, 16, 0.05, 0.0)).run_epoch()
    wanted = (IMAGES[Shuffled().indices(0, 1)] / 255 - MEAN) / STD
    np.testing.assert_allclose(torch.cat(seen).permute(0, 2, 3, 1).numpy(), wanted, atol=1e-5)
    assert all(x.is_contiguous(memory_format=torch.channels_last) for x in seen)


@cache
def whole(precision: str) -> tuple[list[Epoch], list[dict[str, Tensor]]]:
    """Return the epochs of a run that is not cut, and its state after each."""
    run = trainer(**FEW, precision=precision)
    told = [(run.run_epoch(), run.state()) for _ in range(5)]
    return [epoch for epoch, _ in told], [state for _, state in told]


@pytest.mark.parametrize("fixed", [False, True], ids=["loop", "fixed-shape"])
@pytest.mark.parametrize(("stop", "precision"), [(1, "fp32"), (3, "fp32"), (3, "bf16"), (4, "fp32")])
def test_taken_up_again_it_ends_with_the_same_bits(stop: int, precision: str, fixed: bool) -> None:
    history, states = whole(precision)
    second = trainer(**FEW, precision=precision)
    if fixed:
        second._fix()
    second.load(states[stop - 1], stop)
    assert second.epoch == stop
    assert [second.run_epoch() for _ in range(5 - stop)] == history[stop:]
    assert same(states[-1], second.state())


def test_state_is_a_copy_that_no_later_step_moves() -> None:
    run = trainer()
    run.run_epoch()
    kept = run.state()
    before = {name: tensor.clone() for name, tensor in kept.items()}
    run.run_epoch()
    assert same(kept, before)
    assert not same(kept, run.state())
    assert all(tensor.is_contiguous() and tensor.device.type == "cpu" for tensor in kept.values())
    names = {name.split(".")[0] for name in kept}
    assert names == {"model", "momentum", "loss"}
    assert "loss.class_weight" in kept


def damaged(change: str) -> dict[str, Tensor]:
    state = trainer().state()
    if change == "lacks":
        del state["momentum.stem.weight"]
    elif change == "also":
        state["model.other"] = torch.zeros(1)
    elif change == "shape":
        state["model.stem.weight"] = state["model.stem.weight"][:1]
    elif change == "type":
        state["model.stem.weight"] = state["model.stem.weight"].double()
    elif change == "nan":
        state["model.stem.weight"][0, 0, 0, 0] = float("nan")
    elif change == "counts":
        state["loss.counts"] = torch.tensor([20, 9, 7])
    return state


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("lacks", "lacks 'momentum.stem.weight'"),
        ("also", "also holds 'model.other'"),
        ("shape", "model.stem.weight is"),
        ("type", "torch.float64"),
        ("nan", "model.stem.weight holds NaN"),
        ("counts", r"other class counts: \[20, 9, 7\], here \[20, 9, 6\]"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change: str, words: str) -> None:
    run = trainer()
    run.run_epoch()
    before = run.state()
    with pytest.raises(CheckpointError, match=words):
        run.load(damaged(change), 1)
    assert same(before, run.state())
    assert run.epoch == 1


def test_predictions_are_float32_in_evaluation_mode_and_change_nothing() -> None:
    run = trainer(precision="bf16")
    run.run_epoch()
    before = run.state()
    features = run.predict(IMAGES)
    assert same(before, run.state())
    assert {features.logits.dtype, features.embedding.dtype, features.prototypes.dtype} == {torch.float32}
    assert features.logits.shape == (35, 3)
    assert not features.logits.requires_grad
    one_by_one = torch.cat([run.predict(IMAGES[i : i + 1]).logits for i in range(5)])
    torch.testing.assert_close(one_by_one, features.logits[:5], rtol=0.1, atol=0.2)
    with pytest.raises(BadInput, match="like those of the training"):
        run.predict(IMAGES.astype(np.float32))
    with pytest.raises(BadInput, match="like those of the training"):
        run.predict(IMAGES[:0])


def test_a_mapped_file_that_is_read_only_is_taken(tmp_path: object) -> None:
    path = f"{tmp_path}/images.npy"
    np.save(path, IMAGES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer(images=np.load(path, mmap_mode="r")).run_epoch()


def test_steps_are_counted_and_may_be_left_half_way() -> None:
    run = trainer()
    assert list(run.steps()) == [3, 3, 3]
    kept, running = run.state(), run.steps()
    next(running)
    running.close()
    assert run.epoch == 1
    assert run.loss.values_checked
    run.load(kept, 1)
    other = trainer()
    other.run_epoch()
    assert run.run_epoch() == other.run_epoch()


def test_divergence_names_the_step_and_ends_no_other_run() -> None:
    calls = iter(range(100))

    class Bad(Plain):
        def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
            return super().value(batches, at) * (float("nan") if next(calls) == 4 else 1.0)

    alone = [trainer(seed=1).run_epoch()]
    runs = [trainer(step=Bad()), trainer(seed=1)]
    first = run_epochs(runs)
    assert first[1] == alone[0]
    second = run_epochs(runs)
    assert isinstance(second[0], TrainingDiverged)
    assert "step 4 (epoch 1, batch 1) with learning rate 0.05" in str(second[0])
    assert runs[0].epoch == 1
    assert runs[1].epoch == 2


def test_runs_side_by_side_are_the_runs_alone() -> None:
    alone = [trainer(seed=s) for s in (0, 1, 2)]
    wanted = [[run.run_epoch() for _ in range(2)] for run in alone]
    together = [trainer(seed=s) for s in (0, 1, 2)]
    got = [run_epochs(together) for _ in range(2)]
    assert [list(each) for each in zip(*got, strict=True)] == wanted
    assert all(same(a.state(), b.state()) for a, b in zip(alone, together, strict=True))


def test_after_the_last_epoch_there_is_none() -> None:
    run = trainer(recipe=Recipe("test", 1, 16, 0.05, 0.0), schedule=None, deferred_weight=None)
    run.run_epoch()
    with pytest.raises(BadInput, match="all 1 epochs are done"):
        run.run_epoch()


BAD = [
    ({"images": IMAGES[..., :1]}, r"uint8 \(N, height, width, 3\)"),
    ({"images": IMAGES.astype(np.float32)}, "floating point ones are taken as they are|augmentation is 'basic'"),
    ({"labels": LABELS[:-1]}, "34 labels for 35 images"),
    ({"labels": LABELS + 1}, "label 3 at row 29"),
    ({"mean": (0.5, 0.5)}, "three values"),
    ({"std": (0.5, 0.5, 0.0)}, r"std\[2\]"),
    ({"mean": (125.0, 122.0, 113.0)}, r"mean\[0\] must be a number from 0 to 1"),
    ({"recipe": Recipe("t", 1, 16, 0.05, 0.0, augmentation="strng")}, "augmentation must be one of"),
    ({"recipe": Recipe("t", 1, 1, 0.05, 0.0)}, "batch is 1"),
    ({"precision": "fp16"}, "precision must be one of"),
    ({"device": "gpu"}, "device must be"),
    ({"seed": -1}, "seed"),
    ({"deferred_weight": None}, "deferred_weight"),
]


@pytest.mark.parametrize(("given", "words"), BAD)
def test_bad_inputs(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        trainer(**given)


def test_devices_and_precisions_by_name() -> None:
    cpu = torch.device("cpu")
    assert device_of("cpu") == cpu
    assert device_of("auto").type in ("cpu", "cuda")
    assert precision_of("fp32", cpu) == "fp32"
    assert precision_of("bf16", cpu) == "bf16"
    assert precision_of("auto", cpu) == ("bf16" if has_bf16(cpu) else "fp32")
