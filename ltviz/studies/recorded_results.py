"""How near do recorded runs come to the published figures?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ltviz.core.errors import DataError
from ltviz.records import record
from ltviz.records.names import named, net_words
from ltviz.records.results import Result, collect


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
    method : str
        Whose.
    epochs : int
        How long it was trained.
    seeds : tuple of int
        Of the runs.
    mean : float
        Balanced test accuracy over the seeds, in [0, 1].
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
    data, recipe : str
        For the title.
    rows : tuple of Row
        The most accurate method first.
    sources : tuple of str
        Where the figures were published.
    caption : str
        What is shown, by which rule.
    """

    data: str
    recipe: str
    rows: tuple[Row, ...]
    sources: tuple[str, ...]
    caption: str


def recorded_results(*, records: str = "cifar10-exp100", select: str = "last") -> RecordedResults:
    """Set each method's recorded runs beside every figure published for it on the same data.

    Runs whose loss has parameters other than the method's are left out: no figure was published for them.

    Parameters
    ----------
    records : str
        Data set, profile and imbalance, ``"cifar10-exp100"``, and a recipe, ``"cifar10-exp100-short"``. Without a
        recipe, that of the most epochs; of several, that with the most methods.
    select : {"last", "val", "best-on-test"}
        The epoch of each run that counts; see `record.RULES`.

    Raises
    ------
    BadInput
        If `records` is no such name.
    DataError
        If no such run is recorded, or none that can be used.

    Warns
    -----
    RecordWarning
        For each run that is left out; the caption names it too.
    """
    wanted = named(records)
    held = collect(record.homes(), select, wanted.folder)
    found = [
        each
        for each in held.results
        if each.recipe in wanted.recipes and Path(each.run).name == f"{each.method}-{each.recipe}"
    ]
    if not found:
        if held.faults:
            raise held.faults[0]
        raise DataError(
            f"no run is recorded for {records}; to record one: ltviz train --method erm {wanted.flags} "
            f"--recipe {wanted.recipes[-1]}"
        )
    by_recipe = {recipe: [each for each in found if each.recipe == recipe] for recipe in wanted.recipes}
    recipe, shown = max(by_recipe.items(), key=lambda item: (max((r.epochs for r in item[1]), default=0), len(item[1])))
    shown.sort(key=lambda each: -each.mean)
    sources = tuple(dict.fromkeys(figure.source for each in shown for figure in each.published))
    data = f"{wanted.words}, {net_words(each.model for each in shown)}"
    caption = _caption(data, recipe, select) + record.left_out(held.faults)
    return RecordedResults(wanted.title, recipe, tuple(_row(each, sources) for each in shown), sources, caption)


def _row(result: Result, sources: tuple[str, ...]) -> Row:
    near = result.nearest
    return Row(
        method=result.method,
        epochs=result.epochs,
        seeds=result.seeds,
        mean=result.mean,
        deviation=result.deviation,
        difference=None if near is None else result.mean - near.accuracy,
        published=tuple(Printed(p.accuracy, sources.index(p.source), p in result.alike) for p in result.published),
        marks=result.marks,
    )


def _caption(data: str, recipe: str, select: str) -> str:
    short = " Short runs: the basic recipe in few epochs, which is no paper's." * (recipe == "short")
    return f"{data}. Recorded: {record.RULES[select]}. Papers report the best test epoch.{short}"
