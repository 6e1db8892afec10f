"""Stopping: SIGTERM and Ctrl-C end a training at once, but never in the middle of what must be whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(KeyboardInterrupt):
    """A signal asked the training to end.

    Parameters
    ----------
    signum : int
        The signal.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by {signal.Signals(signum).name}")
        self.signum = signum

    @property
    def code(self) -> int:
        """The exit code that shells expect: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + self.signum


class _Switch:
    """What the handler knows: whether something is being written, and which signal came meanwhile."""

    def __init__(self) -> None:
        self.writing = 0
        self.waiting: int | None = None

    def handle(self, signum: int, frame: FrameType | None) -> None:
        if self.writing:
            self.waiting = signum
        else:
            raise Stopped(signum)


_SWITCH = _Switch()


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C raise `Stopped` inside the block; only in the main thread, where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {which: signal.signal(which, _SWITCH.handle) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, signal.SIG_DFL if handler is None else handler)


@contextmanager
def whole() -> Iterator[None]:
    """Hold signals back until the block has ended; a second Ctrl-C cannot cut a checkpoint in half."""
    _SWITCH.writing += 1
    try:
        yield
    finally:
        _SWITCH.writing -= 1
        if not _SWITCH.writing and _SWITCH.waiting is not None:
            signum, _SWITCH.waiting = _SWITCH.waiting, None
            raise Stopped(signum)
