"""One process at a time in a run's folder; the operating system frees the lock of a process that died."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from ltviz.core.errors import DataError
from ltviz.core.files import usable_folder


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made if need be; its lock file is removed at the end.

    Raises
    ------
    DataError
        If another process holds it, naming that process; or if the folder cannot be made.
    """
    usable_folder(folder)
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _open(path)
    except OSError as error:
        raise DataError(f"cannot use {folder}: {error.strerror or error}; choose another folder") from error
    try:
        os.truncate(handle, 0)
        os.write(handle, f"pid {os.getpid()} on {platform.node()}".encode())
        yield
    finally:
        with contextlib.suppress(OSError):
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
            raise DataError(
                f"{path.parent} is in use by {owner or 'another process'}; wait until it is done"
            ) from error
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
