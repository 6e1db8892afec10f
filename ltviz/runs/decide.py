"""Decide: whether a comparison shows that one method is better than another, or has too few seeds or images to say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import one_of
from ltviz.metrics.interval import Interval, paired
from ltviz.runs.compare import Comparison, Scores

ALL = "all classes"
_NORMAL = 1.959964  # of 95 % of a normal distribution


@dataclass(frozen=True)
class Group:
    """One group of classes.

    Parameters
    ----------
    name : str
        many, medium, few, or "all classes".
    classes : int
        How many.
    images : int
        Test images of each class, the smallest number.
    difference : Interval
        Accuracy of the one method minus that of the other, over seeds: the luck of training.
    by_images : float
        How far it would reach by the luck of which images are tested, 95 %.
    """

    name: str
    classes: int
    images: int
    difference: Interval
    by_images: float

    @property
    def by_seeds(self) -> float | None:
        """How far the interval over seeds reaches; None for one seed."""
        found = self.difference.interval
        return None if found is None else found[1] - self.difference.mean

    @property
    def reach(self) -> float | None:
        """Both kinds of luck together."""
        return None if self.by_seeds is None else math.hypot(self.by_seeds, self.by_images)

    @property
    def verdict(self) -> str:
        """Better, worse, or what is too few to decide."""
        size = abs(self.difference.mean)
        if self.by_seeds is None or self.reach is None:
            return "not decided: one seed"
        if size > self.reach:
            return "better" if self.difference.mean > 0 else "worse"
        if size <= self.by_seeds:
            return "not decided: the seeds differ by more"
        need = math.ceil(self.images * self.by_images**2 / (size**2 - self.by_seeds**2))
        return f"not decided: {self.images} test images a class; about {need} would show it"


@dataclass(frozen=True)
class Decision:
    """What a comparison decides, group by group; as text, a table.

    Parameters
    ----------
    own, against : str
        The methods.
    seeds : int
        How many.
    groups : tuple of Group
        All classes first.
    """

    own: str
    against: str
    seeds: int
    groups: tuple[Group, ...]

    def __str__(self) -> str:
        wide = max(len(each.name) for each in self.groups)
        lines = [f"{self.own} against {self.against}, {self.seeds} seeds, points of accuracy:"]
        for each in self.groups:
            reach = "" if each.reach is None else f" ± {100 * each.reach:.1f}"
            lines.append(f"{each.name:{wide}}  {100 * each.difference.mean:+5.1f}{reach:8} {each.verdict}")
        return "\n".join(lines)


def decide(comparison: Comparison, against: str | None = None) -> Decision:
    """Say for each group of classes whether the first method of a comparison is better than another one.

    A difference counts if it is larger than two kinds of luck together, each at 95 %: that of training, from the seeds'
    paired differences, and that of which images are tested, of which no number of seeds tells. The second is that of
    two shares, with one success and one failure added to each (Agresti and Caffo 2000). It takes the two methods to be
    tested on different images; they are tested on the same, so it is rather too large.

    Parameters
    ----------
    comparison : Comparison
        See `ltviz.runs.compare.compare`.
    against : str, optional
        Which of those that it was compared with; by default the first.

    Raises
    ------
    BadInput
        For a method that it was not compared with.
    """
    own, others = comparison.scores[0], {each.name: each for each in comparison.scores[1:]}
    other = others[one_of("against", next(iter(others)) if against is None else against, list(others))]
    members = {ALL: np.arange(len(comparison.counts)), **comparison.counts.groups().members}
    found = tuple(_group(name, ids, own, other, comparison.tested) for name, ids in members.items() if len(ids))
    return Decision(own.name, other.name, len(comparison.seeds), found)


def _group(name: str, ids: np.ndarray, own: Scores, other: Scores, tested: np.ndarray) -> Group:
    images = tested[ids]
    one, two = (each.by_class[:, ids] for each in (own, other))
    return Group(
        name,
        len(ids),
        int(images.min()),
        paired(one.mean(axis=1), two.mean(axis=1)),
        float(_NORMAL * math.sqrt((_variance(one, images) + _variance(two, images)).sum()) / len(ids)),
    )


def _variance(accuracy: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Return the variance of each class's share of right answers, by which images are tested."""
    share = (accuracy.mean(axis=0) * images + 1) / (images + 2)
    return np.asarray(share * (1 - share) / (images + 2))
