"""Where the boundary between two classes of unequal size must stand for the smallest error bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.own_counts import training_counts
from ltviz.losses.ldam import LDAM


@dataclass(frozen=True)
class MarginBound:
    """The bound against the boundary's place; see `margin_bound`.

    Parameters
    ----------
    counts : ClassCounts
        The frequent class, then the rare one.
    place : ndarray (n,)
        The boundary's distance to the frequent class's nearest sample, as a share of the gap: g1 = place, g2 = 1 - g1.
    frequent, rare : ndarray (n,)
        The two terms 1 / (g1 sqrt n1) and 1 / (g2 sqrt n2); the bound is their sum.
    found : float
        The place of the smallest bound, by search.
    lowest, middle : float
        The bound there, and half-way.
    ratio : float
        (n2 / n1)^(1/4), the formula's g1 / g2.
    formula : float
        The place that this ratio gives: ratio / (1 + ratio).
    ldam : float
        The place that LDAM's two margins give.
    """

    counts: ClassCounts
    place: np.ndarray
    frequent: np.ndarray
    rare: np.ndarray
    found: float
    lowest: float
    middle: float
    ratio: float
    formula: float
    ldam: float


def margin_bound(*, largest: int = 1000, imbalance: float = 100.0, counts: Any = "") -> MarginBound:
    """Return the generalisation bound of two separable classes on a line, against the boundary's place.

    Equation
    --------
    B = 1 / (g1 sqrt n1) + 1 / (g2 sqrt n2),   g1 + g2 = 1;   smallest where g1 / g2 = (n2 / n1)^(1/4)

    Parameters
    ----------
    largest : int
        n1, the frequent class's samples.
    imbalance : float
        n1 / n2.
    counts : str, path or anything that makes ClassCounts
        Counts of one's own of two classes, in place of the others.

    Raises
    ------
    BadInput
        For counts of more than two classes.

    Source
    ------
    Cao et al. 2019 (arXiv 1906.07413), section 3.1.
    """
    given = training_counts(counts, "step", largest, 2, imbalance)
    if len(given) != 2:
        raise BadInput(f"margin_bound is about two classes; counts have {len(given)}: give two of them, as 1000,10")
    both = ClassCounts(given.values[given.by_frequency])
    n1, n2 = float(both[0]), float(both[1])

    def terms(place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return 1 / (place * n1**0.5), 1 / ((1 - place) * n2**0.5)

    def bound(place: float) -> float:
        return float(sum(np.sum(term) for term in terms(np.array(place))))

    low, high = 0.0, 1.0
    while high - low > 1e-9:  # the bound is convex: keep the part round its lowest inner point, again and again
        grid = np.linspace(low, high, 103)[1:-1]
        best = int(np.argmin(sum(terms(grid))))
        step = (high - low) / 102
        low, high = max(grid[best] - step, 1e-15), min(grid[best] + step, 1 - 1e-15)
    found = (low + high) / 2
    place = np.linspace(0.0, 1.0, 401)[1:-1]
    first, second = LDAM(both).margins().tolist()
    ratio = (n2 / n1) ** 0.25
    return MarginBound(
        both,
        place,
        *terms(place),
        found=found,
        lowest=bound(found),
        middle=bound(0.5),
        ratio=ratio,
        formula=ratio / (1 + ratio),
        ldam=first / (first + second),
    )
