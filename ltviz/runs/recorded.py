"""Runs that are recorded: a method, a seed and a recipe; saved as it goes, and resumed where it stopped."""

from __future__ import annotations

import contextlib
import datetime as dt
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import torch

from ltviz.core import checks, files
from ltviz.core.errors import BadInput, DataError, LtvizError
from ltviz.datasets import DataSet
from ltviz.methods import Method
from ltviz.methods.objective import first_of, meanwhile
from ltviz.records import record
from ltviz.records.identity import has_weights, identity, trained_alike
from ltviz.records.identity import planned as known
from ltviz.records.weights import NAME, read_net
from ltviz.runs._jobs import About, Job, Plan, Shared, plan, planned, set_aside, standing
from ltviz.runs.assemble import Assembled, assemble
from ltviz.runs.checkpoint import CheckpointWarning, newest
from ltviz.runs.guard import locked
from ltviz.runs.progress import slowly
from ltviz.runs.recording import Recording, computes, device_name
from ltviz.runs.run import LiveRun, Start, run_all
from ltviz.training.device import device_of, precision_of
from ltviz.training.epoch import FAULTS
from ltviz.training.pace import Pace
from ltviz.training.probe import fastest

__all__ = ["RETRIES", "Crashed", "Job", "Shared", "how_far", "plan", "planned", "train", "train_all"]

RETRIES = 2  # of a run that crashed: what a machine does once, it need not do again


class Crashed(LtvizError):
    """The machine or a library ended a run; its cause is what was raised."""


def train(method: str | Method, data: DataSet, *, seed: int = 0, geometry: bool = True, **given: Any) -> Recording:
    """Train one method on a data set and record the run.

    Parameters
    ----------
    method : str or Method
        A name in `methods.METHODS`, or a method of your own.
    data : DataSet
        See `ltviz.datasets.select`, and `ltviz.datasets.cifar.load` for CIFAR-LT.
    seed : int
        Decides initial weights, order and augmentation; the subset is the data's.
    geometry : bool
        Write ``geometry.npz`` too.
    **given
        ``epochs``, ``recipe``, ``device``, ``precision``, ``out``, ``resume``, ``overwrite``, ``progress``, ``select``,
        ``weights``: see `Shared`. All else are parameters of the loss, the step or a second stage, over those of the
        method.

    Returns
    -------
    Recording

    Raises
    ------
    BadInput
        For an unknown method, recipe or parameter, or a value out of range; nothing is trained or written then.
    DataError
        If the folder cannot be used, is in use by another process, or holds another run, or one that would be lost.
    CheckpointError
        If there are checkpoints, but none that this run could go on from.
    TrainingDiverged
        If the loss becomes NaN or infinite; the last good checkpoint stays.
    Crashed
        If the machine failed `RETRIES` times more.
    Stopped
        After a signal, where `guard.stoppable` listens; the last complete epoch is saved then.
    """
    names = {each.name for each in fields(Shared)}
    shared = Shared(**{name: value for name, value in given.items() if name in names})
    params = {name: value for name, value in given.items() if name not in names}
    ((_, end),) = train_all([Job(method, seed, params, geometry)], data, shared)
    if isinstance(end, LtvizError):
        raise end
    return end


def how_far(job: Job, data: About, shared: Shared) -> Literal["recorded", "begun", "to do"]:
    """Return how far a run is by what stands in its folder; `shared` has the folder and resumes.

    Raises
    ------
    DataError
        If a record is damaged, or that of another run.
    """
    its = plan(job, data, shared)
    if its.folder is None:
        return "to do"
    wanted = known(its.method, its.loss, data.name, data.profile, data.imbalance, job.seed)
    if standing(its.folder, wanted, shared, geometry=job.geometry):
        return "recorded"
    return "begun" if any((its.folder / "checkpoint").glob("epoch*.json")) else "to do"


def train_all(
    jobs: Sequence[Job], data: DataSet, shared: Shared | None = None, together: int | None = None
) -> Iterator[tuple[Job, Recording | LtvizError]]:
    """Train several methods and seeds, some at the same time; one that fails does not end the others.

    A run that crashes (no memory left, an error of the device) is tried again with a warning, alone, from its last
    checkpoint; what ends a run for good is written to ``failed.json`` in its folder.

    Parameters
    ----------
    jobs : sequence of Job
        In order.
    data : DataSet
        For all.
    shared : Shared, optional
        What they have in common.
    together : int, optional
        How many share a device at the same time. By default 4 on a GPU, else 1.

    Yields
    ------
    Job and Recording, or the error that ended it
        As they are done. What is wrong with an argument is raised before the first.
    """
    shared = shared or Shared()
    if together is None:
        together = 4 if device_of(shared.device).type == "cuda" else 1
    together = checks.number("together", together, 1, 64, whole=True)
    checks.one_of("recipe", shared.recipe, data.recipes)
    if shared.select == "val" and not len(data.labels("val")):
        raise BadInput(
            f"select 'val' needs validation images, and {data.name} {data.profile} {data.imbalance:g} has none: its "
            "classes have too few images for it; choose 'last' or 'best-on-test'"
        )
    trainings = _trainings([plan(job, data, shared) for job in jobs])
    for start in range(0, len(trainings), together):
        crashed: dict[int, Crashed] = {}
        some = trainings[start : start + together]
        for each, end in _beside(some, data, shared):
            if isinstance(end, Crashed):
                crashed[id(each)] = end
            else:
                yield each.job, end
        for training in some:
            left = [(each, crashed[id(each)]) for each in training if id(each) in crashed]
            yield from _again(left, data, shared)


def _trainings(plans: Sequence[Plan]) -> list[list[Plan]]:
    """Put together the runs of one training: those that differ in nothing but what follows it."""
    trainings: dict[Any, list[Plan]] = {}
    for each in plans:
        key: tuple[Any, ...] = first_of(each.method), each.job.seed
        while any(each.folder == other.folder is not None for other in trainings.get(key, ())):
            key = (*key, "again")  # asked for twice: the second one passes over what the first one records
        trainings.setdefault(key, []).append(each)
    return list(trainings.values())


def _again(
    left: Sequence[tuple[Plan, LtvizError]], data: DataSet, shared: Shared
) -> Iterator[tuple[Job, Recording | LtvizError]]:
    """Train what crashed of one training once more, and where it crashes again, a few times."""
    for _ in range(RETRIES if left else 0):
        for each, end in left:
            words = f"{each.method.name}, seed {each.job.seed}: {end}; trying again, alone and without recorded steps"
            warnings.warn(words, CheckpointWarning, stacklevel=3)
        ends = list(_beside([[each for each, _ in left]], data, shared, again=True))
        yield from ((each.job, end) for each, end in ends if not isinstance(end, Crashed))
        left = [(each, end) for each, end in ends if isinstance(end, Crashed)]
        if not left:
            break
    yield from ((each.job, end) for each, end in left)


def _beside(
    trainings: Sequence[Sequence[Plan]], data: DataSet, shared: Shared, *, again: bool = False
) -> Iterator[tuple[Plan, Recording | LtvizError]]:
    """Train some runs side by side, each training once for all its runs; `again` goes on with what a crash left."""
    running: list[tuple[Plan, LiveRun]] = []
    resume = again or (shared.resume and not shared.overwrite)
    with contextlib.ExitStack() as locks:
        for training in trainings:
            starts: list[tuple[Plan, dict[str, Any], Start]] = []
            for each in training:
                folder, start = each.folder, Start()
                try:
                    own = identity(each.method, each.loss, data, each.job.seed)
                    if folder is not None:
                        locks.enter_context(locked(folder))
                        if shared.set_aside:
                            set_aside(folder)
                        done = None if again else standing(folder, own, shared, geometry=each.job.geometry)
                        if done:
                            yield each, Recording(done, None, folder)
                            continue
                        (folder / "failed.json").unlink(missing_ok=True)
                        start = Start(newest(folder / "checkpoint", own) if resume else None, folder)
                except FAULTS as error:
                    yield each, _in_words(error, each.method, None if isinstance(error, LtvizError) else folder)
                else:
                    starts.append((each, own, start))
            begun: list[tuple[Assembled, Start]] = []
            for each, own, start in starts:
                if resume:
                    start = _furthest(each, start, starts)
                if start.state is None and not (again or shared.overwrite):
                    start = _kept(each, own, data, shared) or start
                try:
                    parts = next((parts for parts, other in begun if other.same(start)), None)
                    if parts is None:
                        parts = assemble(  # a recorded step, or a compiled net, may be what failed
                            *(each.method, data, each.job.seed),
                            device=shared.device,
                            precision=shared.precision,
                            pace=Pace() if again else _pace(each.method, data, shared),
                            recorded=not again,
                        )
                        begun.append((parts, start))
                    running.append((each, LiveRun(parts.ending(each.method), data, own, each.folder, start)))
                except FAULTS as error:
                    yield each, _in_words(error, each.method, None if isinstance(error, LtvizError) else each.folder)
        failed = run_all([one for _, one in running], shared.progress)
        for k, (each, one) in enumerate(running):
            try:
                end = failed.get(k) or one.finish(shared.select, each.job.geometry, shared.weights)
            except FAULTS as error:
                end = error
            yield each, _in_words(end, each.method, each.folder) if isinstance(end, Exception) else end


def _furthest(own: Plan, start: Start, starts: Sequence[tuple[Plan, Any, Start]]) -> Start:
    """Return where the run of the same training stands that is ahead, if its epochs were measured as this one's are.

    After a kill between two saves runs of one training stand apart, and would be trained side by side from then on.
    """
    measured = meanwhile(own.method)
    alike = (other for each, _, other in starts if meanwhile(each.method) == measured)
    return max(start, *alike, key=lambda each: -1 if each.state is None else each.state[0])


def _pace(method: Method, data: About, shared: Shared) -> Pace:
    """Return how a run is computed here; where that was not tried yet and the run is long, it is tried."""
    device = device_of(shared.device)
    if shared.pace == "plain" or device.type != "cpu":
        return Pace()
    with slowly("trying how this machine trains fastest, once", shown=shared.progress):
        found = fastest(precision_of(shared.precision, device), method.recipe.epochs * sum(data.counts))
    return Pace() if found is None else found.pace


def _kept(own: Plan, wanted: Mapping[str, Any], data: About, shared: Shared) -> Start | None:
    """Return the net of a run that was recorded with its weights, if it was trained here as this one would be."""
    if own.folder is None or meanwhile(own.method):
        return None
    device = device_of(shared.device)
    precision, pace = precision_of(shared.precision, device), _pace(own.method, data, shared)
    here: dict[str, Any] = {"device": device_name(device), "precision": precision, "versions": record.versions()}
    here["pace"] = None if pace == Pace() else str(pace)
    for path in sorted(own.folder.parent.parent.glob(f"*-{own.method.recipe.name}/seed{own.job.seed}/{NAME}")):
        with contextlib.suppress(DataError):  # what cannot be relied on is as good as not there
            there = record.read(path.with_name("run.json"))
            alike = trained_alike(there, wanted) and all(there.get(name) == value for name, value in here.items())
            if alike and has_weights(there, path):
                tensors = {f"model.{name}": tensor for name, tensor in read_net(path).state_dict().items()}
                meta = {"resumed": [], **there, "device": computes(device, precision, pace)}
                return Start((there["epochs"], tensors, meta), path.parent, trained=True)
    return None


def _in_words(error: Exception, method: Method, folder: Path | None) -> LtvizError:
    """Return what ended a run in words; note it in the run's folder."""
    traceback.clear_frames(error.__traceback__)  # they hold a net and its images on the device
    fault: LtvizError
    if isinstance(error, LtvizError):
        fault = error
    elif isinstance(error, torch.OutOfMemoryError):
        fault = Crashed(
            f"the GPU has no memory left for batches of {method.recipe.batch} images; free it, train fewer runs at "
            "once (--together 1), or use --device cpu. What was saved stays"
        )
    else:
        fault = Crashed(f"{type(error).__name__}: {error}. What was saved stays; --resume goes on from there")
    if fault is not error:
        fault.__cause__ = error
    if folder:
        with contextlib.suppress(DataError):  # a full disk may be the very fault
            when = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            lines = traceback.format_exception(error)
            files.write_json(folder / "failed.json", {"error": str(fault), "date": when, "traceback": "".join(lines)})
    return fault
