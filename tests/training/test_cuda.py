"""Recorded steps: their order around a CUDA graph with a stand-in, and on a GPU where there is one."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
import torch
from torch import Tensor

import ltviz
from ltviz.bench._train_data import of_one_net
from ltviz.core.errors import BadInput
from ltviz.losses import Loss
from ltviz.losses._registry import shipped
from ltviz.methods import steps
from ltviz.methods.steps import At, Batch
from ltviz.models.resnet import ResNet
from ltviz.runs.run import run_epochs
from ltviz.training import augment
from ltviz.training._recorded_steps import FixedSteps, recordable

from .plain import COUNTS, IMAGES, Shuffled, of_the_page, plain_loop, same, trainer

WITHOUT_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


PLAIN = steps.make("plain")


class _Heedful(ltviz.Loss):
    title, source = "a loss that looks at progress", "test"

    def set_progress(self, progress: float) -> None:
        self.progress = progress


class _Unknown(ltviz.Loss):
    title, source = "a loss of someone's own, which may read values", "test"


def test_only_steps_that_stay_the_same_are_recorded() -> None:
    for name in shipped():
        loss = ltviz.make_loss(name, COUNTS)
        same = not loss.draws and type(loss).set_progress is Loss.set_progress
        assert recordable(PLAIN, loss) == same, name
    for name in steps.NAMES:
        step = steps.make(name)
        assert recordable(step, ltviz.make_loss("ce", COUNTS)) == step.replayable
    assert not recordable(PLAIN, _Heedful(COUNTS))
    assert not recordable(PLAIN, _Unknown(COUNTS))


@pytest.mark.parametrize("name", [name for name in of_one_net() if not ltviz.losses()[name].draws])
def test_a_step_reads_no_value_from_its_device(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a device that has no values: what would wait for a GPU, or meet a tensor of the host, is an error here."""
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())
    loss = ltviz.make_loss(name, COUNTS).to("meta")
    net = ResNet(8, 3, "cosine" if loss.uses == "cosine" else "linear").to("meta", memory_format=torch.channels_last)
    images = torch.empty(16, 32, 32, 3, dtype=torch.uint8, device="meta")
    labels = torch.empty(16, dtype=torch.int64, device="meta")
    scale = torch.empty(3, 1, 1, device="meta")
    with loss.unchecked():
        batch = Batch((torch.addcmul(scale, images.permute(0, 3, 1, 2), scale),), labels)
        PLAIN.value((batch,), At(net, loss, None, 0, 1, 0.0, 0, 0, images.device)).backward()
    assert all(p.grad is None or p.grad.stride() == p.stride() for p in net.parameters()), (
        "the fused optimizer wants the same order"
    )


@pytest.mark.parametrize("name", ["basic", "strong"])
def test_augmentation_reads_no_value_from_its_device(name: str) -> None:
    images = torch.empty(IMAGES.shape, dtype=torch.uint8, device="meta")
    assert augment.AUGMENTATIONS[name](images, Shuffled().indices(0, 1), 1, 2).shape == IMAGES.shape


def test_a_trainer_that_is_done_with_frees_its_memory_at_once() -> None:
    run = trainer()
    run._fix()
    run.run_epoch()
    seen = weakref.ref(run)
    gc.disable()
    try:
        del run
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_gpu_it_says_so() -> None:
    with pytest.raises(BadInput, match="no CUDA device"):
        trainer(device="cuda")


def test_recording_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of things around a CUDA graph, with a stand-in: it notes buffers instead of recording kernels."""
    run = of_the_page(precision="bf16")
    run._fix()
    assert run._fixed is not None
    update, warm, pools, tapes = run._fixed._update, [], [], []

    class Tape:
        def replay(self) -> None:
            self.loss.copy_(update(self.batches))

    @contextmanager
    def graph(tape: Tape, pool: object, stream: object) -> Iterator[None]:
        pools.append(pool)
        tapes.append(tape)
        recording.append(tape)
        yield
        recording.pop()

    recording: list[Tape] = []

    def noted(batches: tuple[Batch, ...]) -> Tensor:
        if not recording:
            warm.append(len(batches[0].labels))
            return update(batches)
        tape = recording[0]
        tape.batches, tape.loss = batches, torch.full((), float("nan"))
        return tape.loss

    monkeypatch.setattr(torch.cuda, "CUDAGraph", Tape)
    monkeypatch.setattr(torch.cuda, "graph", graph)
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", object)
    run._fixed = FixedSteps(noted, lambda: run._state().values(), stream=object())
    told = [run.run_epoch().loss for _ in range(5)]
    net, wanted = plain_loop(bf16=True)
    assert told == wanted
    assert same(run.model.state_dict(), net.state_dict())
    assert warm == [6] * 3 + [3] * 3
    assert [len(tape.batches[0].labels) for tape in tapes] == [6, 3]
    assert pools[0] is pools[1]
    assert not torch.backends.cudnn.benchmark


@pytest.mark.cuda
@WITHOUT_CUDA
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_recorded_steps_are_the_steps_taken_one_by_one(precision: str) -> None:
    recorded, eager = (trainer(device="cuda", precision=precision, recorded=each) for each in (True, False))
    for _ in range(5):
        ours, theirs = recorded.run_epoch(), eager.run_epoch()
        assert ours.loss == pytest.approx(theirs.loss, rel=0.02)
        assert ours.reweighted == theirs.reweighted
    torch.testing.assert_close(recorded.predict(IMAGES).logits, eager.predict(IMAGES).logits, rtol=0.1, atol=0.5)


@pytest.mark.cuda
@WITHOUT_CUDA
def test_the_first_steps_on_a_gpu_are_those_on_a_cpu() -> None:
    on_gpu, on_cpu = trainer(device="cuda"), trainer()
    assert on_gpu.run_epoch().loss == pytest.approx(on_cpu.run_epoch().loss, rel=1e-2)


@pytest.mark.cuda
@WITHOUT_CUDA
def test_taken_up_again_on_a_gpu() -> None:
    whole, first, second = (trainer(device="cuda") for _ in range(3))
    history = [whole.run_epoch() for _ in range(5)]
    for _ in range(3):
        first.run_epoch()
    second.load(first.state(), 3)
    assert [second.run_epoch().loss for _ in range(2)] == pytest.approx([e.loss for e in history[3:]], rel=1e-2)


@pytest.mark.cuda
@WITHOUT_CUDA
def test_runs_at_once_on_a_gpu_are_the_runs_alone() -> None:
    alone = [trainer(seed=s, device="cuda") for s in range(4)]
    wanted = [[run.run_epoch().loss for _ in range(3)] for run in alone]
    together = [trainer(seed=s, device="cuda") for s in range(4)]
    got = [run_epochs(together) for _ in range(3)]
    for k in range(4):
        assert [epochs[k].loss for epochs in got] == pytest.approx(wanted[k], rel=1e-2)


@pytest.mark.cuda
@WITHOUT_CUDA
@pytest.mark.parametrize("name", of_one_net())
def test_every_loss_can_be_recorded(name: str) -> None:
    run = trainer(loss=name, device="cuda", precision="bf16")
    assert [np.isfinite(run.run_epoch().loss) for _ in range(2)] == [True, True]


@pytest.mark.cuda
@WITHOUT_CUDA
def test_augmentation_is_the_same_on_every_device() -> None:
    images = torch.from_numpy(IMAGES)
    rows = Shuffled().indices(0, 5)
    assert torch.equal(augment.basic(images, rows, 1, 2), augment.basic(images.to("cuda"), rows, 1, 2).cpu())
    near = augment.strong(images, rows, 1, 2).int() - augment.strong(images.to("cuda"), rows, 1, 2).cpu().int()
    assert float((near.abs() > 1).float().mean()) < 1e-3
