"""How a CPU computes: formats and compiling change rounding alone, and the fastest way is found once and kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ltviz.core.errors import BadInput
from ltviz.methods import METHODS
from ltviz.methods.steps import make
from ltviz.methods.steps.meta_weight_net import MetaWeightNet
from ltviz.models.table import make_model
from ltviz.runs import duration
from ltviz.runs.recorded import Shared
from ltviz.training import probe
from ltviz.training.pace import Pace
from ltviz.training.probe import Measured, fastest, remembered
from ltviz.training.trainer import Trainer

from .plain import FEW, same, trainer

FIRST = Pace(channels_last=False, threads=1)
LAST = Pace(channels_last=True, threads=1)
COMPILED = Pace(channels_last=True, threads=1, compiled=True)
SPEEDS = {FIRST: 80.0, LAST: 100.0, COMPILED: 125.0}


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[Pace]]:
    """What was tried, one list a trial; nothing is computed."""
    told: list[list[Pace]] = []

    def measure(paces: Sequence[Pace], precision: str) -> list[Measured]:
        told.append(list(paces))
        return [Measured(pace, SPEEDS[pace], 4 * SPEEDS[pace], 60.0) for pace in paces if pace in SPEEDS]

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(probe, "_measure", measure)
    monkeypatch.setattr(probe, "_can_compile", lambda: True)
    return told


def test_the_memorys_format_changes_rounding_alone() -> None:
    last, first = (trainer(**FEW, pace=Pace(channels_last=each)) for each in (True, False))
    assert [p.is_contiguous() for p in first.model.parameters() if p.ndim == 4] == [True] * 7
    told = [[run.run_epoch().loss for _ in range(3)] for run in (last, first)]
    np.testing.assert_allclose(*told, rtol=1e-4)


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
@pytest.mark.skipif(not probe._can_compile(), reason="there is no C++ compiler")
@pytest.mark.parametrize("bbn", [False, True])
def test_compiling_changes_rounding_alone(bbn: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In training and in evaluation, by the real compiler; BBN's share of its branches differs in each epoch."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def run(compiled: bool) -> Trainer:
        if not bbn:
            return trainer(**FEW, pace=Pace(compiled=compiled))
        net = make_model("resnet8_two_branch", 3, seed=0)
        made = trainer("ce", net=net, step=make("bbn"), **FEW, pace=Pace(compiled=compiled))
        made.load(made.state(), 3)  # both branches count from here on
        return made

    written, compiled = run(False), run(True)
    losses = [[each.run_epoch().loss for _ in range(2)] for each in (written, compiled)]
    np.testing.assert_allclose(*losses, rtol=1e-4)
    written.load(
        compiled.state(), compiled.epoch
    )  # steps on six images make more of rounding: now both have the same weights
    images = np.random.default_rng(0).integers(256, size=(130, 32, 32, 3), dtype=np.uint8)
    seen = [each.predict(images).logits for each in (written, compiled)]
    np.testing.assert_allclose(*seen, rtol=1e-5, atol=1e-5)


def test_whole_batches_are_compiled_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the compiler, which takes a minute: results are then the same bit for bit, also when cut."""
    seen: list[int] = []
    stances = ["default"]

    def compile(net: nn.Module, dynamic: bool) -> None:
        def called(images: torch.Tensor) -> object:
            if stances[-1] == "default":
                seen.append(len(images))
            return net._call_impl(images)

        net._compiled_call_impl = called

    @contextlib.contextmanager
    def stance(name: str) -> Iterator[None]:
        stances.append(name)
        yield
        stances.pop()

    monkeypatch.setattr(nn.Module, "compile", compile)
    monkeypatch.setattr(torch.compiler, "set_stance", stance)
    written, compiled, cut = (trainer(**FEW, pace=Pace(compiled=each)) for each in (False, True, True))
    for _ in range(2):
        assert written.run_epoch().loss == compiled.run_epoch().loss
    assert seen == [6, 6] * 2, "15 rows are two batches of 6 and one of 3"
    cut.run_epoch()
    again = trainer(**FEW, pace=Pace(compiled=True))
    again.load(cut.state(), 1)
    again.run_epoch()
    assert same(again.state(), compiled.state())
    assert same(again.state(), written.state())
    count = len(seen)
    compiled.predict(np.zeros((300, 32, 32, 3), np.uint8))
    assert seen[count:] == [128, 128], "300 images of a test are two batches of 128 and one of 44"
    assert stances == ["default"]


def test_a_step_that_differentiates_through_the_net_leaves_it_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.Module, "compile", None)
    assert trainer(**FEW, step=MetaWeightNet(), pace=COMPILED).pace == LAST


def test_threads_are_limited_inside_alone() -> None:
    before = torch.get_num_threads()
    with Pace(threads=before + 1).limited():
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    assert (str(COMPILED), str(Pace(threads=2))) == ("channels last, 1 thread, compiled", "channels last, 2 threads")


def test_the_fastest_way_is_tried_once(tried: list[list[Pace]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert fastest("fp32", 1000) is None
    assert tried == []
    told = fastest("fp32", 110_000)
    assert told is not None
    assert told.pace == LAST, "18 minutes: too few for a trial of the compiler"
    assert len(tried) == 1
    assert {pace.threads for pace in tried[0]} == {1, torch.get_num_threads()}
    assert [fastest("fp32", n).pace for n in (110_000, 496_000, 130_000, 110_000)] == [LAST, COMPILED, COMPILED, LAST]  # type: ignore[union-attr]
    assert len(tried) == 2
    assert {pace.compiled for pace in tried[1]} == {True}
    assert fastest("bf16", 110_000) is not None
    assert len(tried) == 3
    with Pace(threads=torch.get_num_threads() + 1).limited():
        assert remembered("fp32") == []
    (probe._file()).write_text("{")
    assert remembered("fp32") == []
    assert fastest("fp32", 110_000) is not None
    assert len(tried) == 4


def test_a_compiler_that_gains_little_is_left(tried: list[list[Pace]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SPEEDS, COMPILED, 101.0)
    told = fastest("fp32", 500_000)
    assert told is not None
    assert told.pace == LAST


def test_a_compiler_that_fails_is_left_out_and_not_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compiled: list[Pace] = []

    class Trial:
        def __init__(self, pace: Pace, precision: str) -> None:
            self.pace = pace
            compiled.extend([pace] * pace.compiled)

        def step(self) -> float:
            if self.pace.compiled:
                raise RuntimeError("no compiler")
            return 2.0

        look = step

    monkeypatch.setattr(probe, "_Trial", Trial)
    monkeypatch.setattr(probe, "_can_compile", lambda: True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for _ in range(2):
        told = fastest("fp32", 500_000)
        assert told is not None
        assert (told.trained, told.pace.compiled) == (64.0, False)
        assert len(compiled) == 2, "channels last and first, once"
    assert not any(each.pace.compiled for each in remembered("fp32"))


def test_how_long_a_run_should_take(tried: list[list[Pace]]) -> None:
    erm = METHODS["erm"]
    assert duration.expected(erm, 1000, 0, "fp32", None, ()) is None
    fastest("fp32", 110_000)
    assert duration.expected(erm, 6000, 4000, "fp32", LAST, ()) == 60 + 10
    assert duration.expected(erm, 6000, 0, "fp32", FIRST, ()) == 75
    assert duration.expected(erm, 6000, 0, "fp32", Pace(), ()) is None
    assert [duration.in_words(each) for each in (40, 1500, 12600)] == ["40 s", "25 min", "3.5 h"]


def test_a_pace_has_one_of_two_names() -> None:
    with pytest.raises(BadInput, match="pace"):
        Shared(pace="fast")
