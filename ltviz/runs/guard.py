"""What may come between a run and its files: signals, which wait until what must be whole is; other processes.

SIGTERM and Ctrl-C end a training at once, but never in the middle of a write. One process at a time works in a run's
folder; the operating system frees the lock of a process that died.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from ltviz.core.errors import DataError
from ltviz.core.files import usable_folder


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


class InUse(DataError):
    """Another process works there."""


@contextmanager
def locked(folder: Path, name: str = ".lock", wait: float = 0.0) -> Iterator[None]:
    """Hold a folder, which is made if need be; its lock file is removed at the end.

    Parameters
    ----------
    folder : Path
        Where the lock file stands.
    name : str
        Of the lock file: what is held may be less than the whole folder.
    wait : float
        Seconds to wait for another process.

    Raises
    ------
    InUse
        If another process holds it, naming that process.
    DataError
        If the folder cannot be made.
    """
    usable_folder(folder)
    path = folder / name
    until = time.monotonic() + wait
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                handle = _open(path)
                break
            except InUse:
                if time.monotonic() >= until:
                    raise
                time.sleep(0.02)
    except OSError as error:
        raise DataError(f"cannot use {folder}: {error.strerror or error}; choose another folder") from error
    try:
        os.truncate(handle, 0)
        os.write(handle, f"pid {os.getpid()} on {platform.node()}".encode())
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _open(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _grab(handle)
        except OSError as error:
            os.close(handle)
            owner = path.read_text(errors="replace") if path.exists() else "another process"
            raise InUse(f"{path.parent} is in use by {owner or 'another process'}; wait until it is done") from error
        try:
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)  # its owner removed it between our opening and our locking: that file is nobody's


def _grab(handle: int) -> None:
    """Lock an open file or raise OSError at once."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 2**20, os.SEEK_SET)  # beyond the text, which stays readable
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
