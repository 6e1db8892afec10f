"""What a run says as it goes: a line as it begins, and on a terminal a bar that moves with its batches."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from tqdm import tqdm

SLOW = 2.0  # seconds: what takes longer is named
TELL_EVERY = 1.0  # seconds between two lines: where epochs are short, not each has one
# The speed, and with it what is left, is the mean since the run began: measuring after an epoch counts too.
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {rate_noinv_fmt}, {remaining} left"


class Progress:
    """The progress of one run; silent without `shown`, and but for its first line where the output is no terminal.

    Parameters
    ----------
    name : str
        Of the run.
    epochs, done : int
        In all, and before this start.
    samples : int
        Images in an epoch.
    batch : int
        Images in a step.
    shown : bool
        Whether to say anything.
    """

    def __init__(self, name: str, epochs: int, done: int, samples: int, batch: int, *, shown: bool) -> None:
        self.name, self.epochs, self._samples, self._batch, self.shown = name, epochs, samples, batch, shown
        self._end, self._told = (done + 1) * samples, time.monotonic()
        self._bar = tqdm(
            total=epochs * samples,
            initial=done * samples,
            desc=name,
            unit=" images",
            bar_format=_BAR,
            smoothing=0,
            miniters=1,  # whether to draw is then a question of time alone
            leave=False,
            dynamic_ncols=True,
            disable=None if shown else True,
        )

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def begins(self, device: str) -> None:
        """Say where the run begins, and what computes it."""
        done = self._end // self._samples - 1
        words = f"{several(self.epochs, 'epoch')}" if not done else f"from epoch {done + 1} of {self.epochs}"
        if done == self.epochs:
            words = f"all of its {several(done, 'epoch')} trained before, to be measured"
        if self.shown:
            self._say(f"{self.name}: {words}, on {device}")

    def step(self) -> None:
        """Count a batch."""
        self._bar.update(min(self._batch, self._end - self._bar.n))

    def epoch(self, row: dict[str, Any], *, alone: bool) -> None:
        """Count an epoch, and say what came of it; `alone`, its run need not be named."""
        self._bar.update(self._end - self._bar.n)
        self._end += self._samples
        now = time.monotonic()
        if self._bar.disable or (now - self._told < TELL_EVERY and row["epoch"] + 1 < self.epochs):
            return
        self._told = now
        groups = ", ".join(f"{name} {100 * share:.1f}" for name, share in row["by_group"].items() if share is not None)
        words = f"epoch {row['epoch'] + 1} of {self.epochs}: loss {row['loss']:.3f}; "
        words += f"balanced {100 * row['balanced']:.1f} %: {groups}"
        self._say(words if alone else f"{self.name}, {words}")

    def _say(self, words: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a terminal that is gone ends no training
            tqdm.write(words, file=sys.stderr)


@contextlib.contextmanager
def slowly(words: str, *, shown: bool = True) -> Iterator[None]:
    """Say on a terminal what is going on, if it takes more than a moment."""
    timer = threading.Timer(SLOW, tqdm.write, [f"{words} ..."], {"file": sys.stderr})
    timer.daemon = True
    if shown and sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def several(count: int, what: str) -> str:
    """Return ``"1 epoch"``, ``"3 epochs"``."""
    return f"{count} {what}{'' if count == 1 else 's'}"
