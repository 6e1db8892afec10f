"""Runs side by side on one device: their steps taken in turn, and none that fails ends another."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial

from ltviz.runs.checkpoint import CheckpointWarning
from ltviz.runs.run import LiveRun
from ltviz.runs.stopping import whole
from ltviz.training.epoch import FAULTS, Epoch
from ltviz.training.trainer import Trainer


def run_epochs(trainers: Sequence[Trainer], stepped: Sequence[Callable[[], object]] = ()) -> list[Epoch | Exception]:
    """Run one epoch of each trainer, their steps taken in turn: on a GPU they compute at the same time.

    One that diverges, or that the machine fails, gives its error in place of its epoch; the others go on. `stepped`,
    where it is given, has a callable for each, to be called whenever it has launched a step.
    """
    running = {k: trainer.steps() for k, trainer in enumerate(trainers)}
    ended: dict[int, Epoch | Exception] = {}
    while running:
        for k in tuple(running):
            try:
                next(running[k])
                if stepped:
                    stepped[k]()
            except StopIteration as end:
                ended[k] = end.value
            except FAULTS as error:
                ended[k] = error
            if k in ended:
                del running[k]
    return [ended[k] for k in range(len(trainers))]


def run(runs: Sequence[LiveRun], progress: bool) -> dict[int, Exception]:
    """Train all to the end, their epochs side by side; return what ended each that failed, by its place.

    On a GPU they compute at the same time. After a signal, or Ctrl-C in a notebook, all are saved.
    """
    failed: dict[int, Exception] = {}
    with ExitStack() as bars:
        first: dict[int, LiveRun] = {}  # the first run of each trainer: runs may share one
        for one in runs:
            lead = first.setdefault(id(one.trainer), one)
            shares = "" if lead is one else lead.name
            bars.enter_context(one.begin(together=len(runs), shown=progress, shares=shares))
        try:
            while going := {k: one for k, one in enumerate(runs) if k not in failed and not one.done}:
                held = all(one.saver.quick for one in going.values())
                with whole() if held else nullcontext():
                    for one in going.values():
                        one.saver.before(held=held)
                    epochs = _epochs(list(going.values()))
                    for k, one in going.items():
                        try:
                            one.after(epochs[id(one.trainer)])
                        except FAULTS as error:
                            failed[k] = error
            failed |= _saved(runs, failed)  # measuring and recording take a while yet
        except BaseException:
            with whole():  # another signal must not keep the others from it
                for k, fault in _saved(runs, failed).items():
                    warnings.warn(f"{runs[k].name} could not be saved: {fault}", CheckpointWarning, stacklevel=2)
            raise
    return failed


def _epochs(runs: Sequence[LiveRun]) -> dict[int, Epoch | Exception]:
    """Run one epoch of each trainer that has a run, once for all that share it; return what came of it, by its id."""
    trainers = {id(one.trainer): one.trainer for one in runs}

    def stepped(trainer: int) -> None:
        for one in runs:
            if id(one.trainer) == trainer:
                one.progress.step()

    epochs = run_epochs(list(trainers.values()), [partial(stepped, trainer) for trainer in trainers])
    return dict(zip(trainers, epochs, strict=True))


def _saved(runs: Sequence[LiveRun], failed: Mapping[int, Exception]) -> dict[int, Exception]:
    """Save the last complete epoch of all runs but those that failed; return what kept one from it, by its place."""
    faults: dict[int, Exception] = {}
    for k, one in enumerate(runs):
        if k not in failed:
            try:
                one.saver.keep()
            except FAULTS as error:
                faults[k] = error
    return faults
