"""Which way of computing trains fastest on this machine: tried once, and remembered.

That depends on the processor (channels last wins where it has bfloat16, and loses on some that have not) and on what
else it does (two threads beside other work wait for each other).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import platform
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter

import torch

from ltviz.core import files
from ltviz.core.cache import cache_folder
from ltviz.core.errors import LtvizError
from ltviz.losses import Outputs, make_loss
from ltviz.methods.schedule import Recipe
from ltviz.models.resnet import ResNet
from ltviz.training._sgd import SGD
from ltviz.training.device import autocast
from ltviz.training.pace import Pace

FILE = "pace.json"
WORTH_TRYING = 100_000  # training images: some 20 minutes of one core, of which a trial takes half a one
WORTH_COMPILING = 2.0  # how many times the time of compiling must be saved
LONG = 20 * 60.0  # seconds: from where a trial of compiling, of some minutes itself, may be worth it
_BATCH, _ROUNDS = 128, 3


@dataclass(frozen=True)
class Measured:
    """What a pace came to: ResNet-32, batches of 128.

    Parameters
    ----------
    pace : Pace
        The way.
    trained, seen : float
        Images a second: of training, and of evaluation; 0 where the net could not be compiled.
    first : float
        Seconds of the first step and the first look, which compile.
    """

    pace: Pace
    trained: float
    seen: float
    first: float

    def seconds(self, trained: int, seen: int = 0) -> float:
        """Return how long so many images take, those of training and of evaluation."""
        return trained / self.trained + seen / self.seen + self.first * self.pace.compiled


def remembered(precision: str) -> list[Measured]:
    """Return what was measured here, with as many threads as torch may take; nothing where nothing was."""
    return [each for each in _tried(precision) if each.trained]


def _tried(precision: str) -> list[Measured]:
    """Return the same, with what was tried and did not work."""
    try:
        told = files.read_json(_file())[_here(precision)]["measured"]
        return [Measured(**{**each, "pace": Pace(**each["pace"])}) for each in told]
    except (LtvizError, KeyError, TypeError):
        return []


def fastest(precision: str, images: int) -> Measured | None:
    """Return the fastest way here to train on so many images in all, compiling counted; None where they are few.

    Once it was measured, the choice follows from the number of images alone: a run that is taken up again computes as
    before.

    Parameters
    ----------
    precision : {"fp32", "bf16"}
        In which the net computes.
    images : int
        Of all epochs together.
    """
    if images < WORTH_TRYING:
        return None
    known = _tried(precision) or _kept(precision, _measure(_written(), precision))
    plain = min((each for each in known if not each.pace.compiled), key=lambda each: each.seconds(images))
    if plain.seconds(images) < LONG:
        return plain
    if not any(each.pace.compiled for each in known) and _can_compile():
        compiled = [Pace(last, plain.pace.threads, compiled=True) for last in (True, False)]
        known = _kept(precision, [*known, *_measure(compiled, precision)])
    saved = {
        each: plain.seconds(images) - images / each.trained for each in known if each.pace.compiled and each.trained
    }
    worth = [each for each, seconds in saved.items() if seconds > WORTH_COMPILING * each.first]
    return min([plain, *worth], key=lambda each: each.seconds(images))


def _written() -> list[Pace]:
    """Return the ways of computing a net as it is written."""
    most = torch.get_num_threads()
    return [Pace(last, threads) for threads in sorted({1, most}) for last in (True, False)]


def _measure(paces: Sequence[Pace], precision: str) -> list[Measured]:
    """Return what each pace comes to, their steps in turn, so that another program on the machine meets all alike."""
    trials = {pace: _Trial(pace, precision) for pace in paces}
    first = {}
    failed = []
    for pace, trial in list(trials.items()):
        try:
            first[pace] = trial.step() + trial.look()
        except Exception:  # of any kind: a compiler may fail in many ways, and then there is the plain net
            if not pace.compiled:
                raise
            del trials[pace]
            failed.append(Measured(pace, 0.0, 0.0, 0.0))
    steps: dict[Pace, list[float]] = {pace: [] for pace in trials}
    looks: dict[Pace, list[float]] = {pace: [] for pace in trials}
    for _ in range(_ROUNDS):
        for pace, trial in trials.items():
            steps[pace].append(trial.step())
            looks[pace].append(trial.look())
    return [Measured(p, _BATCH / median(steps[p]), _BATCH / median(looks[p]), first[p]) for p in trials] + failed


class _Trial:
    """A net and a batch, to be timed."""

    def __init__(self, pace: Pace, precision: str) -> None:
        self.pace, self.precision, self.net = pace, precision, ResNet(32, 10)
        pace.begins(self.net)
        draw = torch.Generator().manual_seed(0)
        self.images = torch.randn(_BATCH, 3, 32, 32, generator=draw).contiguous(memory_format=pace.format)
        self.labels = torch.arange(_BATCH) % 10
        self.loss = make_loss("ce", [1] * 10)
        self.optimizer = SGD(self.net.parameters(), Recipe("trial", 1, _BATCH, 0.1, 2e-4))

    def step(self) -> float:
        """Take a step and return its seconds."""
        begun = perf_counter()
        with self.pace.limited():
            with autocast(torch.device("cpu"), self.precision):
                value = self.loss(Outputs(**self.net(self.images)._asdict()), self.labels)
            self.optimizer.clear()
            value.backward()
            self.optimizer.step()
        return perf_counter() - begun

    def look(self) -> float:
        """Evaluate a batch and return its seconds."""
        self.net.eval()
        begun = perf_counter()
        with (
            self.pace.limited(),
            torch.no_grad(),
            autocast(torch.device("cpu"), self.precision),
        ):
            self.net(self.images)
        self.net.train()
        return perf_counter() - begun


def _can_compile() -> bool:
    return any(map(shutil.which, (os.environ.get("CXX") or "g++", "clang++", "cl")))


def _kept(precision: str, measured: list[Measured]) -> list[Measured]:
    """Remember what was measured, and return it; where it cannot be written it is measured again another time."""
    date = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with contextlib.suppress(LtvizError):
        try:
            told = files.read_json(_file())
        except LtvizError:
            told = {}
        told[_here(precision)] = {"date": date, "measured": [asdict(each) for each in measured]}
        files.write_json(_file(), told)
    return measured


def _file() -> Path:
    return cache_folder() / FILE


def _here(precision: str) -> str:
    """Return what a measurement holds for: the processor, its threads, torch and the precision."""
    return (
        f"{_processor()}, {torch.get_num_threads()} of {os.cpu_count()} threads, torch {torch.__version__}, {precision}"
    )


@cache
def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
