"""A second process: it draws the figures while this one computes the pages."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

FEW = 4  # figures; a process for fewer takes longer to start than it saves
PATIENCE = 10.0  # seconds that one which is told to end may take


@contextlib.contextmanager
def drawing(folder: Path, views: Sequence[str], theme: str, force: bool) -> Iterator[subprocess.Popen[bytes] | None]:
    """Have figures drawn while the body runs, by the process that it is given, and wait for it at the end.

    What it could not draw is for the caller to draw, and to say why.

    Parameters
    ----------
    folder : Path
        Of the figures.
    views : sequence of str
        Their names.
    theme : str
        The look.
    force : bool
        Draw also what has not changed.
    """
    if len(views) < FEW or (os.cpu_count() or 1) < 2:
        yield None
        return
    words = ["figures", "--only", ",".join(views), "--format", "html,svg", "--theme", theme, "--out", str(folder)]
    process = subprocess.Popen(
        [sys.executable, "-m", "ltviz", *words, *(["--force"] if force else [])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
        },  # two processes with a thread for each core would wait for each other
    )
    try:
        yield process
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
