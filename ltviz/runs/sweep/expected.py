"""How long runs should take, by what was measured: this machine's speed, else records, times what a method costs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ltviz import datasets, methods
from ltviz.core import files
from ltviz.core.errors import LtvizError
from ltviz.runs import duration
from ltviz.runs.sweep.plan import Wanted
from ltviz.runs.sweep.work import Options, selected
from ltviz.training.device import device_of, precision_of


@cache
def _records(homes: tuple[Path, ...], device: str) -> dict[tuple[str, str, str], float]:
    """Seconds of an epoch by data set, recipe and method: the median over what was recorded on a kind of device."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for path in (path for home in homes for path in home.glob("*/*/seed*/run.json")):
        try:
            told = files.read_json(path)
            if (told["device"] == "cpu") == (device == "cpu") and not told.get("resumed"):
                key = told["dataset"], told["recipe"], told["method"]
                found.setdefault(key, []).append(told["seconds"] / told["epochs"])
        except (LtvizError, KeyError, TypeError, ZeroDivisionError):
            continue  # no record: `ltviz results` says so
    return {key: statistics.median(values) for key, values in found.items()}


def seconds(run: Wanted, homes: Sequence[Path], options: Options) -> float | None:
    """Return what a run should take here, or None where nothing like it was measured.

    Where it was tried how fast this CPU trains, that decides; else records of the method on a device of the kind.

    Parameters
    ----------
    run : Wanted
        The run.
    homes : sequence of Path
        Folders of records.
    options : Options
        Device and precision.
    """
    name = methods.parse(run.method)[0]
    if not datasets.source(run.dataset).recorded:
        of_digits = _lines(tuple(homes))
        an_epoch = of_digits.get(run.method, of_digits.get(name, of_digits.get("erm")))
        return None if an_epoch is None else an_epoch * (run.epochs or methods.DIGITS.epochs)
    row = methods.by_recipe(methods.find(name), run.recipe, run.epochs)
    device = device_of(options.device)
    if device.type == "cpu":
        data = selected(run, options)
        images = row.recipe.epochs * sum(data.counts), row.recipe.epochs * data.tested
        here = duration.expected(row, *images, precision_of(options.precision, device), None, homes)
        if here is not None:
            return here
    held = _records(tuple(homes), device.type)
    an_epoch = held.get((run.dataset, run.recipe, name))
    if an_epoch is None and (plain := held.get((run.dataset, run.recipe, "erm"))) is not None:
        an_epoch = plain * duration.costs(tuple(homes)).get(name, 1.0)
    return None if an_epoch is None else an_epoch * row.recipe.epochs


@cache
def _lines(homes: tuple[Path, ...]) -> dict[str, float]:
    """Seconds of an epoch on digits, by method as it is spelled."""
    found: dict[str, float] = {}
    for path in (path for home in homes for path in home.glob("digits-*/*/seeds.json")):
        told: Any = files.read_json(path)
        values = [line["seconds"] / told["epochs"] for line in told["lines"].values()]
        if values:
            found.setdefault(told["spelled"], statistics.median(values))
    return found
