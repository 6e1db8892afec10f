"""How often the worse of two methods wins a table: exactly, over all choices of seeds."""

from __future__ import annotations

import numpy as np

from ltviz.core.checks import number
from ltviz.core.errors import BadInput

UNIT = 1e-5  # to which accuracies are kept in tables of seeds


def sums(values: np.ndarray, most: int) -> tuple[int, np.ndarray]:
    """Return how the sums of different ones of some whole numbers are distributed, all choices weighing alike.

    Parameters
    ----------
    values : ndarray (S,)
        Whole numbers.
    most : int
        How many are chosen at most, no more than S.

    Returns
    -------
    int and ndarray (most + 1, L)
        The smallest value, low; in row k the shares of the choices of k whose sum is k low, k low + 1, and so on.
    """
    low = int(values.min())
    steps = (values - low).astype(int)
    longest = most * int(steps.max()) + 1
    shares = np.zeros((most + 1, longest))
    shares[0, 0] = 1.0
    for seen, step in enumerate(steps.tolist(), 1):
        for k in range(min(most, seen), 0, -1):
            part = k / seen  # of the choices of k out of `seen`: those that have the last one
            shares[k] *= 1 - part
            shares[k, step:] += part * shares[k - 1, : longest - step]
    return low, shares


def wins(one: np.ndarray, other: np.ndarray, most: int, *, paired: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return how often the first method's mean over seeds is the larger one, and how often both are equal.

    Means that differ by no more than `UNIT`, to which the numbers are kept, are equal.

    Parameters
    ----------
    one, other : ndarray (S,), (T,)
        A number of each seed, in [0, 1].
    most : int
        Seeds of each method, no more than there are.
    paired : bool
        Whether both have the same seeds, in the same order; else each draws its own, independently.

    Returns
    -------
    two ndarray (most,)
        Shares of all choices of 1, 2, ... seeds.

    Raises
    ------
    BadInput
        If there are fewer seeds, or pairs of different length.
    """
    number("most", most, 1, min(len(one), len(other)), whole=True)
    first, second = (np.rint(np.asarray(each) / UNIT).astype(int) for each in (one, other))
    if paired:
        if first.shape != second.shape:
            raise BadInput(f"paired seeds must be as many of both; got {len(first)} and {len(second)}")
        first, second = first - second, np.zeros(most, int)
    low, shares = sums(first, most)
    base, others = sums(second, most)
    found = [_above(k, low - base, shares[k], others[k]) for k in range(1, most + 1)]
    won, more = (np.array(each) for each in zip(*found, strict=True))
    return won, more - won


def _above(k: int, apart: int, shares: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return how often one sum of k is above another one, and how often it is at least about equal."""
    below = np.concatenate([[0.0], np.cumsum(others)])  # the share of the other one's sums below its least + j
    at = k * apart + np.arange(len(shares))
    clear, about = (below[np.clip(at + slack, 0, len(others))] for slack in (-k, k + 1))
    return float(shares @ clear), float(shares @ about)
