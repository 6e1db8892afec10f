from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import ltviz
from ltviz.core.errors import BadInput, CheckpointError, TrainingDiverged
from ltviz.losses import Outputs
from ltviz.losses._registry import shipped
from ltviz.models.resnet import ResNet
from ltviz.training import augment
from ltviz.training._cuda import FixedSteps, recordable, run_epochs
from ltviz.training._place import device_of, has_bf16, precision_of
from ltviz.training.schedules import Recipe, Schedule
from ltviz.training.steps import Batch, plain
from ltviz.training.trainer import Trainer

COUNTS = [20, 9, 6]
LABELS = np.repeat(np.arange(3), COUNTS)
IMAGES = np.random.default_rng(0).integers(0, 256, (35, 32, 32, 3), np.uint8)
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
WEIGHT = torch.tensor([0.2, 0.8, 2.0])
RECIPE = Recipe("test", epochs=5, batch=16, rate=0.05, decay=2e-4, augmentation="basic")
WITHOUT_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


class Shuffled:
    def indices(self, epoch: int, epochs: int) -> np.ndarray:
        return np.random.default_rng(epoch).permutation(35)


def trainer(loss: str = "ldam", seed: int = 0, **given: object) -> Trainer:
    made = ltviz.make_loss(loss, COUNTS)
    cosine = made.uses == "cosine"
    net = ResNet(8, 3, "cosine" if cosine else "linear", scale=30.0 if cosine else 1.0, seed=seed)
    return Trainer(
        net,
        made,
        **{
            "images": IMAGES,
            "labels": LABELS,
            "sampler": Shuffled(),
            "recipe": RECIPE,
            "schedule": Schedule(deferred=0.6),
            "deferred_weight": WEIGHT,
            "seed": seed,
            "mean": MEAN,
            "std": STD,
            "precision": "fp32",
            **given,
        },
    )


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def plain_loop(bf16: bool) -> tuple[nn.Module, list[float]]:
    """The same training, written as one would."""
    net = ResNet(8, 3, "cosine", scale=30.0).to(memory_format=torch.channels_last)
    loss = ltviz.make_loss("ldam", COUNTS)
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0, momentum=0.9, weight_decay=2e-4, fused=True)
    mean, std = (torch.tensor(x, dtype=torch.float64).view(3, 1, 1) for x in (MEAN, STD))
    scale, shift = (1 / (255 * std)).float(), (-mean / std).float()
    told = []
    for epoch in range(5):
        optimizer.param_groups[0]["lr"] = 0.05 * [1, 1, 1, 1, 0.0001][epoch]
        if epoch == 3:
            loss.set_class_weight(WEIGHT)
        net.train()
        order = np.random.default_rng(epoch).permutation(35)
        images = augment.basic(torch.from_numpy(IMAGES), order, epoch, 0)
        values = []
        for begin in (0, 16, 32):
            x = torch.addcmul(shift, images[begin : begin + 16].permute(0, 3, 1, 2), scale)
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                value = loss(Outputs(**net(x)._asdict()), torch.from_numpy(LABELS[order[begin : begin + 16]]))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            values.append(value.detach())
        told.append(float(torch.stack(values).mean()))
    return net, told


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("fixed", [False, True], ids=["loop", "fixed-shape"])
def test_equals_a_plain_loop_bit_for_bit(precision: str, fixed: bool) -> None:
    """Also the steps of fixed shape that a GPU records, here without recording, with a tail batch of 3."""
    ours = trainer(precision=precision)
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

    def keep(model: nn.Module, loss: ltviz.Loss, batch: Batch, progress: float) -> Tensor:
        seen.append(batch.images.clone())
        return plain(model, loss, batch, progress)

    trainer(step=keep, recipe=Recipe("test", 1, 16, 0.05, 0.0)).run_epoch()
    wanted = (IMAGES[Shuffled().indices(0, 1)] / 255 - MEAN) / STD
    np.testing.assert_allclose(torch.cat(seen).permute(0, 2, 3, 1).numpy(), wanted, atol=1e-5)
    assert all(x.is_contiguous(memory_format=torch.channels_last) for x in seen)


@pytest.mark.parametrize("fixed", [False, True], ids=["loop", "fixed-shape"])
@pytest.mark.parametrize(("stop", "precision"), [(1, "fp32"), (3, "fp32"), (3, "bf16"), (4, "fp32")])
def test_taken_up_again_it_ends_with_the_same_bits(stop: int, precision: str, fixed: bool) -> None:
    whole, first, second = (trainer(precision=precision) for _ in range(3))
    history = [whole.run_epoch() for _ in range(5)]
    for _ in range(stop):
        first.run_epoch()
    if fixed:
        second._fix()
    second.load(first.state(), stop)
    assert second.epoch == stop
    assert [second.run_epoch() for _ in range(5 - stop)] == history[stop:]
    assert same(whole.state(), second.state())


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


def test_ticks_count_the_steps_and_may_stop_them() -> None:
    seen: list[tuple[int, int]] = []
    run = trainer()
    run.run_epoch(lambda done, steps: seen.append((done, steps)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    kept = run.state()

    def stop(done: int, steps: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.run_epoch(stop)
    assert run.epoch == 1
    assert run.loss.values_checked
    run.load(kept, 1)
    other = trainer()
    other.run_epoch()
    assert run.run_epoch() == other.run_epoch()


def test_divergence_names_the_step_and_ends_no_other_run() -> None:
    calls = iter(range(100))

    def bad(model: nn.Module, loss: ltviz.Loss, batch: Batch, progress: float) -> Tensor:
        return plain(model, loss, batch, progress) * (float("nan") if next(calls) == 4 else 1.0)

    alone = [trainer(seed=1).run_epoch()]
    runs = [trainer(step=bad), trainer(seed=1)]
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


class _Heedful(ltviz.Loss):
    title, source = "a loss that looks at progress", "test"

    def set_progress(self, progress: float) -> None:
        self.progress = progress


def test_only_steps_that_stay_the_same_are_recorded() -> None:
    for name in shipped():
        assert recordable(plain, ltviz.make_loss(name, COUNTS)), name
    assert not recordable(lambda *_: torch.zeros(()), ltviz.make_loss("ce", COUNTS))
    assert not recordable(plain, _Heedful(COUNTS))


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


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_gpu_it_says_so() -> None:
    with pytest.raises(BadInput, match="no CUDA device"):
        trainer(device="cuda")


def test_recording_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of things around a CUDA graph, with a stand-in: it notes buffers instead of recording kernels."""
    run = trainer(precision="bf16")
    run._fix()
    assert run._fixed is not None
    update, warm, pools, tapes = run._fixed._update, [], [], []

    class Tape:
        def replay(self) -> None:
            self.loss.copy_(update(self.images, self.labels))

    @contextmanager
    def graph(tape: Tape, pool: object, stream: object) -> Iterator[None]:
        pools.append(pool)
        tapes.append(tape)
        recording.append(tape)
        yield
        recording.pop()

    recording: list[Tape] = []

    def noted(images: Tensor, labels: Tensor) -> Tensor:
        if not recording:
            warm.append(len(images))
            return update(images, labels)
        tape = recording[0]
        tape.images, tape.labels, tape.loss = images, labels, torch.full((), float("nan"))
        return tape.loss

    monkeypatch.setattr(torch.cuda, "CUDAGraph", Tape)
    monkeypatch.setattr(torch.cuda, "graph", graph)
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", object)
    run._fixed = FixedSteps(noted, run._moved, stream=object())
    told = [run.run_epoch().loss for _ in range(5)]
    net, wanted = plain_loop(bf16=True)
    assert told == wanted
    assert same(run.model.state_dict(), net.state_dict())
    assert warm == [16] * 3 + [3] * 3
    assert [len(tape.images) for tape in tapes] == [16, 3]
    assert pools[0] is pools[1]
    assert not torch.backends.cudnn.benchmark


# On a GPU -----------------------------------------------------------------------------------------------------------


@pytest.mark.cuda
@WITHOUT_CUDA
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_recorded_steps_are_the_steps_taken_one_by_one(precision: str) -> None:
    recorded, eager = (trainer(device="cuda", precision=precision) for _ in range(2))
    eager._fixed = None
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
@pytest.mark.parametrize("name", sorted(shipped()))
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
