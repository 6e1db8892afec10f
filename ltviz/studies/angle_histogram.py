"""How far, in angle, do test images lie from the centre of their class?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.metrics.density import Half, half
from ltviz.metrics.interval import over_seeds
from ltviz.studies._digits import spelled
from ltviz.studies._trained import nets_of


@dataclass(frozen=True)
class AngleHistogram:
    """Angles to the own class centre for two methods; see `angle_histogram`.

    Parameters
    ----------
    data : str
        Whose angles: a data set, and what has no record.
    methods : tuple of str
        Left and right.
    counts : ClassCounts
        Training counts.
    change : dict of str to ndarray
        For each group that has classes: right minus left median angle of each seed, in degrees.
    rule : str
        How the classes were grouped.
    groups : dict of str to ndarray
        Class ids of many, medium and few; a group may be empty.
    halves : dict of str to tuple of Half
        For each group that has classes: left and right, in degrees, each test image once per seed.
    caption : str
        What was done.
    """

    data: str
    methods: tuple[str, ...]
    counts: ClassCounts
    change: dict[str, np.ndarray]
    rule: str
    groups: dict[str, np.ndarray]
    halves: dict[str, tuple[Half, ...]]
    caption: str


def angle_histogram(
    *,
    methods: str = "dbm_bs(margin=0), dbm_bs",
    groups: str = "terciles",
    records: str = "",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> AngleHistogram:
    """Measure the angle of each test image to its class's vector, in nets of two methods.

    Equation
    --------
    theta_i = arccos( f_i . w_y / (|f_i| |w_y|) ), f the feature, w_y the head's class vector: the centre with which
    the classifier compares.

    Parameters
    ----------
    methods : str
        Two methods, separated by a comma: left, right. Heads of one kind make their angles comparable; by default
        they differ in the margin alone.
    groups : {"terciles", "thresholds"}
        How classes are sorted into many, medium and few. Digits have few images, so that the field's thresholds
        (100 and 20 training images) may leave a group empty.
    records : str
        Recorded runs to read, see `nets_of`; empty to train on digits.
    imbalance, profile, epochs
        Of the digits: the training set and how long to train.
    seeds, seed : int
        How many seeds, whose angles are pooled, and the first.

    Raises
    ------
    BadInput
        If there are not two methods.

    Source
    ------
    DBM (arXiv 2412.15477), Figure 4, there on CIFAR-100-LT.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    if len(spelled(methods)) != 2:
        raise BadInput(f"methods must be two, left and right, separated by a comma; got {methods!r}")
    wanted = [seed_after(seed, k) for k in range(seeds)]
    nets = nets_of(methods, imbalance, profile, epochs, wanted, records, images=True, paper="CIFAR-100-LT")
    sorted_ = nets.counts.groups(groups)
    halves, change = {}, {}
    for group, ids in sorted_.members.items():
        if len(ids):
            own = [
                [np.degrees(net.angles("test")[np.isin(net.labels("test"), ids)]) for net in of]
                for of in nets.of.values()
            ]
            halves[group] = tuple(half(np.concatenate(each)) for each in own)
            left, right = (np.array([np.median(each) for each in of]) for of in own)
            change[group] = right - left
    n = len(nets.seeds)
    pooled = f"Angles of {n} seeds pooled" if n > 1 else f"Seed\N{NO-BREAK SPACE}{nets.seeds[0]}"
    caption = f"{nets.setting} {pooled}; dashed: quartiles. {_in_words(change)}"
    return AngleHistogram(
        nets.data, tuple(nets.of), nets.counts, change, sorted_.text, sorted_.members, halves, caption
    )  # fmt: skip


def _in_words(change: dict[str, np.ndarray]) -> str:
    """Say by how much the medians differ: what a seed does to both methods cancels."""
    told = []
    for group, of_seeds in change.items():
        found = over_seeds(of_seeds)
        told.append(
            f"{group} {found.mean:+.1f}".replace("-", "\N{MINUS SIGN}")
            + (f"\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{found.deviation:.1f}" if found.deviation is not None else "")
        )
    band = " (mean ± deviation of the paired difference)" if len(of_seeds) > 1 else ""
    return f"Right minus left median in degrees: {', '.join(told)}{band}."
