"""How many images does under-sampling throw away, and what does that cost the frequent classes?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.errors import BadInput
from ltviz.datasets.digits import counts_of
from ltviz.studies._digits import runs_of

METHODS = ("erm", "under_sampling")
GROUPS = {"many": "the most frequent third", "few": "the rarest third"}


@dataclass(frozen=True)
class UndersamplingCost:
    """What is left of an epoch, and of the accuracy; see `undersampling_cost`.

    Parameters
    ----------
    ratio : ndarray (S,)
        Imbalance ratios, as whole images make them.
    thrown : ndarray (S,)
        The share of the training images that an epoch does without.
    groups : tuple of str
        G groups of classes, in words.
    gain : ndarray (G, S, n)
        Test accuracy of under-sampling minus that of the same seed's plain training, in [-1, 1].
    caption : str
        What was done.
    """

    ratio: np.ndarray
    thrown: np.ndarray
    groups: tuple[str, ...]
    gain: np.ndarray
    caption: str


def undersampling_cost(
    *,
    imbalance: float = 50.0,
    profile: str = "exp",
    stops: int = 3,
    epochs: int = 60,
    seeds: int = 2,
    seed: int = 0,
) -> UndersamplingCost:
    """Train with and without under-sampling at several imbalance ratios.

    Equation
    --------
    thrown away in an epoch: 1 - C n_min / sum_j n_j

    Parameters
    ----------
    imbalance : float
        The largest ratio, above 1; the others lie between 1 and it, evenly on a log scale.
    profile, epochs
        How the counts fall, and how long to train.
    stops : int
        How many ratios.
    seeds, seed : int
        How many seeds, and the first. What a seed does to both nets cancels in their difference.

    Source
    ------
    Buda et al. 2018 (arXiv 1710.05381), section 2.2; the measurement is ltviz's. Each epoch draws its images anew, so
    that in the end a net may have met most; what it has less of is steps, C n_min instead of sum n_j images an epoch.
    """
    stops = number("stops", stops, 2, 50, whole=True)
    seeds = number("seeds", seeds, 1, 100, whole=True)
    if not imbalance > 1:
        raise BadInput(f"imbalance must be above 1, the largest of several ratios; got {imbalance!r}")
    wanted = [seed_after(seed, k) for k in range(seeds)]
    asked = np.geomspace(1, imbalance, stops + 1)[1:]
    gain, ratio, thrown = np.empty((len(GROUPS), stops, seeds)), np.empty(stops), np.empty(stops)
    for s, each in enumerate(asked.tolist()):
        counts = counts_of(each, profile)
        ratio[s], thrown[s] = counts.imbalance, 1 - len(counts) * counts.smallest / counts.total
        runs = runs_of(", ".join(METHODS), each, profile, epochs, wanted)
        plain, under = (np.array([run.class_accuracy for run in runs[name]]) for name in METHODS)
        members = counts.groups("terciles").members
        for g, group in enumerate(GROUPS):
            gain[g, s] = (under - plain)[:, members[group]].mean(axis=1)
    caption = (
        f"Digits (scikit-learn), long-tailed ({profile}), {epochs} epochs. At ratio {ratio[-1]:g} an epoch does "
        f"without {100 * thrown[-1]:.0f} % of the images, and takes fewer steps in proportion."
    )
    return UndersamplingCost(ratio, thrown, tuple(GROUPS.values()), gain, caption)
