"""When does BBN turn from frequent classes to rare ones, and what does each of its two branches know on the way?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.methods import find, on_digits
from ltviz.methods.steps.bbn import BBN
from ltviz.studies._branches import course
from ltviz.studies._digits import setting

SHARES = {"samples as they are": 1.0, "reversed frequencies": 0.0, "both, as in the test": 0.5}
GROUPS = {"many": "the most frequent third", "few": "the rarest third"}
_LOOKS = 12  # at the test set, evenly over the training


@dataclass(frozen=True)
class CumulativeLearning:
    """The course of a training of BBN; see `cumulative_learning`.

    Parameters
    ----------
    share : ndarray (E,)
        What the first branch counts in each epoch, in (0, 1].
    epochs : ndarray (L,)
        Epochs, from 1, after which the net was looked at.
    branches, groups : tuple of str
        B ways to ask the net and G groups of classes, in words.
    accuracy : ndarray (B, G, L, n)
        Test accuracy in [0, 1], over n seeds.
    caption : str
        What was done.
    """

    share: np.ndarray
    epochs: np.ndarray
    branches: tuple[str, ...]
    groups: tuple[str, ...]
    accuracy: np.ndarray
    caption: str


def cumulative_learning(
    *, imbalance: float = 50.0, profile: str = "exp", epochs: int = 60, seeds: int = 1, seed: int = 0
) -> CumulativeLearning:
    """Train BBN on digits, and ask on the way each branch by itself and both together.

    Equation
    --------
    a = 1 - (T / T_max)^2 weighs the branch of samples as they are, 1 - a that of reversed frequencies

    A branch by itself is the classifier with the other branch's features at 0.

    Parameters
    ----------
    imbalance, profile, epochs
        The training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.

    Source
    ------
    Zhou et al. 2020 (BBN, arXiv 1912.02413), section 4.3 and figure 5; what the branches know on the way is ltviz's.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    method = on_digits(find("bbn"), epochs)
    looks = np.unique(np.linspace(1, epochs, min(_LOOKS, epochs)).round().astype(int))
    asked = looks, tuple(SHARES.values()), tuple(GROUPS)
    each = [course(method, imbalance, profile, seed_after(seed, k), *asked) for k in range(seeds)]
    share = np.array([BBN.share(epoch, epochs) for epoch in range(epochs)])
    words = tuple(SHARES), tuple(GROUPS.values())
    return CumulativeLearning(share, looks, *words, np.stack(each, axis=-1), setting(imbalance, profile))
