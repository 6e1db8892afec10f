"""One run on its way: assembled, trained epoch by epoch, saved from time to time, and recorded at its end."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ltviz.core.errors import CheckpointError, LtvizError
from ltviz.datasets import DataSet
from ltviz.records import record
from ltviz.runs import checkpoint
from ltviz.runs._stages import Finish, Second
from ltviz.runs.assemble import Assembled
from ltviz.runs.progress import Progress, slowly
from ltviz.runs.recording import Log, Recorder, Recording, device_name
from ltviz.runs.saving import Saver, State
from ltviz.runs.stopping import whole
from ltviz.training.epoch import Epoch
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
    """

    state: State | None = None
    home: Path | None = None

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
            self._take_up(start.state, start.home)
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
        self.progress.begins(self._computes() + (f", in one training with {shares}" if shares else ""))
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

    def _take_up(self, state: State, home: Path | None) -> None:
        """Load where a run stopped; a trainer that runs share may have been there already."""
        epoch, tensors, meta = state
        folder = home and home / "checkpoint"
        if self.trainer.epoch != epoch:
            try:
                self.trainer.load(tensors, epoch)
            except LtvizError as error:
                raise CheckpointError(f"{folder} does not fit {self.parts.method.name}: {error}") from error
        # What computes from here on is said by the record's own fields, or by the next entry.
        before, now = meta["device"], self._computes()
        self.log = Log(list(meta["history"]), float(meta["seconds"]), [*meta["resumed"]])
        whose = {} if home == self.folder or home is None else {"of": "/".join(home.parts[-2:])}
        self.log.resumed.append({"epoch": epoch, "before": before, **whose})
        if before != now:
            words = f"{folder} was computed by {before}; by {now} it goes on, but not bit for bit"
            warnings.warn(words, checkpoint.CheckpointWarning, stacklevel=2)

    def _state(self) -> State:
        log = {"seconds": self.log.seconds, "resumed": self.log.resumed, "history": list(self.log.history)}
        meta = {**self.identity, "device": self._computes(), **log}
        return self.trainer.epoch, self.trainer.state(), meta

    def _computes(self) -> str:
        return f"{device_name(self.trainer.device)}, {self.trainer.precision}"
