"""How fast CIFAR-10-LT trains here, beside the recipe as it is usually written: ``ltviz bench train``."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from itertools import islice
from time import perf_counter

import numpy as np
import torch

from ltviz.bench._memory import peak_memory
from ltviz.bench._train_data import Data, of_one_net
from ltviz.bench._train_gpu import on_gpu
from ltviz.bench._train_result import REACH, RECIPE, LossRow, Row, TrainBench
from ltviz.losses import Outputs, make_loss
from ltviz.training.device import device_of
from ltviz.training.epoch import Epoch
from ltviz.training.pace import Pace

_ROUNDS, _STEPS, _LOOKS, _TEST, _LOSS_RUNS = 6, 5, 3, 512, 30


def train(device: str = "auto", check: bool = False, progress: Callable[[str], None] | None = None) -> TrainBench:
    """Measure ResNet-32 on CIFAR-10-LT (exp, 100), batch 128, basic augmentation, beside the usual recipe.

    Both train in this process. On a CPU, blocks of steps take turns, 30 steps each, so that another program on the
    machine meets both alike; an epoch is put together from step, augmentation and evaluation. On a GPU whole runs of
    200 epochs are trained, alone and six at once, and three epochs of the usual recipe. Both evaluate
    after every epoch. Images are random where CIFAR is not there.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        Where to compute.
    check : bool
        Whether the caller will act on `passed`: what misses a reach is then measured once more.
    progress : callable, optional
        Told one line per part.
    """
    place = device_of(device)
    data = Data.found()
    say = progress or (lambda line: None)
    measured = on_gpu if place.type == "cuda" else _on_cpu
    result = measured(data, place, say)
    if check and not result.passed:
        say(f"missed: {'; '.join(word for row in result.rows for word in result.missed(row))}; once more")
        result = measured(data, place, say)
    return result


def _on_cpu(data: Data, place: torch.device, say: Callable[[str], None]) -> TrainBench:
    ours, theirs = data.trainer(place), data.reference(place, _TEST)
    say(f"{_ROUNDS} x {_STEPS} steps each, in turn")
    running: Generator[int, None, Epoch] = ours.steps()
    _timed(running, 1, ours.pace)  # not counted: the first step prepares the convolutions, or compiles
    told: dict[str, list[float]] = {"ours": [], "theirs": []}
    their = theirs.steps()
    next(their)
    for _ in range(_ROUNDS):
        told["ours"] += _timed(running, _STEPS, ours.pace)
        told["theirs"] += islice(their, _STEPS)
    first = []  # an epoch's beginning, augmentation included, and its first step
    for _ in range(_LOOKS):
        running.close()
        running = ours.steps()
        first += _timed(running, 1, ours.pace)
    running.close()
    fast, slow = (float(np.median(told[who])) for who in ("ours", "theirs"))
    say("evaluation")
    share = len(data.test_images) / _TEST
    looks_of: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(_LOOKS):
        for name, evaluate in (("ours", lambda: ours.predict(data.test_images[:_TEST])), ("theirs", theirs.evaluate)):
            with ours.pace.limited() if name == "ours" else nullcontext():
                begun = perf_counter()
                evaluate()
                looks_of[name].append(share * (perf_counter() - begun))
    look = {name: float(np.median(times)) for name, times in looks_of.items()}
    steps = len(data.labels) / RECIPE.batch
    long = steps * slow + look["theirs"]
    short = steps * fast + max(float(np.median(first)) - fast, 0.0) + look["ours"]
    memory, n = peak_memory(place), len(data.labels)
    rows = (
        Row("the usual recipe", slow, look["theirs"], long, n, memory, 1.0),
        Row("one run", fast, look["ours"], short, n, memory, long / short),
    )
    say("losses")
    return TrainBench(data.where(place, ours), rows, _losses(data, fast), REACH[f"cpu, {ours.precision}"])


def _timed(running: Iterator[int], steps: int, pace: Pace) -> list[float]:
    """Return the seconds of each of the next steps."""
    told = []
    with pace.limited():
        for _ in range(steps):
            begun = perf_counter()
            next(running)
            told.append(perf_counter() - begun)
    return told


def _losses(data: Data, step: float) -> tuple[LossRow, ...]:
    """Return each loss's own time, and what it makes of a step: its share is too small to be seen in whole steps."""
    draw = torch.Generator().manual_seed(0)
    batch = RECIPE.batch
    labels = torch.from_numpy(data.labels[:: len(data.labels) // batch][:batch].copy())
    alone = {}
    for name in of_one_net():
        loss = make_loss(name, np.bincount(data.labels))
        scale = loss.logit_scale or 1.0
        times = []
        with loss.unchecked():
            for _ in range(_LOSS_RUNS):
                embedding = torch.randn(batch, 64, generator=draw)
                vectors = torch.randn(10, 64, generator=draw)
                cosine = torch.nn.functional.normalize(embedding) @ torch.nn.functional.normalize(vectors).T
                cosine.requires_grad_()
                embedding.requires_grad_()  # apart from the cosines: some losses ask it alone
                begun = perf_counter()
                loss(Outputs(scale * cosine, cosine, embedding, vectors), labels).backward()
                times.append(perf_counter() - begun)
        alone[name] = float(np.median(times))
    return tuple(LossRow(name, 1e3 * t, (step - alone["ce"] + t) / step) for name, t in alone.items())
