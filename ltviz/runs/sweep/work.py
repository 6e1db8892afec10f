"""The work of a sweep: whether a run is recorded, and one sitting, the runs that are trained together.

Records are the only truth: what a run left is asked of its record, and a sitting that is done twice does nothing the
second time. Data sets whose runs are recorded leave a folder for each; runs on digits leave a line in a table of seeds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ltviz import datasets, methods
from ltviz.core.errors import LtvizError
from ltviz.methods.objective import first_of
from ltviz.runs.guard import InUse, locked
from ltviz.runs.recorded import Job, Shared, how_far, plan, train_all
from ltviz.runs.sweep.plan import Wanted
from ltviz.training.epoch import FAULTS

State = Literal["recorded", "begun", "to do"]


@dataclass(frozen=True)
class Options:
    """What holds for all runs of a sweep, wherever they are trained.

    Parameters
    ----------
    device, precision : str
        See `ltviz.runs.recorded.Shared`.
    together : int
        Runs that share a GPU at the same time.
    data : str, optional
        Where the images lie, in place of what the plan says.
    verify : bool
        Whether only the published images are taken.
    progress : bool
        Whether each run shows its epochs.
    """

    device: str = "auto"
    precision: str = "auto"
    together: int = 1
    data: str | None = None
    verify: bool = True
    progress: bool = False


@dataclass(frozen=True)
class End:
    """What came of a run.

    Parameters
    ----------
    run : Wanted
        The run.
    fault : str
        What ended it; empty where it is recorded.
    busy : bool
        Whether another process is at it, or was.
    """

    run: Wanted
    fault: str = ""
    busy: bool = False


Sitting = tuple[Wanted, ...]


def sittings(runs: Sequence[Wanted], options: Options) -> list[Sitting]:
    """Return the runs in sittings: those of one training are trained once, and `together` trainings share a device."""
    trainings: dict[Any, list[Wanted]] = {}
    for run in runs:
        trainings.setdefault((_setting(run), run.seed, first_of(_method(run, options))), []).append(run)
    found: list[Sitting] = []
    open_for: dict[Any, tuple[int, int]] = {}  # the last sitting of a setting, and how many trainings it has
    for (setting, *_), some in trainings.items():
        at, count = open_for.get(setting, (-1, options.together))
        if count < options.together:
            found[at] = (*found[at], *some)
            open_for[setting] = at, count + 1
        else:
            found.append(tuple(some))
            open_for[setting] = len(found) - 1, 1
    return found


def state(run: Wanted, home: Path, options: Options) -> State:
    """Return how far a run is.

    Raises
    ------
    DataError
        If what stands in its place is damaged, or another run's.
    """
    if not datasets.source(run.dataset).recorded:
        return "recorded" if run.seed in _setting_of(run).table(run.method, home)[1].lines else "to do"
    return how_far(_job(run), selected(run, options), _shared(run, home, options))


def sit(sitting: Sitting, home: Path, options: Options) -> list[End]:
    """Train what is not recorded of some runs of one setting; nothing is raised for one that fails."""
    if datasets.source(sitting[0].dataset).recorded:
        return list(_recorded(sitting, home, options))
    return list(_in_tables(sitting, home))


def _recorded(sitting: Sitting, home: Path, options: Options) -> Iterator[End]:
    jobs = {id(job): (job, run) for run in sitting for job in [_job(run)]}
    try:
        images = _images(sitting[0].dataset, _choice(sitting[0], options))
        for job, end in train_all(
            [job for job, _ in jobs.values()], images, _shared(sitting[0], home, options), options.together
        ):
            run = jobs.pop(id(job))[1]
            fault = str(end) if isinstance(end, LtvizError) else ""
            yield End(run, fault, isinstance(end, InUse))
    except LtvizError as error:
        yield from (End(run, str(error)) for _, run in jobs.values())


def _in_tables(sitting: Sitting, home: Path) -> Iterator[End]:
    from ltviz.runs.seeds import fill

    setting, seed = _setting_of(sitting[0]), sitting[0].seed
    mine: list[Wanted] = []
    with contextlib.ExitStack() as locks:
        for run in sitting:
            try:
                path, _ = setting.table(run.method, home)
                locks.enter_context(locked(path.parent, f".seed{run.seed}.lock"))
                mine.append(run)
            except LtvizError as error:
                yield End(run, str(error), isinstance(error, InUse))
        for some in ([mine], [[run] for run in mine]):  # one that fails must not take others of its training with it
            left = [run for run in mine if state(run, home, Options()) != "recorded"]
            faults: dict[Wanted, str] = {}
            for runs in some:
                if texts := [run.method for run in runs if run in left]:
                    try:
                        list(fill(texts, [seed], home, setting))
                    except FAULTS as error:
                        faults |= {run: f"{type(error).__name__}: {error}" for run in runs}
            if not faults:
                break
        yield from (End(run, faults.get(run, "")) for run in mine)


def _setting(run: Wanted) -> tuple[Any, ...]:
    """What two runs of one sitting have in common; a table of seeds is of one seed at a time."""
    own = run.dataset, run.choice, run.recipe, run.epochs
    return own if datasets.source(run.dataset).recorded else (*own, run.seed)


def _method(run: Wanted, options: Options) -> methods.Method:
    if datasets.source(run.dataset).recorded:
        return plan(_job(run), selected(run, options), _shared(run, None, options)).method
    name, params = methods.parse(run.method)
    return methods.on_digits(methods.given(methods.find(name), params), _setting_of(run).epochs)


def _setting_of(run: Wanted) -> Any:
    from ltviz.runs.seeds import Setting

    said = dict(run.choice)
    own = Setting(float(said["imbalance"]), str(said["profile"]))
    return own if run.epochs is None else Setting(own.imbalance, own.profile, run.epochs)


def _job(run: Wanted) -> Job:
    name, params = methods.parse(run.method)
    return Job(name, run.seed, params, run.geometry)


def _shared(run: Wanted, home: Path | None, options: Options) -> Shared:
    return Shared(
        epochs=run.epochs,
        recipe=run.recipe,
        device=options.device,
        precision=options.precision,
        out=home,
        resume=True,
        progress=options.progress,
    )


def _choice(run: Wanted, options: Options) -> tuple[tuple[str, Any], ...]:
    said = dict(run.choice)
    takes = datasets.source(run.dataset).takes
    if options.data is not None and "data" in takes:
        said["data"] = options.data
    if not options.verify and "verify" in takes:
        said["verify"] = False
    return tuple(sorted(said.items()))


def selected(run: Wanted, options: Options) -> datasets.Selection:
    """Return the data set of a run before an image of it is read."""
    return _selection(run.dataset, _choice(run, options))


@lru_cache(maxsize=8)
def _selection(dataset: str, choice: tuple[tuple[str, Any], ...]) -> datasets.Selection:
    said = {word: Path(value) if word == "data" else value for word, value in choice}
    return datasets.select(dataset, **said)


@lru_cache(maxsize=1)
def _images(dataset: str, choice: tuple[tuple[str, Any], ...]) -> datasets.DataSet:
    return _selection(dataset, choice).read()
