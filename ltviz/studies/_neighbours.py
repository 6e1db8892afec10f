"""Classes of about one frequency together: what a curve over a hundred classes is drawn through."""

from __future__ import annotations

import numpy as np

from ltviz.core.counts import ClassCounts

MOST = 20  # classes that a figure shows one by one
_PARTS = 10


def neighbours(counts: ClassCounts) -> tuple[np.ndarray, ...]:
    """Return class ids from the most frequent to the rarest, classes of one count together.

    Of more than 20 counts, tenths of the classes.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    """
    order = counts.by_frequency
    if len(np.unique(counts.values)) > MOST:
        return tuple(np.array_split(order, _PARTS))
    return tuple(np.split(order, np.flatnonzero(np.diff(counts.values[order])) + 1))
