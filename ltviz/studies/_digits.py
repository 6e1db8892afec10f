"""What the studies on nets trained on digits share: the runs, read or trained once, and words for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.special import logsumexp

from ltviz.core.errors import BadInput
from ltviz.datasets.digits import counts_of
from ltviz.methods import apart, meant
from ltviz.records.finished import FinishedRun
from ltviz.runs.kept import finished


def runs_of(
    methods: str, imbalance: float, profile: str, epochs: int, seeds: Iterable[int], **more: Any
) -> dict[str, list[FinishedRun]]:
    """Return the runs of each method, one per seed (which draws both subset and initial weights).

    Parameters
    ----------
    methods : str
        Methods, or losses by themselves, separated by commas, each with parameters in brackets if need be:
        ``"erm, dbm_bs(margin=0)"``.
    imbalance, profile, epochs
        The training set and how long to train.
    seeds : iterable of int
        One run each.
    **more
        Parameters of the loss or the net, for all methods.
    """
    seeds = list(seeds)
    told: dict[str, list[FinishedRun]] = {}
    for text in spelled(methods):
        method, given = meant(text, counts_of(imbalance, profile))
        given |= more
        told[text] = [finished(method, imbalance, profile, k, epochs, **given) for k in seeds]
    return told


def costs(run: FinishedRun, split: str) -> np.ndarray:
    """Return the cross-entropy of each image of a split (N,)."""
    labels, z = run.labels(split), run.logits(split).astype(np.float64)
    each: np.ndarray = logsumexp(z, axis=1) - z[np.arange(len(z)), labels]
    return each


def spelled(methods: str) -> list[str]:
    """Take methods apart at the commas outside brackets; they must be different ones."""
    told = apart(methods)
    if len(set(told)) != len(told):
        raise BadInput(f"methods must be different ones; got {methods!r}")
    return told


def setting(imbalance: float, profile: str, seed: int | None = None) -> str:
    """Say on which data the nets were trained."""
    one = "" if seed is None else f", seed {seed}"
    return f"Digits (scikit-learn), long-tailed: imbalance {imbalance:g} ({profile}){one}."
