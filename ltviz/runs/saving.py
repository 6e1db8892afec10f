"""Saving: which state of a run is kept for a resume, and when it goes to the disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ltviz.runs import checkpoint
from ltviz.runs.stopping import whole

SAVE_EVERY = 10.0  # seconds: what a power cut may cost; a signal costs the epoch that it interrupts, at most
QUICK = 1.0  # seconds: an epoch shorter than this is waited for when a signal comes

State = tuple[int, checkpoint.Tensors, dict[str, Any]]  # epochs done, tensors, and what else a resume needs


class Saver:
    """Has the last complete epoch of a run at hand, and writes it from time to time.

    Between epochs the run itself is that state; within one it is half done, so a copy is taken before. A copy costs
    more than a moment: where epochs are quick, signals wait for the end of one instead, and none is taken.

    Parameters
    ----------
    folder : Path or None
        Of the checkpoints; None where nothing is written.
    state : callable
        Returns a copy of the run's state as it is now.
    on_disk : int
        Epochs of the newest checkpoint in the folder; -1 where there is none, and what lies there is dropped.
    """

    def __init__(self, folder: Path | None, state: Callable[[], State], on_disk: int = -1) -> None:
        self.folder, self._state = folder, state
        self.quick = False  # whether the last epoch was
        self._between = False  # whether the run is as the last complete epoch left it
        self._copy: State | None = None
        self._on_disk, self._saved = on_disk, time.monotonic()
        if on_disk < 0:
            self.drop()

    def drop(self) -> None:
        """Remove all checkpoints: the run begins anew, or is recorded."""
        if self.folder is not None:
            _tidy(self.folder)
            shutil.rmtree(self.folder, ignore_errors=True)

    def before(self, *, held: bool) -> None:
        """Be told that an epoch begins; `held`, signals wait for its end."""
        if self._between and self.folder and not held:  # this epoch may be left half-way
            self._copy = self._copy or self._state()
        self._between = False

    def after(self, seconds: float) -> None:
        """Be told that an epoch is complete, and how long it was trained; save if it is time."""
        self._between, self._copy = True, None
        self.quick = seconds < QUICK
        if self.folder and not self.quick:
            self._copy = self._state()
        if time.monotonic() - self._saved >= SAVE_EVERY:
            self.keep()

    def keep(self) -> None:
        """Save the last complete epoch; nothing where there is none, or it is on the disk."""
        state = self._copy or (self._state() if self._between else None)
        if state and self.folder is not None and state[0] > self._on_disk:
            with whole():
                checkpoint.save(self.folder, *state)
                self._on_disk, self._saved = state[0], time.monotonic()


def newest(folder: Path, expects: Mapping[str, Any]) -> State | None:
    """Return the newest checkpoint that is whole, None where there is none; see `checkpoint.load_newest`.

    What a killed run left half written is removed.
    """
    _tidy(folder)
    return checkpoint.load_newest(folder, expects)


def _tidy(folder: Path) -> None:
    checkpoint.tidy(folder.parent)
    checkpoint.tidy(folder)
