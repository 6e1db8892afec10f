"""Resampling rules: one file each, found by name."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.samplers._base import Sampler
from ltviz.samplers._jitter import jitter, replicas

NAMES = tuple(sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py")))

__all__ = ["NAMES", "Sampler", "jitter", "make", "replicas"]


def make(
    name: str,
    labels: np.ndarray,
    counts: Any,
    *,
    seed: int = 0,
    samples: int | None = None,
    epochs: int | None = None,
) -> Sampler:
    """Return the sampler of that name; it goes into torch's DataLoader as ``sampler``, or into its BatchSampler.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    labels : ndarray (N,)
        Class id of each training sample.
    counts : ClassCounts or anything that makes one
        Training counts, which must be those of the labels.
    seed : int
        Of the order and of what is drawn.
    samples : int, optional
        Length of an epoch; by default the rule's own.
    epochs : int, optional
        Of the whole training; ``progressive`` needs it to be looped over.

    Raises
    ------
    BadInput
        For an unknown name, labels and counts that disagree, or a bad number of samples or epochs.

    Examples
    --------
    >>> import numpy as np
    >>> from torch.utils.data import BatchSampler, DataLoader
    >>> labels = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    >>> sampler = make("class_balanced", labels, [6, 2], seed=0)
    >>> loader = DataLoader(labels, batch_size=3, sampler=sampler)
    >>> for epoch in range(2):
    ...     sampler.set_epoch(epoch)  # to resume, begin at the epoch that was not finished
    ...     print([batch.tolist() for batch in loader])
    [[1, 0, 0], [0, 1, 1], [1, 1]]
    [[1, 1, 1], [1, 0, 0], [1, 0]]

    Whole batches alone, as batch norm wants them:

    >>> whole = BatchSampler(sampler, batch_size=3, drop_last=True)
    >>> [len(batch) for batch in DataLoader(labels, batch_sampler=whole)]
    [3, 3]
    """
    one_of("sampler", name, NAMES)
    module = importlib.import_module(f"{__name__}.{name}")
    found: type[Sampler] = module.RULE
    return found(labels, counts, seed=seed, samples=samples, epochs=epochs)
