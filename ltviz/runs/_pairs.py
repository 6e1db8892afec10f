"""How compare trains: digits at once; all else as runs that are recorded, of which none is trained twice."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ltviz import methods
from ltviz.core import files
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import LtvizError
from ltviz.losses import Field
from ltviz.methods import Method
from ltviz.methods.in_words import shortened
from ltviz.metrics.geometry import separation
from ltviz.records import record
from ltviz.records.identity import identity
from ltviz.runs._jobs import another, plan, standing

if TYPE_CHECKING:
    from ltviz.datasets import DataSet
    from ltviz.runs.recorded import Job, Recording, Shared

Say = Callable[[str], object]


@dataclass(frozen=True)
class Entry:
    """One of those that are compared: its name as spelled, what that means, and the hash of the file it is from.

    The hash is that of a loss of one's own; it is taken when the file is loaded, and None for all else.
    """

    name: str
    method: Method
    params: dict[str, Any]
    sha256: str | None


@dataclass(frozen=True)
class Run:
    """What is compared of one run.

    Parameters
    ----------
    loss : str
        As spelled for flags.
    epochs : int
        How long.
    last : mapping
        Measures on the test set after the last epoch.
    angle, apart : float or None
        See `ltviz.runs.compare.Scores`.
    place : str
        Its folder; empty where nothing is recorded.
    """

    loss: str
    epochs: int
    last: Mapping[str, Any]
    angle: float | None
    apart: float | None
    place: str = ""


@dataclass(frozen=True)
class Trained:
    """Runs of each entry, one for each seed, and what they were trained on; `tested`: test images of each class."""

    dataset: str
    profile: str
    imbalance: float
    recipe: str
    counts: ClassCounts
    verified: bool
    runs: list[list[Run]]
    tested: np.ndarray


def _tested(data: DataSet) -> np.ndarray:
    """Return how many test images each class has."""
    return np.bincount(data.labels("test"), minlength=len(data.counts))


def hash_of(loss: str) -> str | None:
    """Return the SHA-256 of the file of a loss of one's own; None for one of ltviz's, or of a notebook's."""
    module = Field()[loss].__module__
    file = getattr(sys.modules.get(module), "__file__", None)
    return files.sha256(file) if file and not module.startswith("ltviz.") else None


def on_digits(
    entries: Sequence[Entry], seeds: Sequence[int], imbalance: float, profile: str, epochs: int, say: Say
) -> Trained:
    """Train all on long-tailed digits; a seed draws the subset too."""
    from ltviz.datasets import digits
    from ltviz.runs.digits import train_each

    _warn_of_short_ones((methods.on_digits(entry.method, epochs) for entry in entries), say)
    runs: list[list[Run]] = [[] for _ in entries]
    for seed in seeds:
        data = digits.load(imbalance=imbalance, profile=profile, seed=seed)
        trained = train_each([(entry.method, entry.params) for entry in entries], data, seed=seed, epochs=epochs)
        for entry, own in zip(entries, runs, strict=True):
            say(f"{entry.name}, seed {seed}")
            run = next(trained)
            geometry = _geometry(run.angles("test"), run.labels("test"), run.class_vectors())
            own.append(Run(run.loss, epochs, run.history[-1].measures, *geometry))
    return Trained("digits", profile, float(imbalance), "digits", data.counts, True, runs, _tested(data))


def on_recorded(entries: Sequence[Entry], seeds: Sequence[int], data: DataSet, shared: Shared, say: Say) -> Trained:
    """Train all on a data set; a run that the folder of records holds already is taken from there.

    A loss of one's own is recorded under its name and the beginning of its file's hash, so that a changed file is
    never taken for what it was.

    Raises
    ------
    DataError
        If the folder holds a record of other settings in a run's place; nothing is trained then.
    LtvizError
        If a run fails.
    """
    from ltviz.runs.recorded import Job, train_all

    plans = [methods.by_recipe(entry.method, shared.recipe, shared.epochs) for entry in entries]
    _warn_of_short_ones(plans, say)
    jobs, where, before = [], {}, 0
    for entry in entries:
        name = entry.method.name + (f"_{entry.sha256[:8]}" if entry.sha256 else "")
        for seed in seeds:
            job = Job(replace(entry.method, name=name), seed, entry.params)
            jobs.append(job)
            where[id(job)] = entry, seed
            before += _recorded(job, data, shared, say)
    lengths = sorted({each.recipe.epochs for each in plans})
    say(
        f"{len(jobs)} runs of {' or '.join(map(str, lengths))} epochs on {data.name}, {data.profile}, imbalance "
        f"{data.imbalance:g}, recipe {shared.recipe}: {', '.join(entry.name for entry in entries)}; seeds "
        f"{', '.join(map(str, seeds))}"
        + (f". Each is recorded in {shared.out}; there already: {before}" if shared.out else "")
    )
    by_entry: dict[tuple[str, int], Run] = {}
    for job, run in train_all(jobs, data, shared):
        entry, seed = where[id(job)]
        if isinstance(run, LtvizError):
            raise LtvizError(f"{entry.name}, seed {seed}: {run}") from run
        by_entry[entry.name, seed] = _run(run)
        accuracy = 100 * by_entry[entry.name, seed].last["balanced"]
        say(f"{entry.name}, seed {seed}: balanced accuracy {accuracy:.2f} % ({len(by_entry)} of {len(jobs)})")
    runs = [[by_entry[entry.name, seed] for seed in seeds] for entry in entries]
    of = data.name, data.profile, float(data.imbalance), shared.recipe
    return Trained(*of, data.counts, data.verified, runs, _tested(data))


def _warn_of_short_ones(plans: Iterable[Method], say: Say) -> None:
    """Say once for each method what it loses of its schedule."""
    for words in filter(None, dict.fromkeys(map(shortened, plans))):
        say(f"Warning: {words}")


def _recorded(job: Job, data: DataSet, shared: Shared, say: Say) -> bool:
    """Return whether a run is recorded; a record that would pass for it and is another one's is an error.

    A damaged one is named: its run is trained again.
    """
    own = plan(job, data, shared)
    if own.folder is None:
        return False
    try:
        old = standing(own.folder, identity(own.method, own.loss, data, job.seed), shared)
    except record.Damaged as damaged:
        say(f"Warning: left out, and its run is trained again (what is there stays as run.json.damaged): {damaged}")
        return False
    epochs = own.method.recipe.epochs
    if old is not None and old["epochs"] != epochs:
        raise another(own.folder / "run.json", f"epochs is {old['epochs']} there and {epochs} here")
    return old is not None


def _run(run: Recording) -> Run:
    arrays = run.geometry
    if arrays is None and run.folder is not None and (file := run.folder / "geometry.npz").exists():
        try:
            arrays = record.read_geometry(file, run.record, ("test_own_angle", record.PROTOTYPES))
        except record.Damaged as damaged:
            warnings.warn(str(damaged), record.RecordWarning, stacklevel=2)
    angle = apart = None
    if arrays is not None:
        angles, prototypes = (arrays[key].astype(np.float64) for key in ("test_own_angle", "prototypes"))
        angle, apart = _geometry(angles, arrays["test_label"], prototypes)
    content, place = run.record, "" if run.folder is None else run.folder.as_posix()
    return Run(content["loss"], content["epochs"], content["last"], angle, apart, place)


def _geometry(angles: np.ndarray, labels: np.ndarray, vectors: np.ndarray) -> tuple[float, float]:
    """Return the mean angle to the own class vector, all classes alike, and the smallest between two of these."""
    between = separation(vectors)
    own = float(np.mean([angles[labels == c].mean() for c in np.unique(labels)]))
    return own, float(between[~np.eye(len(between), dtype=bool)].min())
