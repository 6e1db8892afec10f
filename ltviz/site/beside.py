"""A second process: it draws the figures while this one computes the pages, and then computes some of these."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ltviz.core.files import scratch, to_json, write_bytes
from ltviz.site.entries import Packed, joined, parted

FEW = 4  # figures and pages; a process for fewer takes longer to start than it saves
PATIENCE = 10.0  # seconds that one which is told to end may take


class Shared:
    """Pages that two processes share: whoever comes first computes a page's numbers, the first one writes them all.

    Parameters
    ----------
    folder : Path
        Where a page that is taken has a file, and the numbers that the second process has computed another one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, name: str) -> bool:
        """Take a page, and say whether it was free."""
        try:
            (self.folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def leave(self, name: str, content: Packed) -> None:
        """Leave the numbers of a page to the other process."""
        write_bytes(self.folder / f"{name}.numbers", joined(content))

    def left(self, name: str) -> Packed | None:
        """Return what was left of a page; None where nothing was."""
        path = self.folder / f"{name}.numbers"
        return parted(path.read_bytes()) if path.is_file() else None


class Second:
    """The second process, as the first one sees it.

    Parameters
    ----------
    process : Popen or None
        None where there is none: then all pages are free.
    shared : Shared
        The pages.
    """

    def __init__(self, process: subprocess.Popen[bytes] | None, shared: Shared) -> None:
        self.process = process
        self.shared = shared

    @property
    def done(self) -> bool:
        """Whether it has ended, and drawn every figure."""
        return self.process is not None and self.process.returncode == 0

    def wait(self) -> None:
        """Wait for its end."""
        if self.process is not None:
            self.process.wait()


@contextlib.contextmanager
def helped(out: Path, names: Sequence[str], views: Sequence[str], theme: str, force: bool) -> Iterator[Second]:
    """Have figures drawn and pages computed while the body runs; what is left undone is for the caller to do.

    Parameters
    ----------
    out : Path
        The folder of the site.
    names, views : sequence of str
        The pages and the figures.
    theme : str
        The figures' look.
    force : bool
        Do also what has not changed.
    """
    with scratch("site") as folder:
        if len(names) + len(views) < FEW or (os.cpu_count() or 1) < 2:
            yield Second(None, Shared(folder))
            return
        told = {"out": str(out), "shared": str(folder), "names": names, "views": views, "theme": theme, "force": force}
        process = subprocess.Popen(
            [sys.executable, "-m", "ltviz.site.second", to_json(told)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
            },  # two processes with a thread for each core would wait for each other
        )
        try:
            yield Second(process, Shared(folder))
            process.wait()
        finally:
            if process.poll() is None:  # an interrupt lets it close its browser
                process.send_signal(signal.SIGINT) if os.name == "posix" else process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def stamps(folder: Path, views: Sequence[str]) -> dict[str, int]:
    """Return for each figure when one of its files was last written."""
    return {
        name: max((file.stat().st_mtime_ns for file in folder.rglob(f"{name}.*") if file.is_file()), default=0)
        for name in views
    }


def explored(out: Path) -> set[str]:
    """Return the explorers whose pages stand in the folder of a site."""
    return {path.stem for path in (out / "explore").glob("*.html")}
