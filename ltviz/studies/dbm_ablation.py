"""What does each part of DBM add: the cosine head, the class margin, the instance margin?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ltviz.core.checks import one_of
from ltviz.methods import titled
from ltviz.metrics.interval import paired
from ltviz.studies._tables import chosen, tables

# what stands in the paper's rows, and how a method of the same parts is spelled: {} is the row that plugs DBM into it
STEPS = {
    "linear": "",
    "cosine head": "{}(margin=0)",
    "+ class margin": "{}(instance=none)",
    "+ instance margin, all samples": "{}(instance=all)",
    "+ instance margin, wrong side only": "{}",
}
BASES = {"ce": ("erm", "dbm_ce"), "balanced_softmax": ("balanced_softmax", "dbm_bs")}
PAPER = {  # accuracy in % on CIFAR-100-LT, exponential, imbalance 100
    "ce": (44.60, 44.29, 45.85, 46.38, 46.53),
    "balanced_softmax": (49.35, 49.84, 50.61, 50.93, 51.30),
}


@dataclass(frozen=True)
class Ablation:
    """The steps on one base loss.

    Parameters
    ----------
    base : str
        The loss.
    methods : tuple of str
        As spelled, one for each step.
    balanced, few : ndarray (S, n)
        Mean accuracy of all classes, and of the rarest third, for each step and seed, in [0, 1].
    gain, error : ndarray (S - 1,)
        What each step after the first adds to the mean accuracy of the one before, by the same seeds, and its
        standard error (0 for one seed).
    few_gain, few_error : ndarray (S - 1,)
        The same of the rarest third.
    paper : ndarray (S,)
        The paper's accuracies, on other data.
    """

    base: str
    methods: tuple[str, ...]
    balanced: np.ndarray
    few: np.ndarray
    gain: np.ndarray
    error: np.ndarray
    few_gain: np.ndarray
    few_error: np.ndarray
    paper: np.ndarray


@dataclass(frozen=True)
class DBMAblation:
    """One ablation for each base; see `dbm_ablation`."""

    steps: tuple[str, ...]
    data: str
    bases: tuple[Ablation, ...]
    caption: str


def dbm_ablation(*, base: str = "both", table: str = "digits-exp50") -> DBMAblation:
    """Take what each step from a linear head to all of DBM adds to the one before, over the seeds that all have.

    Parameters
    ----------
    base : {"ce", "balanced_softmax", "both"}
        What DBM is plugged into.
    table : str
        Which tables of seeds: data set, profile and imbalance. What a seed does to two steps cancels in their
        difference.

    Raises
    ------
    BadInput
        For another base, or a table that is no such name.
    DataError
        If a step has no table, or they have no seed in common.

    Source
    ------
    DBM (arXiv 2412.15477), the ablation on CIFAR-100-LT.
    """
    one_of("base", base, (*BASES, "both"))
    held = tables(table)
    told = []
    for name in BASES if base == "both" else (base,):
        plain, plugged = BASES[name]
        methods, seeds = chosen(", ".join(text.format(plugged) or plain for text in STEPS.values()), held)
        balanced, few = (
            np.array([held.values(text, "accuracy", group, seeds) for text in methods]) / 100
            for group in ("all", "few")
        )
        told.append(_ablation(name, tuple(map(titled, methods)), balanced, few))
    return DBMAblation(tuple(STEPS), held.title, tuple(told), held.caption)


def _ablation(base: str, methods: tuple[str, ...], balanced: np.ndarray, few: np.ndarray) -> Ablation:
    gains = [[paired(after, before) for before, after in pairwise(runs)] for runs in (balanced, few)]
    numbers = [np.array([[each.mean for each in some], [each.error or 0.0 for each in some]]) for some in gains]
    (gain, error), (few_gain, few_error) = numbers
    paper = np.array(PAPER[base]) / 100
    return Ablation(base, methods, balanced, few, gain, error, few_gain, few_error, paper)
