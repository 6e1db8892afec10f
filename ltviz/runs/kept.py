"""Runs on the digits for studies: read where one is kept that would come out of a training here, else trained."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from ltviz import methods
from ltviz.core.errors import BadInput, RecordWarning
from ltviz.datasets import digits
from ltviz.losses import Field
from ltviz.methods import Method
from ltviz.methods.objective import first_of, objective, spelling
from ltviz.records import kept, record
from ltviz.records.finished import FinishedRun
from ltviz.records.identity import in_words, planned
from ltviz.runs.assemble import assemble
from ltviz.runs.digits import digits_run
from ltviz.training import loop

_ALIKE = 1e-4  # by how much, relatively, another processor's sums may move the loss of the first epoch
_KEEPING: list[Path] = []  # the folder of `keeping`, while it lasts


@contextmanager
def keeping(home: Path | None) -> Iterator[None]:
    """Keep each run that studies train meanwhile in a folder of records; in none if it is None."""
    before = _KEEPING.copy()
    _KEEPING[:] = [] if home is None else [home]
    try:
        yield
    finally:
        _KEEPING[:] = before


def finished(method: str | Method, imbalance: float, profile: str, seed: int, epochs: int, **given: Any) -> FinishedRun:
    """Return a run: a kept one, if it is of the same settings and begins as it would here; else trained.

    Whoever changes a loss, a step or a net sees what that does: the first epoch is trained here, a sixtieth of the
    time, and where its loss is another one, so is the rest.

    Parameters
    ----------
    method, imbalance, profile, seed, epochs, **given
        See `ltviz.runs.digits.digits_run`.
    """
    row = methods.find(method)
    loss: Any = Field()[row.loss]
    return _finished(row, loss, imbalance, profile, seed, epochs, tuple(_KEEPING), **given)


@lru_cache(maxsize=512, typed=True)
def _finished(
    row: Method,
    loss: Any,
    imbalance: float,
    profile: str,
    seed: int,
    epochs: int,
    keep: tuple[Path, ...],
    bottleneck: int | None = None,
    **params: Any,
) -> FinishedRun:
    """Find or train once for each class of the loss: one that is defined again under its name is another one."""
    plan = methods.on_digits(methods.given(row, params), epochs)
    told = {**params, **({} if bottleneck is None else {"bottleneck": bottleneck})}
    about = _identity(plan, imbalance, profile, seed, bottleneck)
    for home in (*keep, *record.homes()):
        found = _at(_place(home, about, told), about)
        if found and math.isclose(
            found.rows[0]["loss"],
            _first_loss(first_of(plan), loss, imbalance, profile, seed, bottleneck),
            rel_tol=_ALIKE,
        ):
            return found
    run = digits_run(row, imbalance, profile, seed, epochs, bottleneck, **params)
    for path in filter(None, (_place(home, about, told) for home in keep)):
        kept.write(path, run, about)
    return run


def _identity(plan: Method, imbalance: float, profile: str, seed: int, bottleneck: int | None) -> dict[str, Any]:
    counts = digits.counts_of(imbalance, profile)
    about = planned(plan, spelling(plan, objective(plan, counts)[0]), "digits", profile, float(imbalance), seed)
    return {**about, "epochs": plan.recipe.epochs, "counts": counts.values.tolist(), "bottleneck": bottleneck}


def _place(home: Path, about: Mapping[str, Any], params: Mapping[str, Any]) -> Path | None:
    """Return where a run is kept, beside its method's table of seeds; None where its name is no name of a file."""
    told = {name: about[name] for name in ("dataset", "profile", "imbalance", "method", "recipe", "seed")}
    try:
        return record.place(home, **told, **params).with_suffix(".npz")
    except BadInput:
        return None


def _at(path: Path | None, about: Mapping[str, Any]) -> kept.KeptRun | None:
    """Return the run that is kept there, if it is of these settings."""
    if path is None or not path.is_file():
        return None
    try:
        run = kept.read(path)
    except record.Damaged as fault:
        warnings.warn(f"left out: {fault}", RecordWarning, stacklevel=2)
        return None
    return None if in_words(run.about, about) else run


@lru_cache(maxsize=64, typed=True)
def _first_loss(first: Method, loss: Any, imbalance: float, profile: str, seed: int, bottleneck: int | None) -> float:
    """Return the mean loss of the first epoch, trained here."""
    data = digits.load(imbalance=imbalance, profile=profile, seed=seed)
    parts = assemble(first, data, seed, precision="fp32", bottleneck=bottleneck)
    with loop.one_thread():
        return float(parts.trainer.run_epoch().loss)
