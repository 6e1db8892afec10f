"""What do methods reach over their seeds, and how near do recorded runs come to the published figures?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ltviz import datasets, methods
from ltviz.core.checks import one_of
from ltviz.core.errors import BadInput, DataError
from ltviz.records import record
from ltviz.records.names import Records, named, net_words
from ltviz.records.results import Result, collect
from ltviz.records.tabled import results_of_tables

GROUPS = ("all", "many", "medium", "few")


@dataclass(frozen=True)
class Printed:
    """A published figure.

    Parameters
    ----------
    accuracy : float
        In [0, 1].
    source : int
        Its place in `RecordedResults.sources`.
    alike : bool
        Whether the recipe and, as far as is known, the epochs are those of the recorded runs.
    """

    accuracy: float
    source: int
    alike: bool


@dataclass(frozen=True)
class Row:
    """One method's recorded runs.

    Parameters
    ----------
    method, family : str
        Whose, as spelled, and of which family that is; empty for a method of one's own.
    epochs : int
        How long it was trained.
    seeds : tuple of int
        Of the runs.
    mean : float
        Balanced test accuracy over the seeds, or that of a group's classes, in [0, 1].
    deviation : float or None
        Standard deviation over the seeds; None with one.
    difference : float or None
        The mean minus the nearest figure that is alike; None where none is.
    published : tuple of Printed
        Every figure for this method on this data.
    marks : str
        What must be said beside the name: that the images are not verified, in what these runs differ from others of
        the method; mostly empty.
    """

    method: str
    family: str
    epochs: int
    seeds: tuple[int, ...]
    mean: float
    deviation: float | None
    difference: float | None
    published: tuple[Printed, ...]
    marks: str


@dataclass(frozen=True)
class RecordedResults:
    """Recorded and published accuracies; see `recorded_results`.

    Parameters
    ----------
    data, recipe, group : str
        For the title: which data, which recipe, which classes.
    rows : tuple of Row
        The most accurate method first.
    sources : tuple of str
        Where the figures were published.
    caption : str
        What is shown, by which rule.
    """

    data: str
    recipe: str
    group: str
    rows: tuple[Row, ...]
    sources: tuple[str, ...]
    caption: str


def recorded_results(*, records: str = "cifar10-exp100", select: str = "last", group: str = "all") -> RecordedResults:
    """Set each method's recorded runs, or its table of seeds, beside every figure published for it on the same data.

    Runs whose loss has parameters other than the method's are left out: no figure was published for them.

    Parameters
    ----------
    records : str
        Data set, profile and imbalance, ``"cifar10-exp100"``, and a recipe, ``"cifar10-exp100-short"``. Without a
        recipe, that of the most epochs; of several, that with the most methods. ``"digits-exp50"`` are small nets.
    select : {"last", "val", "best-on-test"}
        The epoch of each run that counts; see `record.RULES`.
    group : {"all", "many", "medium", "few"}
        The classes whose mean accuracy is shown; figures are published for all of them alone.

    Raises
    ------
    BadInput
        If `records` is no such name, or its data have no class of the group.
    DataError
        If no such run is recorded, or none that can be used.

    Warns
    -----
    RecordWarning
        For each run that is left out; the caption names it too.
    """
    wanted = named(records, tables=True)
    one_of("group", group, GROUPS)
    held, tabled = (of(record.homes(), select, wanted.folder) for of in (collect, results_of_tables))
    faults = (*held.faults, *tabled.faults)
    found = [
        each
        for each in (*held.results, *tabled.results)
        if (each.recipe in wanted.recipes or len(wanted.recipes) > 1)
        and Path(each.run).name == f"{each.method}-{each.recipe}"
    ]
    if not found:
        raise faults[0] if faults else _none(records, wanted, select, tabled.lacking)
    by_recipe = {recipe: [each for each in found if each.recipe == recipe] for recipe in {r.recipe: 0 for r in found}}
    recipe, shown = max(by_recipe.items(), key=lambda item: (max(r.epochs for r in item[1]), len(item[1])))
    if group != "all" and any(each.groups[group] is None for each in shown):
        raise BadInput(f"no class of {wanted.words} has {group} training samples; choose another group, or all")
    sources = tuple(dict.fromkeys(figure.source for each in shown for figure in each.published if group == "all"))
    rows = sorted((_row(each, sources, group) for each in shown), key=lambda row: -row.mean)
    data = wanted.words
    if datasets.source_of(wanted.dataset).recorded:
        data += f", {net_words(each.model for each in shown)}"
    caption = _caption(data, recipe, select, bool(sources)) + record.left_out(faults)
    return RecordedResults(wanted.title, recipe, group, tuple(rows), sources, caption)


def _none(records: str, wanted: Records, select: str, lacking: tuple[str, ...]) -> DataError:
    if lacking:
        return DataError(f"the tables of {records} hold nothing selected by {select!r} ({record.RULES[select]})")
    if not datasets.source_of(wanted.dataset).recorded:
        return DataError(f"no seeds are recorded for {records}: ltviz claims --measure --table {records} trains them")
    return DataError(
        f"no run is recorded for {records}; to record one: ltviz train --method erm {wanted.flags} "
        f"--recipe {wanted.recipes[-1]}"
    )


def _row(result: Result, sources: tuple[str, ...], group: str) -> Row:
    mean, deviation = result.mean, result.deviation
    if group != "all":
        mean, deviation = result.groups[group] or 0.0, result.deviations[group]
    near = result.nearest if group == "all" else None
    figures = (p for p in result.published if p.source in sources)
    return Row(
        method=result.method,
        family=next((name for name, rows in methods.FAMILIES.items() if result.method in {r.name for r in rows}), ""),
        epochs=result.epochs,
        seeds=result.seeds,
        mean=mean,
        deviation=deviation,
        difference=None if near is None else mean - near.accuracy,
        published=tuple(Printed(p.accuracy, sources.index(p.source), p in result.alike) for p in figures),
        marks=result.marks,
    )


def _caption(data: str, recipe: str, select: str, published: bool) -> str:
    short = " Short runs: the basic recipe in few epochs, which is no paper's." * (recipe == "short")
    papers = " Papers report the best test epoch." * published
    return f"{data}. Recorded: {record.RULES[select]}.{papers}{short}"
