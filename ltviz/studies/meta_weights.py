"""What do meta-learned weights come to: a weight for each loss, or a rate for each class?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after, shown
from ltviz.core.counts import ClassCounts
from ltviz.methods.steps.meta_weight_net import LOSSES
from ltviz.records.finished import FinishedRun
from ltviz.studies._digits import costs, runs_of, setting
from ltviz.studies._neighbours import neighbours

MOMENTS = {"after the first epoch": 0.0, "after a third": 1 / 3, "after two thirds": 2 / 3, "at the end": 1.0}


@dataclass(frozen=True)
class MetaWeights:
    """What was learned by looking one step ahead, at some moments of a training; see `meta_weights`.

    Parameters
    ----------
    moments : tuple of str
        M moments, in words.
    loss : ndarray (L,)
        Losses at which the weight net was asked.
    weight : ndarray (M, n, L)
        Its weights in (0, 1), over n seeds.
    counts : ClassCounts
        Training counts.
    parts : tuple of ndarray
        Class ids that are drawn together, see `neighbours`.
    rate : ndarray (M, n, C)
        The meta sampler's rate of each class, in (0, 1).
    caption : str
        What was done.
    """

    moments: tuple[str, ...]
    loss: np.ndarray
    weight: np.ndarray
    counts: ClassCounts
    parts: tuple[np.ndarray, ...]
    rate: np.ndarray
    caption: str


def meta_weights(
    *,
    weight_rate: float = 0.1,
    class_rate: float = 0.05,
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 1,
    seed: int = 0,
) -> MetaWeights:
    """Train the methods that learn by looking one step ahead on digits, and ask on the way what they have learned.

    Equation
    --------
    V(L), the weight net of `meta_weight_net`;  psi_j, the class rates of `balanced_meta_softmax`

    Only ratios count: a batch's weights are divided by their sum, and class j is drawn in proportion to n_j psi_j. The
    first are learned while the net is trained, the second while its classifier is trained anew.

    Parameters
    ----------
    weight_rate : float
        At which the weight net learns. The paper's 1e-5 is for 20,000 steps; digits have a few hundred.
    class_rate : float
        At which the classes' rates are learned. The paper's 0.01 is for 2,000 steps.
    imbalance, profile, epochs
        The training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.

    Source
    ------
    Shu et al. 2019 (Meta-Weight-Net, arXiv 1902.07379), figure 5 (the learnt weight function); Ren et al. 2020 (BALMS,
    arXiv 2007.10740), section 3.3. The figure is ltviz's.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    each = [seed_after(seed, k) for k in range(seeds)]
    asked = imbalance, profile, epochs, each
    (weighed,) = runs_of("meta_weight_net", *asked, meta_rate=weight_rate).values()
    (drawn,) = runs_of("balanced_meta_softmax", *asked, meta_rate=class_rate).values()
    weight, rate = _course(weighed, "weight"), _course(drawn, "rate")
    counts = weighed[0].counts
    rates = f"Learned at rates of {shown(weight_rate)} and {shown(class_rate)}"
    papers = "the papers' 1e-5 and 0.01 are for 20,000 and 2,000 steps"
    caption = f"{setting(imbalance, profile)} {rates}; {papers}. {_said(counts, weighed, rate)}."
    return MetaWeights(tuple(MOMENTS), np.array(LOSSES), weight, counts, neighbours(counts), rate, caption)


def _course(runs: Sequence[FinishedRun], name: str) -> np.ndarray:
    """Return what the runs learned under a name at the moments, (M, n, ...)."""
    learned = [np.array([row["learned"][name] for row in run.rows if name in row.get("learned", {})]) for run in runs]
    places = (np.array(list(MOMENTS.values())) * (len(learned[0]) - 1)).round().astype(int)
    return np.stack([own[places] for own in learned], axis=1)


def _said(counts: ClassCounts, weighed: Sequence[FinishedRun], rate: np.ndarray) -> str:
    """Say what rare images and rare classes count at the end, beside frequent ones."""
    groups = counts.groups("terciles").members
    many, few = groups["many"], groups["few"]
    ratios = []
    for run in weighed:
        labels = run.labels("train")
        own = np.interp(costs(run, "train"), LOSSES, run.rows[-1]["learned"]["weight"])
        ratios.append(own[np.isin(labels, few)].mean() / own[np.isin(labels, many)].mean())
    drawn = (rate[-1][:, few].mean(axis=1) / rate[-1][:, many].mean(axis=1)).mean()
    return (
        f"In the end an image of the rarest third weighs {np.mean(ratios):.2f} times one of the most frequent third, "
        f"and is drawn {drawn:.2f} times as often"
    )
