"""What does each method gain on rare classes, and what does it cost on frequent ones?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.methods import FAMILIES, METHODS
from ltviz.metrics.interval import Interval, over_seeds
from ltviz.records import record
from ltviz.records.seeds import costs
from ltviz.studies._tables import Tables, tables

REFERENCE = "erm"


@dataclass(frozen=True)
class Place:
    """Where a method stands.

    Parameters
    ----------
    method, family : str
        Its name and its family.
    seeds : int
        How many it was measured with.
    balanced : Interval
        Test accuracy, mean over all classes, in percent.
    thirds : tuple of float
        The same for the most frequent third of the classes, the middle one and the rarest.
    ellipse : ndarray (2, 2)
        Covariance of the mean over seeds of (frequent, rare) accuracy, percent squared; 0 with one seed.
    gain : Interval or None
        Balanced accuracy minus that of the same seeds of cross-entropy, in points; None for itself and without common
        seeds.
    cost : float or None
        Processor time over that of cross-entropy; None without common seeds.
    """

    method: str
    family: str
    seeds: int
    balanced: Interval
    thirds: tuple[float, float, float]
    ellipse: np.ndarray
    gain: Interval | None
    cost: float | None


@dataclass(frozen=True)
class MethodAtlas:
    """Methods by what frequent and rare classes make of them; see `method_atlas`."""

    data: str
    reference: str
    families: tuple[str, ...]
    places: tuple[Place, ...]
    caption: str


def method_atlas(*, table: str = "digits-exp50") -> MethodAtlas:
    """Place every method that has a table of seeds by the accuracy of frequent and of rare classes.

    Parameters
    ----------
    table : str
        Which tables of seeds: data set, profile and imbalance.

    Raises
    ------
    BadInput, DataError
        See `ltviz.studies._tables.tables`.
    """
    held = tables(table)
    family = {row.name: name for name, rows in FAMILIES.items() for row in rows}
    cost = costs(record.homes(), table, REFERENCE)
    places = [_place(name, family[name], held, cost.get(name)) for name in METHODS if name in held.held]
    places.sort(key=lambda each: -each.balanced.mean)
    families = tuple(name for name in FAMILIES if any(each.family == name for each in places))
    caption = f"{held.caption} Frequent and rare: a third of the classes each."
    return MethodAtlas(held.title, REFERENCE, families, tuple(places), caption)


def _place(name: str, family: str, held: Tables, cost: float | None) -> Place:
    seeds, common = held.seeds([name]), held.seeds([name, REFERENCE])
    (thirds,) = held.thirds([name], "accuracy", seeds)  # (3, S)
    every = held.values(name, "accuracy", "all", seeds)
    ellipse = np.cov(thirds[[0, 2]]) / len(seeds) if len(seeds) > 1 else np.zeros((2, 2))
    gain = None
    if common and name != REFERENCE:
        own, base = (held.values(each, "accuracy", "all", common) for each in (name, REFERENCE))
        gain = over_seeds(own - base)
    many, medium, few = thirds.mean(axis=1).tolist()
    return Place(name, family, len(seeds), over_seeds(every), (many, medium, few), ellipse, gain, cost)
