"""Runs on CIFAR-LT: one method, one seed, one recipe; saved as it goes, resumed where it stopped, then recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from ltviz.core import checks
from ltviz.core.errors import DataError, LtvizError
from ltviz.datasets.cifar import Cifar
from ltviz.training import _build, methods, record
from ltviz.training._course import CifarRun, Course, run
from ltviz.training._lock import locked
from ltviz.training._place import device_of, precision_of
from ltviz.training.methods import Method


def train(
    method: str | Method,
    data: Cifar,
    *,
    seed: int = 0,
    epochs: int | None = None,
    recipe: str = "paper",
    device: str = "auto",
    precision: str = "auto",
    out: Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    geometry: bool = True,
    progress: bool = False,
    select: str = "last",
    **loss_params: Any,
) -> CifarRun:
    """Train one method on CIFAR-LT and record the run.

    Parameters
    ----------
    method : str or Method
        A name in `methods.METHODS`, or a method of your own.
    data : Cifar
        See `ltviz.datasets.cifar.load`.
    seed : int
        Decides initial weights, order and augmentation; the subset is the data's.
    epochs, recipe
        See `methods.on_cifar`.
    device : {"auto", "cpu", "cuda"}
        ``auto`` takes a CUDA device where there is one; ``cuda`` never falls back.
    precision : {"auto", "fp32", "bf16"}
        See `Trainer`.
    out : Path, optional
        The folder of all runs. By default nothing is written, and nothing can be resumed.
    resume : bool
        Go on from the newest checkpoint; a run that is recorded with as many epochs is not trained again.
    overwrite : bool
        Replace a record, or begin an unfinished run anew. A record of fewer epochs is replaced in any case, when the
        new one is finished.
    geometry : bool
        Write ``geometry.npz`` too.
    progress : bool
        Show a bar, if the output is a terminal.
    select : {"last", "val", "best-on-test"}
        The epoch that the record names as its own; all three are in it.
    **loss_params
        Parameters of the loss, over those of the method.

    Returns
    -------
    CifarRun

    Raises
    ------
    BadInput
        For an unknown method, recipe or parameter, or a value out of range; nothing is trained or written then.
    DataError
        If the folder cannot be used, is in use by another process, or holds a run that would be lost.
    CheckpointError
        If there are checkpoints, but none that this run could go on from.
    TrainingDiverged
        If the loss becomes NaN or infinite; the last good checkpoint stays.
    Stopped
        After a signal, where `stopping.stoppable` listens; the last complete epoch is saved then.
    """
    ((_, told),) = train_all(
        [Job(method, seed, loss_params, geometry)],
        data,
        epochs=epochs,
        recipe=recipe,
        device=device,
        precision=precision,
        out=out,
        resume=resume,
        overwrite=overwrite,
        progress=progress,
        select=select,
    )
    if isinstance(told, LtvizError):
        raise told
    return told


@dataclass(frozen=True)
class Job:
    """One run of several: what differs among them; see `train`."""

    method: str | Method
    seed: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    geometry: bool = True


def train_all(
    jobs: Sequence[Job],
    data: Cifar,
    *,
    together: int = 1,
    epochs: int | None = None,
    recipe: str = "paper",
    device: str = "auto",
    precision: str = "auto",
    out: Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = False,
    select: str = "last",
) -> Iterator[tuple[Job, CifarRun | LtvizError]]:
    """Train several methods and seeds, some at the same time; one that fails does not end the others.

    Parameters
    ----------
    jobs : sequence of Job
        In order.
    data : Cifar
        For all.
    together : int
        How many share a GPU at the same time.
    epochs, recipe, device, precision, out, resume, overwrite, progress, select
        See `train`.

    Yields
    ------
    Job and CifarRun, or the error that ended it
        As they are done. What is wrong with an argument is raised before the first.
    """
    together = checks.number("together", together, 1, 64, whole=True)
    checks.one_of("select", select, record.RULES)
    where = device_of(device)
    precision = precision_of(precision, where)
    plans = [_plan(job, data, recipe, epochs) for job in jobs]
    for start in range(0, len(jobs), together):
        some = list(zip(jobs, plans, strict=True))[start : start + together]
        yield from _beside(some, data, where, precision, out, resume, overwrite, progress, select)


def _plan(job: Job, data: Cifar, recipe: str, epochs: int | None) -> Method:
    """Return the method as it will be trained; what is wrong with a job is said before anything is written."""
    checks.seed(job.seed)
    plan = methods.on_cifar(methods.find(job.method), recipe, epochs)
    plan = replace(plan, params={**plan.params, **job.params})
    _build.objective(plan, data.counts)
    return plan


def _beside(
    some: Sequence[tuple[Job, Method]],
    data: Cifar,
    device: torch.device,
    precision: str,
    out: Path | None,
    resume: bool,
    overwrite: bool,
    progress: bool,
    select: str,
) -> Iterator[tuple[Job, CifarRun | LtvizError]]:
    """Train some runs side by side."""
    running: list[tuple[Job, Course]] = []
    with contextlib.ExitStack() as locks:
        for job, plan in some:
            folder = None
            try:
                if out is not None:
                    folder = record.place(
                        out,
                        data.name,
                        data.profile,
                        data.imbalance,
                        plan.name,
                        plan.recipe.name,
                        job.seed,
                        **job.params,
                    )
                    locks.enter_context(locked(folder))
                    done = standing(folder, plan.recipe.epochs, resume=resume, overwrite=overwrite)
                    if done:
                        yield job, CifarRun(done, None, folder)
                        continue
                course = Course(plan, data, job.seed, device, precision, folder, resume=resume and not overwrite)
            except LtvizError as error:
                yield job, error
                continue
            running.append((job, course))
        try:
            failed = run([course for _, course in running], progress)
        except torch.OutOfMemoryError as error:
            batches = ", ".join(str(course.method.recipe.batch) for _, course in running)
            told = LtvizError(
                f"the GPU has no memory left for batches of {batches} images; free it, train fewer runs at once "
                "(--together 1), or use --device cpu. What was saved stays"
            )
            told.__cause__ = error
            yield from ((job, told) for job, _ in running)
            return
        for k, (job, course) in enumerate(running):
            yield job, failed.get(k) or course.finish(select, job.geometry)


def standing(folder: Path, epochs: int, *, resume: bool, overwrite: bool) -> dict[str, Any] | None:
    """Return the record that stands in a run's folder if it is what is wanted; None if there is training to do.

    Raises
    ------
    DataError
        If a record or an unfinished run would be lost.
    """
    if overwrite:
        return None
    file = folder / "run.json"
    if file.exists():
        old = record.read(file)
        if old["epochs"] >= epochs:
            if resume:
                return old
            raise DataError(
                f"{file} exists, a run of {old['epochs']} epochs: it stays unless --overwrite is given, or a longer "
                "run takes its place (--resume passes over what is done)"
            )
    if not resume and any((folder / "checkpoint").glob("epoch*.json")):
        raise DataError(f"{folder} holds an unfinished run: --resume goes on with it, --overwrite begins anew")
    return None
