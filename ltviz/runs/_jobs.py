"""What is to be trained: runs, what they have in common, and where each is recorded; checked before images are read."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ltviz import methods
from ltviz.core import checks
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError
from ltviz.methods import Method, objective
from ltviz.records import identity, record
from ltviz.records.identity import foreign, has_geometry, in_words
from ltviz.runs.progress import several
from ltviz.training.device import device_of, precision_of

PACES = ("auto", "plain")


@dataclass(frozen=True)
class Shared:
    """What all runs of a call have in common.

    Parameters
    ----------
    epochs, recipe
        See `methods.by_recipe`.
    device : {"auto", "cpu", "cuda"}
        ``auto`` takes a CUDA device where there is one; ``cuda`` never falls back.
    precision : {"auto", "fp32", "bf16"}
        See `Trainer`.
    pace : {"auto", "plain"}
        How a CPU computes: ``auto`` is what trains fastest here, found out once where a run is long.
    out : Path, optional
        The folder of all runs. By default nothing is written, and nothing can be resumed.
    resume : bool
        Go on from the newest checkpoint; a run that is recorded with as many epochs is not trained again.
    overwrite : bool
        Replace a record, or begin an unfinished run anew. A record of fewer epochs is replaced in any case, when the
        new one is finished.
    set_aside : bool
        Train a run again where its record is damaged, which stays as ``run.json.damaged``; else that is an error.
    progress : bool
        Say where each run begins; on a terminal, show a bar and a line after each epoch.
    select : {"last", "val", "best-on-test"}
        The epoch that the record names as its own; all three are in it.
    weights : bool
        Write ``weights.safetensors`` too, the net after the last epoch: see `weights.read_net`.

    Raises
    ------
    BadInput
        For an unknown device, precision, pace or rule, or a device that is not there.
    """

    epochs: int | None = None
    recipe: str = "paper"
    device: str = "auto"
    precision: str = "auto"
    pace: str = "auto"
    out: Path | None = None
    resume: bool = False
    overwrite: bool = False
    set_aside: bool = False
    progress: bool = False
    select: str = "last"
    weights: bool = False

    def __post_init__(self) -> None:
        checks.one_of("select", self.select, record.RULES)
        checks.one_of("pace", self.pace, PACES)
        precision_of(self.precision, device_of(self.device))


@dataclass(frozen=True)
class Job:
    """One run of several: what differs among them; see `train`."""

    method: str | Method
    seed: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    geometry: bool = True


class About(Protocol):
    """What is known of a data set before its images are read: a `Selection` answers it, and a `DataSet`."""

    @property
    def name(self) -> str: ...

    @property
    def profile(self) -> str: ...

    @property
    def imbalance(self) -> float: ...

    @property
    def counts(self) -> ClassCounts: ...

    @property
    def model(self) -> str: ...


@dataclass(frozen=True)
class Plan:
    """One run as it will be trained, decided once and before images are read.

    Parameters
    ----------
    job : Job
        What was asked for.
    method : Method
        With its recipe and parameters, and the net.
    loss : str
        The spelling of its loss, as the record holds it.
    folder : Path or None
        Of the run; None where nothing is written.
    """

    job: Job
    method: Method
    loss: str
    folder: Path | None


def plan(job: Job, data: About, shared: Shared) -> Plan:
    """Return the run that a job comes to.

    Raises
    ------
    BadInput
        For a method, recipe, parameter or seed that cannot be.
    """
    checks.seed(job.seed)
    method = methods.given(methods.find(job.method), job.params)
    method = methods.by_recipe(method, shared.recipe, shared.epochs)
    method = replace(method, model=data.model or method.model)
    loss = objective.spelling(method, objective.objective(method, data.counts)[0])
    folder = None
    if shared.out is not None:
        about = data.name, data.profile, data.imbalance, method.name, method.recipe.name
        folder = record.place(shared.out, *about, job.seed, **job.params)
    return Plan(job, method, loss, folder)


def planned(jobs: Sequence[Job], data: About, shared: Shared) -> list[Plan]:
    """Return all runs; what is wrong with one, or with what stands in its folder, is said before any image is read.

    Raises
    ------
    BadInput
        See `plan`.
    DataError
        If a record or an unfinished run would be lost, or a record is damaged or that of another run.
    """
    plans = [plan(job, data, shared) for job in jobs]
    for each in plans:
        if each.folder:
            about = data.name, data.profile, data.imbalance, each.job.seed
            known = identity.planned(each.method, each.loss, *about)
            standing(each.folder, known, shared, geometry=each.job.geometry)
    return plans


def standing(
    folder: Path, wanted: Mapping[str, Any], shared: Shared, *, geometry: bool = True
) -> dict[str, Any] | None:
    """Return the record that stands in a run's folder if it is what is wanted; None if there is training to do.

    Parameters
    ----------
    folder : Path
        Of the run.
    wanted : mapping
        The identity of the run that is asked for, as far as it is known: see `ltviz.records.identity`.
    shared : Shared
        Whether to resume or to overwrite.
    geometry : bool
        Whether a record will do only with its own geometry, if it was written with one.

    Warns
    -----
    RecordWarning
        If a record stands beside the geometry of another run, as after a kill between the two: it is trained again.

    Raises
    ------
    DataError
        If a record or an unfinished run would be lost, or the record is damaged or that of another run.
    """
    if shared.overwrite:
        return None
    file = folder / "run.json"
    epochs = wanted["settings"]["epochs"]
    if os.path.lexists(file):
        old = record.read(file)
        lengths = {name: old["settings"][name] for name in ("epochs",) if name in old.get("settings", {})}
        if other := in_words(old, {**wanted, "settings": {**wanted["settings"], **lengths}}):
            raise another(file, other)
        if old["epochs"] >= epochs and not shared.resume:
            raise DataError(
                f"{file} exists, a run of {several(old['epochs'], 'epoch')}: it stays unless --overwrite is given, or "
                "a longer run takes its place (--resume passes over what is done)"
            )
        if old["epochs"] >= epochs:
            beside = file.with_name("geometry.npz")
            wrong = foreign(old, beside) if geometry and has_geometry(old) and beside.exists() else ""
            if not wrong:
                return old
            warnings.warn(f"{beside}: {wrong}; the run is trained again", record.RecordWarning, stacklevel=2)
    if not shared.resume and any((folder / "checkpoint").glob("epoch*.json")):
        raise DataError(f"{folder} holds an unfinished run: --resume goes on with it, --overwrite begins anew")
    return None


def set_aside(folder: Path) -> None:
    """Move a record that is damaged out of the way of the one to come.

    Raises
    ------
    DataError
        Where it cannot be moved.
    """
    file = folder / "run.json"
    try:
        if os.path.lexists(file):
            record.read(file)
    except record.Damaged as damaged:
        try:
            file.replace(file.with_name("run.json.damaged"))
        except OSError as error:
            raise DataError(f"{damaged}, which failed: {error.strerror or error}") from error


def another(file: Path, other: str) -> DataError:
    """Return the error of a record that stands in the place of a run that is not its own."""
    return DataError(
        f"{file} is the record of another run: {other}; choose another folder (--out of ltviz train, --runs of ltviz "
        "compare), or replace it (ltviz train --overwrite)"
    )
