"""Results: the recorded runs of each method over its seeds, beside every figure published for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.training import methods, record
from ltviz.training.published import Published, figures_for


@dataclass(frozen=True)
class Result:
    """One method on one data set by one recipe, over seeds.

    Parameters
    ----------
    dataset, profile, imbalance
        The data.
    method, loss, recipe : str
        What was trained; `run` names it with its own parameters, as its folder does.
    run : str
        Folder below the records' one, without the seed.
    epochs : int
        How long.
    seeds : tuple of int
        Of the runs.
    rule : str
        Which epoch counts; see `record.RULES`.
    mean : float
        Balanced accuracy over seeds, in [0, 1].
    deviation : float or None
        Standard deviation over seeds; None with one.
    groups : dict of str to float or None
        Mean accuracy of many, medium, few; None where there are no such classes.
    published : tuple of Published
        For this method on this data, by any recipe.
    nearest : Published or None
        The nearest of those with this run's recipe and, as far as is known, its epochs.
    """

    dataset: str
    profile: str
    imbalance: float
    method: str
    loss: str
    recipe: str
    run: str
    epochs: int
    seeds: tuple[int, ...]
    rule: str
    mean: float
    deviation: float | None
    groups: dict[str, float | None]
    published: tuple[Published, ...]
    nearest: Published | None


def results(folders: Sequence[Path], rule: str = "last", dataset: str | None = None) -> list[Result]:
    """Return one result for each method, data set, recipe and number of epochs that is recorded.

    Parameters
    ----------
    folders : sequence of Path
        With records; of one run in two of them, the first counts.
    rule : {"last", "val", "best-on-test"}
        Which epoch of each run counts.
    dataset : str, optional
        Only this one.

    Raises
    ------
    DataError
        For a file that is no record, or a run in which the rule selects nothing.
    """
    one_of("select", rule, record.RULES)
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for each in record.read_all(folders):
        if dataset in (None, each["dataset"]):
            groups.setdefault((each["run"], each["epochs"]), []).append(each)
    return [_result(runs, rule) for runs in groups.values()]


def _result(runs: Sequence[dict[str, Any]], rule: str) -> Result:
    first, rows = runs[0], [record.selected(run, rule) for run in runs]
    balanced = np.array([row["balanced"] for row in rows])
    figures: tuple[Published, ...] = ()
    if Path(first["run"]).name == f"{first['method']}-{first['recipe']}":  # its loss's parameters are the method's
        figures = figures_for(first["dataset"], first["profile"], first["imbalance"], first["method"])
    mean = float(balanced.mean())
    alike = [p for p in figures if first["method"] in methods.METHODS and _same_recipe(first, p)]
    return Result(
        dataset=first["dataset"],
        profile=first["profile"],
        imbalance=first["imbalance"],
        method=first["method"],
        loss=first.get("loss", ""),
        recipe=first["recipe"],
        run=first["run"],
        epochs=first["epochs"],
        seeds=tuple(run["seed"] for run in runs),
        rule=rule,
        mean=mean,
        deviation=float(balanced.std(ddof=1)) if len(runs) > 1 else None,
        groups={name: _mean(row["by_group"][name] for row in rows) for name in rows[0]["by_group"]},
        published=figures,
        nearest=min(alike, key=lambda p: abs(p.accuracy - mean), default=None),
    )


def _same_recipe(run: dict[str, Any], figure: Published) -> bool:
    """Return whether a run was trained as the published one was, also where two names mean the same recipe."""
    if not figure.recipe:
        return False
    method = methods.METHODS[run["method"]]
    here, there = (methods.on_cifar(method, name) for name in (run["recipe"], figure.recipe))
    if run["epochs"] != there.recipe.epochs:
        return False
    return replace(here, recipe=replace(here.recipe, name="")) == replace(there, recipe=replace(there.recipe, name=""))


def _mean(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None
