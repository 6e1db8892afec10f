"""Runs on their way: assembled, trained epoch by epoch, saved from time to time, and recorded at their end.

Several go side by side on one device: their steps are taken in turn, and none that fails ends another.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ltviz.core.errors import CheckpointError, LtvizError
from ltviz.datasets import DataSet
from ltviz.records import record
from ltviz.records.record import homes
from ltviz.runs import duration
from ltviz.runs._stages import Finish, Second
from ltviz.runs.assemble import Assembled
from ltviz.runs.checkpoint import CheckpointWarning, Saver, State
from ltviz.runs.guard import whole
from ltviz.runs.progress import Progress, slowly
from ltviz.runs.recording import Log, Recorder, Recording, computes
from ltviz.training.epoch import FAULTS, Epoch
from ltviz.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Start:
    """Where a run begins.

    Parameters
    ----------
    state : State or None
        What it goes on from; None at the beginning.
    home : Path or None
        The folder of the run that saved it.
    trained : bool
        Whether its epochs are done, and the state is the net's alone.
    """

    state: State | None = None
    home: Path | None = None
    trained: bool = False

    def same(self, other: Start) -> bool:
        """Return whether two runs of one training begin at the same place, bit for bit."""
        if self.state is None or other.state is None:
            return self.state is other.state
        (epoch, own, _), (others_epoch, others, _) = self.state, other.state
        alike = epoch == others_epoch and own.keys() == others.keys()
        return alike and all(torch.equal(tensor, others[name]) for name, tensor in own.items())


class LiveRun:
    """A run that is not finished. Whoever drives it runs the epochs of its trainer, and tells it of each.

    Parameters
    ----------
    parts : Assembled
        What is trained: see `ltviz.runs.assemble`.
    data : DataSet
        What it is trained and tested on.
    identity : mapping
        What makes the run this one; see `ltviz.records.identity`.
    folder : Path or None
        Of this run alone, locked by the caller; None where nothing is written.
    start : Start
        Where it begins: unless that is a checkpoint of its own, what is unfinished in the folder is dropped.

    Raises
    ------
    CheckpointError
        If the run cannot go on from there.
    """

    def __init__(
        self, parts: Assembled, data: DataSet, identity: Mapping[str, Any], folder: Path | None, start: Start
    ) -> None:
        self.parts, self.trainer, self.data, self.identity, self.folder = parts, parts.trainer, data, identity, folder
        self.recorder, self.log = Recorder(parts, data, identity), Log()
        self.name = f"{parts.method.name} seed {identity['seed']}"
        self.progress: Progress
        if start.state:
            self._take_up(start.state, start)
        on_disk = start.state[0] if start.state and start.home == folder else -1
        self.saver = Saver(folder / "checkpoint" if folder else None, self._state, on_disk)
        self._clock = time.monotonic()

    @property
    def done(self) -> bool:
        """Whether all epochs are trained."""
        return self.trainer.epoch >= self.parts.method.recipe.epochs

    def begin(self, *, together: int, shown: bool, shares: str = "") -> Progress:
        """Say from now on how the run goes (a context manager), and first where it begins.

        Parameters
        ----------
        together : int
            Runs that share the device.
        shown : bool
            Whether to say anything.
        shares : str
            The name of the run whose training it shares, if there is one.
        """
        self.log.together = together
        recipe = self.parts.method.recipe
        counted = recipe.epochs, self.trainer.epoch, self.parts.sampler.samples, recipe.batch
        self.progress = Progress(self.name, *counted, shown=shown)
        self.progress.begins(self._computes() + (f", in one training with {shares}" if shares else self._long()))
        return self.progress

    def after(self, epoch: Epoch | Exception) -> None:
        """Take in an epoch that the trainer has run: measure, note, and save if it is time; raise what ended it."""
        if isinstance(epoch, Exception):
            raise epoch
        trained = time.monotonic() - self._clock
        self.log.history.append(self.recorder.row(epoch))
        now = time.monotonic()
        self.log.seconds, self._clock = self.log.seconds + now - self._clock, now
        self.saver.after(trained)
        self.progress.epoch(self.log.history[-1], alone=self.log.together == 1)

    def finish(self, select: str, geometry: bool, weights: bool = False) -> Recording:
        """Measure the trained net, write the record and what is wanted beside it, and drop the checkpoints."""
        with self.trainer.pace.limited():
            return self._finish(select, geometry, weights)

    def _finish(self, select: str, geometry: bool, weights: bool) -> Recording:
        if self.parts.stages:
            self._fit_stages()
        with slowly(f"{self.name}: measuring all images, then recording", shown=self.progress.shown):
            arrays = self.recorder.geometry()
            content = self.recorder.record(self.log, select, arrays)
            if self.folder:
                with whole():  # killed before the end, the checkpoints are still there
                    content = self.recorder.write(self.folder, content, arrays if geometry else None, weights=weights)
                    self.saver.drop()
        return Recording(content, arrays, self.folder)

    def _fit_stages(self) -> None:
        begun = time.monotonic()

        def measures(trainer: Trainer, finish: Finish, left: int) -> dict[str, Any]:
            return self.recorder.measures(trainer, finish)

        second = Second(
            self.parts,
            self.data,
            self.identity["seed"],
            measures,
            self.trainer.predict,
            self.saver.folder,
            self.identity,
        )
        with slowly(f"{self.name}: second stages", shown=self.progress.shown):
            self.log.history += map(record.row, second.fit())
            # By all stages, of which each is fitted now: a stage may learn without an epoch of its own.
            measured = self.recorder.measures(self.trainer, self.parts.finished)
            self.log.history[-1] = {**self.log.history[-1], **measured}
        self.log.seconds += time.monotonic() - begun

    def _take_up(self, state: State, start: Start) -> None:
        """Load where a run stopped; a trainer that runs share may have been there already."""
        (epoch, tensors, meta), home = state, start.home
        folder = home if start.trained else home and home / "checkpoint"
        if self.trainer.epoch != epoch:
            try:
                self.trainer.load({**self.trainer.state(), **tensors} if start.trained else tensors, epoch)
            except LtvizError as error:
                raise CheckpointError(f"{folder} does not fit {self.parts.method.name}: {error}") from error
        # What computes from here on is said by the record's own fields, or by the next entry.
        before, now = meta["device"], self._computes()
        self.log = Log(list(meta["history"]), float(meta["seconds"]), [*meta["resumed"]])
        whose = {} if home == self.folder or home is None else {"of": "/".join(home.parts[-2:])}
        self.log.resumed.append({"epoch": epoch, "before": before, **whose})
        if before != now:
            words = f"{folder} was computed by {before}; by {now} it goes on, but not bit for bit"
            warnings.warn(words, CheckpointWarning, stacklevel=2)

    def _state(self) -> State:
        log = {"seconds": self.log.seconds, "resumed": self.log.resumed, "history": list(self.log.history)}
        meta = {**self.identity, "device": self._computes(), **log}
        return self.trainer.epoch, self.trainer.state(), meta

    def _long(self) -> str:
        """Say how long it should take, where it was tried how fast this machine trains."""
        recipe, trainer = self.parts.method.recipe, self.trainer
        left = recipe.epochs - trainer.epoch
        looks = len(self.data.labels("test")) + len(self.data.labels("val"))
        images = left * self.parts.sampler.samples, left * looks
        told = duration.expected(self.parts.method, *images, trainer.precision, trainer.pace, homes())
        return "" if told is None else f", about {duration.in_words(told)}"

    def _computes(self) -> str:
        return computes(self.trainer.device, self.trainer.precision, self.trainer.pace)


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


def run_all(runs: Sequence[LiveRun], progress: bool) -> dict[int, Exception]:
    """Train all to the end, their epochs side by side; return what ended each that failed, by its place.

    On a GPU they compute at the same time. After a signal, or Ctrl-C in a notebook, all are saved.
    """
    failed: dict[int, Exception] = {}
    with ExitStack() as bars:
        if runs:  # one way of computing for all
            bars.enter_context(runs[0].trainer.pace.limited())
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
