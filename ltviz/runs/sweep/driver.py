"""Going through a plan: what is recorded is passed over, what fails is tried again and then noted, the rest goes on."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ltviz.core import files
from ltviz.runs.sweep.plan import Plan, Wanted
from ltviz.runs.sweep.work import End, Options, Sitting, sit, sittings

TRIES = 3  # of a run in all
PATIENCE = 1.0  # seconds between two looks at what another process works at


class Engine(Protocol):
    """Where sittings are done: takes them from the front of a queue, to which its driver may add, until it is empty."""

    def results(self, queue: deque[Sitting]) -> Iterator[tuple[Sitting, list[End]]]:
        """Yield what came of each sitting, as it comes."""


@dataclass(frozen=True)
class Local:
    """The process itself: one sitting after the other."""

    home: Path
    options: Options

    def results(self, queue: deque[Sitting]) -> Iterator[tuple[Sitting, list[End]]]:
        """Yield what came of each sitting, as it comes."""
        while queue:
            sitting = queue.popleft()
            yield sitting, sit(sitting, self.home, self.options)


@dataclass
class Outcome:
    """What came of a sweep.

    Parameters
    ----------
    done : list of Wanted
        Recorded by it.
    failed : dict of Wanted to str
        What ended each, the last time.
    """

    done: list[Wanted] = field(default_factory=list)
    failed: dict[Wanted, str] = field(default_factory=dict)


def go(
    plan: Plan,
    runs: Sequence[Wanted],
    home: Path,
    options: Options,
    engine: Engine | None = None,
    told: Callable[[End], None] = lambda end: None,
) -> Outcome:
    """Go through runs; a run that fails is tried twice more, alone, and then noted in ``<home>/<plan>.failed.json``.

    Parameters
    ----------
    plan : Plan
        Whose runs they are.
    runs : sequence of Wanted
        Those to do, in order.
    home : Path
        Folder of records.
    options : Options
        What holds for all.
    engine : Engine, optional
        By default this process.
    told : callable
        Told of each end that is final.

    Returns
    -------
    Outcome
    """
    queue = deque(sittings(runs, options))
    tries: Counter[Wanted] = Counter()
    outcome = Outcome()
    last = 0.0
    for sitting, ends in (engine or Local(home, options)).results(queue):
        for end in ends:
            if end.busy:
                if time.monotonic() - last < PATIENCE:
                    time.sleep(PATIENCE)
                last = time.monotonic()
                queue.append((end.run,))
                continue
            tries[end.run] += 1
            if end.fault and tries[end.run] < TRIES:
                queue.append((end.run,))
                continue
            if end.fault:
                outcome.failed[end.run] = end.fault
            else:
                outcome.done.append(end.run)
            told(end)
        assert {end.run for end in ends} == set(sitting)
    _note(home / f"{plan.name}.failed.json", outcome)
    return outcome


def _note(path: Path, outcome: Outcome) -> None:
    """Write down what failed; a note of what has succeeded since is taken away."""
    before = files.read_json(path) if path.exists() else {}
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    kept = {name: said for name, said in before.items() if name not in map(str, outcome.done)}
    kept |= {str(run): {"error": fault, "tries": TRIES, "date": now} for run, fault in outcome.failed.items()}
    if kept:
        files.write_json(path, kept)
    else:
        path.unlink(missing_ok=True)
