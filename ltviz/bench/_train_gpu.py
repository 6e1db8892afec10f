"""`ltviz bench train` on a GPU: whole runs, alone and several at once."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np
import torch

from ltviz.bench._memory import peak_memory
from ltviz.bench._train_data import Data, of_one_net
from ltviz.bench._train_result import REACH, RECIPE, LossRow, Row, TrainBench
from ltviz.runs.run import run_epochs

TOGETHER = 6
_REFERENCE_EPOCHS = 3


def on_gpu(data: Data, place: torch.device, say: Callable[[str], None]) -> TrainBench:
    """Return what was measured."""
    say(f"{_REFERENCE_EPOCHS} epochs of the usual recipe")
    torch.cuda.reset_peak_memory_stats(place)
    theirs, told = data.reference(place, len(data.test_images)), []
    for _ in range(1 + _REFERENCE_EPOCHS):  # the first one starts the workers and is not counted
        begun = perf_counter()
        steps = sum(1 for _ in theirs.steps())
        trained = perf_counter() - begun
        theirs.evaluate()
        told.append((trained / steps, perf_counter() - begun - trained))
    step, look = np.median(told[1:], axis=0).tolist()
    usual = steps * step + look
    n = len(data.labels)
    rows = [Row("the usual recipe", step, look, usual, n, peak_memory(place), 1.0)]
    for runs in (1, TOGETHER):
        name = "one run" if runs == 1 else f"{runs} runs at once"
        say(f"{name}, {RECIPE.epochs} epochs")
        torch.cuda.empty_cache()  # what others left reserved is no run's memory
        torch.cuda.reset_peak_memory_stats(place)
        rows.append(_whole_runs(name, data, place, runs, steps, usual))
    say("losses")
    ours = data.trainer(place)
    times = {name: _replayed(data, place, name) for name in of_one_net()}
    per_loss = tuple(LossRow(name, 1e3 * (t - times["ce"]), t / times["ce"]) for name, t in times.items())
    return TrainBench(data.where(place, ours), tuple(rows), per_loss, REACH["cuda"])


def _whole_runs(name: str, data: Data, place: torch.device, runs: int, steps: int, usual: float) -> Row:
    """Train so many runs at once from beginning to end, recording included; times are of one of them."""
    test = torch.from_numpy(data.test_images).to(place)
    begun, looked = perf_counter(), []
    trainers = [data.trainer(place, seed=seed) for seed in range(runs)]
    for _ in range(RECIPE.epochs):
        for done in run_epochs(trainers):
            if isinstance(done, Exception):
                raise done
        since = perf_counter()
        for trainer in trainers:
            trainer.predict(test)
        looked.append((perf_counter() - since) / runs)
    each = (perf_counter() - begun) / runs
    step = (each - sum(looked)) / (RECIPE.epochs * steps)
    epoch_seconds = each / RECIPE.epochs
    memory = peak_memory(place)
    return Row(name, step, float(np.median(looked)), epoch_seconds, len(data.labels), memory, usual / epoch_seconds)


def _replayed(data: Data, place: torch.device, loss: str) -> float:
    """Return the seconds of a step with this loss: of two epochs after the one that records."""
    trainer = data.trainer(place, loss=loss)
    trainer.run_epoch()
    begun = perf_counter()
    for _ in range(2):
        trainer.run_epoch()
    return (perf_counter() - begun) / (2 * -(-len(data.labels) // RECIPE.batch))
