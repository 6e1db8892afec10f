"""What the studies of many seeds share: the tables of one data set, and what is asked of a method's seeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltviz.core.checks import one_of, spelled
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, DataError
from ltviz.datasets import source_of
from ltviz.records import record
from ltviz.records.names import named
from ltviz.records.seeds import SeedTable
from ltviz.records.seeds import tables as tables_of
from ltviz.records.tabled import from_runs

TERCILES = ("many", "medium", "few")


@dataclass(frozen=True)
class Measure:
    """A number that each seed of a method has.

    Parameters
    ----------
    words : str
        What it is: accuracy in the test, or that of the training minus it; mean angles of a class's test images to its
        class vector, or to the mean of their directions; that over the angle to the nearest other class's mean.
    unit : str
        "points" (of a percentage), "degrees" or "%".
    least : float
        What is less, in that unit, makes no difference that a table would be read for.
    view : str
        The view that shows it; empty where `ltviz compare` prints it.
    needs : tuple of str
        What a line of a table must hold.
    of : callable
        A table and seeds -> (S, C), by class, in that unit.
    """

    words: str
    unit: str
    least: float
    view: str
    needs: tuple[str, ...]
    of: Callable[[SeedTable, list[int]], np.ndarray]


MEASURES = {
    "accuracy": Measure(
        "accuracy", "points", 1.0, "", ("by_class",), lambda table, seeds: 100 * table.of("by_class", seeds)
    ),
    "gap": Measure(
        "generalisation gap",
        "points",
        1.0,
        "generalisation_gap",
        ("train_by_class", "by_class"),
        lambda table, seeds: 100 * (table.of("train_by_class", seeds) - table.of("by_class", seeds)),
    ),
    "angle": Measure(
        "angle to class vector",
        "degrees",
        1.0,
        "embedding_geometry",
        ("angle",),
        lambda table, seeds: np.degrees(table.of("angle", seeds)),
    ),
    "spread": Measure(
        "angle to class mean",
        "degrees",
        1.0,
        "embedding_geometry",
        ("spread",),
        lambda table, seeds: np.degrees(table.of("spread", seeds)),
    ),
    "tightness": Measure(
        "spread over distance",
        "%",
        5.0,
        "embedding_geometry",
        ("spread", "apart"),
        lambda table, seeds: 100 * table.of("spread", seeds) / table.of("apart", seeds),
    ),
}


@dataclass(frozen=True)
class Tables:
    """The tables of one data set.

    Parameters
    ----------
    title : str
        The data in words.
    name : str
        Data set, profile and imbalance: ``"digits-exp50"``.
    held : dict of str to SeedTable
        By the method as it is spelled.
    caption : str
        What they are of, and which could not be used.
    """

    title: str
    name: str
    held: dict[str, SeedTable]
    caption: str

    @property
    def counts(self) -> ClassCounts:
        """Training counts."""
        return next(iter(self.held.values())).counts

    def seeds(self, methods: Iterable[str]) -> list[int]:
        """Return the seeds that all of these methods have; none where one has no table."""
        some = [set(self.held[method].lines) if method in self.held else set[int]() for method in methods]
        return sorted(set.intersection(*some)) if some else []

    @property
    def trains(self) -> bool:
        """Whether these are small nets that a command trains anew, in seconds: records of runs are not."""
        return not source_of(self.about["dataset"]).recorded

    def has(self, method: str, measure: str) -> bool:
        """Whether there is a table of a method with what a measure needs."""
        return method in self.held and all(map(self.held[method].has, MEASURES[measure].needs))

    @property
    def about(self) -> Mapping[str, Any]:
        """What the runs of every method have in common, and of the first one its own."""
        return next(iter(self.held.values())).about

    def values(self, method: str, measure: str, group: str, seeds: list[int]) -> np.ndarray:
        """Return a measure's mean over a third of the classes, or over "all" of them, for each seed (S,)."""
        by_class = MEASURES[measure].of(self.held[method], seeds)
        members = self.counts.groups("terciles").members
        chosen = slice(None) if group == "all" else members[one_of("group", group, TERCILES)]
        return np.asarray(by_class[:, chosen].mean(axis=1))

    def thirds(self, methods: Sequence[str], measure: str, seeds: list[int]) -> np.ndarray:
        """Return a measure of some methods (M, 3, S): frequent, middle and rare classes."""
        return np.array([[self.values(each, measure, group, seeds) for group in TERCILES] for each in methods])


def chosen(methods: str, held: Tables) -> tuple[list[str], list[int]]:
    """Return the methods that a text names, and the seeds that all of them have.

    Raises
    ------
    BadInput
        For an unknown method, or one that is named twice.
    DataError
        If one has no table, or they have no seed in common.
    """
    from ltviz.methods import apart, parse

    texts = apart(methods)
    for text in texts:
        parse(text)
    if len(set(texts)) != len(texts):
        raise BadInput(f"methods must be different ones; got {methods!r}")
    if lacking := [text for text in texts if text not in held.held]:
        raise DataError(
            f"no seeds of {', '.join(lacking)} are recorded for {held.title}; there are {', '.join(held.held)}. "
            f'ltviz claims --measure --methods "{", ".join(lacking)}" trains them'
        )
    seeds = held.seeds(texts)
    if not seeds:
        raise DataError(
            f"{', '.join(texts)} have no seed in common on {held.title}: ltviz claims --measure trains more"
        )
    return texts, seeds


def tables(records: str) -> Tables:
    """Return the tables of some data from the folders of records; of runs they have accuracies alone.

    Parameters
    ----------
    records : str
        Data set, profile and imbalance: ``"digits-exp50"``, and of recorded runs a recipe where one is meant:
        ``"cifar10-exp100-short"``.

    Raises
    ------
    BadInput
        If it is no such name.
    DataError
        If there is no table of it that can be used.

    Warns
    -----
    RecordWarning
        For each table that is left out.
    """
    match = re.fullmatch(r"(?P<data>([A-Za-z0-9][\w.-]*)-([a-z]+)(\d+(?:\.\d+)?))(-[a-z]+)?", records)
    if match is None:
        raise BadInput(f"records must name tables of seeds, such as digits-exp50; got {records!r}")
    data, source = match["data"], source_of(match[2])
    held, faults = from_runs(record.homes(), named(records)) if source.recorded else tables_of(record.homes(), records)
    if not held:
        way = f"ltviz claims --measure --table {records} trains them"
        way = f"ltviz train {named(records).flags} records them" if source.recorded else way
        raise faults[0] if faults else DataError(f"no seeds are recorded for {records}: {way}")
    first = next(iter(held.values()))
    sizes = f"the largest class has {first.counts.largest} images, the smallest {min(first.counts)}"
    caption = f"{first.about['epochs']} epochs; {sizes}.{record.left_out(faults)}"
    title = f"{source.titled(match[2])}, imbalance {spelled(float(match[4]))} ({match[3]})"
    return Tables(title + f", recipe {first.about['recipe']}" * source.recorded, data, held, caption)
