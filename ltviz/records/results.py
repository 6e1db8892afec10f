"""Results: the recorded runs of each method over its seeds, beside every figure published for it."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ltviz import methods
from ltviz.core.checks import one_of
from ltviz.core.errors import DataError
from ltviz.records import record
from ltviz.records.identity import but_seed, differences, in_words, merged
from ltviz.records.published import Published, figures_for

_Run = tuple[dict[str, Any], record.Row]  # a record, and its row that counts


@dataclass
class _Group:
    """Runs over whose seeds a mean is taken, and what they have in common."""

    common: dict[str, Any]
    runs: list[_Run]


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
    deviations : dict of str to float or None
        Standard deviation of these over seeds; None with one seed, or where there are no such classes.
    published : tuple of Published
        For this method on this data, by any recipe.
    alike : tuple of Published
        Those of them with this run's recipe and, as far as is known, its epochs.
    nearest : Published or None
        The nearest of those alike.
    data_seed : int or None
        Of the subset; None where the records do not say it.
    verified : bool or None
        Whether the images were the published ones; None where the records do not say it.
    model : str
        The net.
    unlike : str
        In what these runs differ from others of the same method, recipe and length; empty where there are none.
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
    deviations: dict[str, float | None]
    published: tuple[Published, ...]
    alike: tuple[Published, ...]
    nearest: Published | None
    data_seed: int | None
    verified: bool | None
    model: str
    unlike: str

    @property
    def marks(self) -> str:
        """What must be said beside the name wherever the numbers are shown; empty where all is as it should be."""
        return "; ".join(filter(None, ["not verified" * (self.verified is False), self.unlike]))


@dataclass(frozen=True)
class Collected:
    """What folders of records hold.

    Parameters
    ----------
    results : tuple of Result
        One for each method, data set, recipe and number of epochs. Runs that differ in more than the seed (counts,
        data seed, images, loss, settings) are never averaged: they are several results.
    faults : tuple of Damaged
        Why runs were left out: a file that is no record, a run in which the rule selects nothing.
    repeated : tuple of Path
        Records passed over, of runs that a folder before has too.
    lacking : tuple of str
        Tables of seeds, none of which has the epoch that the rule selects.
    """

    results: tuple[Result, ...]
    faults: tuple[record.Damaged, ...]
    repeated: tuple[Path, ...] = ()
    lacking: tuple[str, ...] = ()


def collect(folders: Sequence[Path], rule: str = "last", dataset: str | None = None) -> Collected:
    """Read every record below some folders; what cannot be used is left out and told.

    Parameters
    ----------
    folders : sequence of Path
        With records; of one run in two of them, the first that can be used counts.
    rule : {"last", "val", "best-on-test"}
        Which epoch of each run counts.
    dataset : str, optional
        Only this one: ``"cifar10"``, or with its tail, ``"cifar10-exp100"``.
    """
    one_of("select", rule, record.RULES)
    found = record.places(folders, dataset)
    groups: dict[str, list[_Group]] = {}
    faults = list(found.faults.values())
    repeated: list[Path] = []
    for run, some in found.files.items():
        for k, file in enumerate(some):
            try:
                told = record.read(file)
                row = record.selected(told, rule)
            except record.Damaged as damaged:
                faults.append(damaged)
            except DataError as error:
                faults.append(record.Damaged(str(error), "/".join(run.parts[-2:])))
            else:
                _join(groups.setdefault(run.parent.as_posix(), []), told, row)
                repeated += some[k + 1 :]
                break
    told_of = (_result(run, group, of_run, rule) for run, of_run in groups.items() for group in of_run)
    return Collected(tuple(told_of), tuple(faults), tuple(repeated))


def _join(groups: list[_Group], told: dict[str, Any], row: record.Row) -> None:
    """Put a run among those that differ from it in nothing but the seed."""
    own = but_seed(told)
    group = next((each for each in groups if not in_words(each.common, own)), None)
    if group is None:
        groups.append(group := _Group(own, []))
    group.common = merged(group.common, own)
    group.runs.append((told, row))


def results(folders: Sequence[Path], rule: str = "last", dataset: str | None = None) -> list[Result]:
    """Return what `collect` does, where nothing has to be left out.

    Raises
    ------
    DataError
        For a file that is no record, or a run in which the rule selects nothing.
    """
    found = collect(folders, rule, dataset)
    if found.faults:
        raise found.faults[0]
    return list(found.results)


def _result(run: str, group: _Group, beside: Sequence[_Group], rule: str) -> Result:
    runs = group.runs
    first, rows = runs[0][0], [row for _, row in runs]
    balanced = np.array([row["balanced"] for row in rows])
    figures: tuple[Published, ...] = ()
    if Path(run).name == f"{first['method']}-{first['recipe']}":  # its loss's parameters are the method's
        figures = figures_for(first["dataset"], first["profile"], first["imbalance"], first["method"])
    mean = float(balanced.mean())
    alike = tuple(p for p in figures if first["method"] in methods.METHODS and _same_recipe(first, p))
    return Result(
        dataset=first["dataset"],
        profile=first["profile"],
        imbalance=first["imbalance"],
        method=first["method"],
        loss=first.get("loss", ""),
        recipe=first["recipe"],
        run=run,
        epochs=first["epochs"],
        seeds=tuple(told["seed"] for told, _ in runs),
        rule=rule,
        mean=mean,
        deviation=deviation(balanced.tolist()),
        groups={name: _mean(row["by_group"][name] for row in rows) for name in rows[0]["by_group"]},
        deviations={name: deviation(row["by_group"][name] for row in rows) for name in rows[0]["by_group"]},
        published=figures,
        alike=alike,
        nearest=min(alike, key=lambda p: abs(p.accuracy - mean), default=None),
        data_seed=group.common.get("data_seed"),
        verified=group.common.get("verified"),
        model=group.common.get("settings", {}).get("model", "resnet32"),  # which all of earlier versions are
        unlike=_unlike(group, beside),
    )


def _unlike(group: _Group, beside: Sequence[_Group]) -> str:
    """Say in what runs differ from others of their method that were trained as long: that is said anyway."""
    own = group.common
    told: dict[str, str] = {}
    for other in beside:
        if other is not group and other.common["epochs"] == own["epochs"]:
            told |= {name: reprlib.repr(here) for name, _, here in differences(other.common, own) if name != "verified"}
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _same_recipe(run: dict[str, Any], figure: Published) -> bool:
    """Return whether a run was trained as the published one was, also where two names mean the same recipe."""
    if not figure.recipe:
        return False
    method = methods.METHODS[run["method"]]
    here, there = (methods.by_recipe(method, name) for name in (run["recipe"], figure.recipe))
    if run["epochs"] != there.recipe.epochs:
        return False
    return replace(here, recipe=replace(here.recipe, name="")) == replace(there, recipe=replace(there.recipe, name=""))


def deviation(values: Iterable[float | None]) -> float | None:
    """Return the standard deviation over seeds; None with one, or of nothing."""
    there = [value for value in values if value is not None]
    return float(np.std(there, ddof=1)) if len(there) > 1 else None


def _mean(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None
