"""A process that has imported what is slow to import, and from then on runs code in copies of itself.

A copy (a fork) is a process of its own, to be signalled, killed and asked for its exit code. It begins in milliseconds
where a new interpreter would import torch for seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ltviz

ROOT = Path(ltviz.__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}

# Each line that it reads is an order, and is answered with a number. At the end of its orders it kills what still runs;
# a copy that hangs is ended by an alarm.
_SERVES = """
import json, os, signal, sys
exec(sys.argv[2])
running = set()

def start(code, words, *files):
    pid = os.fork()
    if pid:
        running.add(pid)
        return pid
    signal.alarm(int(sys.argv[1]))
    for number, path in enumerate((os.devnull, *files)):
        os.dup2(os.open(path, os.O_RDWR), number)
    sys.argv[1:] = words
    exec(code, {"__name__": "__main__"})
    sys.exit(0)

def has_ended(pid):
    return int(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None)

def exit_code(pid):
    running.remove(pid)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

for line in sys.stdin:
    order, *given = json.loads(line)
    print(globals()[order](*given), flush=True)
for pid in running:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
"""
GUARD = 600  # seconds: against a hang, not a measure of speed


@dataclass
class Copy:
    """Code on its way, as a process."""

    warm: Warm
    pid: int
    files: list[Path]

    def has_ended(self) -> bool:
        """Return whether it has come to its end."""
        return bool(self.warm.ask("has_ended", self.pid))

    def wait(self) -> subprocess.CompletedProcess[str]:
        """Return its exit code and what it wrote, once it has ended."""
        code = self.warm.ask("exit_code", self.pid)
        return subprocess.CompletedProcess([], code, *(file.read_text() for file in self.files))


@dataclass
class Warm:
    """The process itself, which serves while its stdin is open, and a folder for what its copies write."""

    process: subprocess.Popen[str]
    folder: Path

    def ask(self, *order: object) -> int:
        """Give an order and return the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def start(self, code: str, *words: object) -> Copy:
        """Run code as a program with these words, like ``python -c``."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        files = [place / name for name in ("stdout", "stderr")]
        for file in files:
            file.touch()
        return Copy(self, self.ask("start", code, [str(word) for word in words], *map(str, files)), files)

    def run(self, code: str, *words: object) -> subprocess.CompletedProcess[str]:
        """Run code as a program with these words, to its end."""
        return self.start(code, *words).wait()


@contextmanager
def warmed(imports: str, folder: Path) -> Iterator[Warm]:
    """Start such a process, which begins with these imports; at the end it is ended, with what still runs."""
    words = [sys.executable, "-c", _SERVES, str(GUARD), imports]
    with subprocess.Popen(words, env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Warm(process, folder)
