"""A long-tailed subset of balanced data."""

from __future__ import annotations

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError


def take(pools: list[np.ndarray], counts: ClassCounts, generator: np.random.Generator) -> np.ndarray:
    """Return the rows of a random subset with these counts, sorted by class.

    Parameters
    ----------
    pools : list of ndarray
        The rows that each class may be taken from.
    counts : ClassCounts
        How many to take of each.
    generator : numpy Generator
        Chooses.

    Raises
    ------
    DataError
        If a class has fewer rows than asked for; nothing is taken then.
    """
    for c, (pool, count) in enumerate(zip(pools, counts, strict=True)):
        if count > len(pool):
            raise DataError(f"class {c} has {len(pool)} samples, asked for {count}; ask for a smaller largest class")
    return np.concatenate([generator.permutation(pool)[:n] for pool, n in zip(pools, counts, strict=True)])
