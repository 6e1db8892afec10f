"""Resampling rules: one file each, found by name."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.samplers._base import Sampler
from ltviz.samplers._jitter import jitter

NAMES = tuple(sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py")))

__all__ = ["NAMES", "Sampler", "jitter", "make"]


def make(name: str, labels: np.ndarray, counts: Any, *, seed: int = 0, samples: int | None = None) -> Sampler:
    """Return the sampler of that name.

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

    Raises
    ------
    BadInput
        For an unknown name, labels and counts that disagree, or a bad number of samples.
    """
    one_of("sampler", name, NAMES)
    module = importlib.import_module(f"{__name__}.{name}")
    found: type[Sampler] = module.RULE
    return found(labels, counts, seed=seed, samples=samples)
