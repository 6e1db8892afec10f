"""Jitter: makes the replicas of an over-sampled minority differ from each other."""

from __future__ import annotations

import numpy as np

from ltviz.core.checks import number
from ltviz.core.errors import BadInput


def jitter(values: np.ndarray, rows: np.ndarray, *, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Return the samples in the order of `rows`, Gaussian noise on every replica after the first.

    Parameters
    ----------
    values : ndarray (N, ...)
        Samples: points (N, 2) or images, floating point.
    rows : ndarray (M,)
        An epoch's rows, as a sampler returns them; the first time that a sample comes, it is left as it is.
    amount : float
        Standard deviation of the noise, in units of the values; at least 0.
    generator : numpy Generator
        Draws the noise.

    Returns
    -------
    ndarray (M, ...)
        A copy, of the values' type.

    Raises
    ------
    BadInput
        For a negative amount, values that are not floating point, or a row that is none of theirs.
    """
    amount = number("amount", amount, 0, np.finfo(float).max)
    values, rows = np.asarray(values), np.asarray(rows)
    if values.dtype.kind != "f":
        raise BadInput(f"values must be floating point to be jittered; got {values.dtype}")
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or not ((rows >= 0) & (rows < len(values))).all():
        raise BadInput(f"rows must be whole numbers 0..{len(values) - 1}, (M,); got {rows!r}")
    taken = values[rows]
    replica = replicas(rows)
    noise = generator.standard_normal((int(replica.sum()), *values.shape[1:]))
    taken[replica] += (amount * noise).astype(values.dtype)
    return taken


def replicas(rows: np.ndarray) -> np.ndarray:
    """Return which of an epoch's rows (M,) came before in it, bool."""
    again = np.ones(len(rows), bool)
    again[np.unique(rows, return_index=True)[1]] = False
    return again
