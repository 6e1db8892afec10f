"""How far, in angle, do test images lie from the centre of their class?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.metrics.geometry import angle_to_own
from ltviz.metrics.interval import over_seeds
from ltviz.studies._digits import runs_of, setting

_POINTS = 81  # on each outline


@dataclass(frozen=True)
class Half:
    """One side of one violin: one method, one group of classes.

    Parameters
    ----------
    method, group : str
        Whose.
    images, classes : int
        How many angles it shows (each test image once per seed), of how many classes.
    degrees : ndarray (K,)
        Heights of the outline.
    density : ndarray (K,)
        Gaussian kernel density at these heights, 1 at its largest.
    quartiles : ndarray (3,)
        In degrees.
    """

    method: str
    group: str
    images: int
    classes: int
    degrees: np.ndarray
    density: np.ndarray
    quartiles: np.ndarray


@dataclass(frozen=True)
class AngleHistogram:
    """Angles to the own class centre for two methods; see `angle_histogram`.

    Parameters
    ----------
    methods : tuple of str
        Left and right.
    counts : ClassCounts
        Training counts.
    labels : ndarray (N,)
        Classes of the test images, seed after seed.
    angles : ndarray (2, N)
        Radians.
    change : dict of str to ndarray
        For each group that has classes: right minus left median angle of each seed, in degrees.
    rule : str
        How the classes were grouped.
    groups : dict of str to ndarray
        Class ids of many, medium and few; a group may be empty.
    halves : tuple of Half
        What is drawn; none for an empty group.
    caption : str
        What was done.
    """

    methods: tuple[str, ...]
    counts: ClassCounts
    labels: np.ndarray
    angles: np.ndarray
    change: dict[str, np.ndarray]
    rule: str
    groups: dict[str, np.ndarray]
    halves: tuple[Half, ...]
    caption: str


def angle_histogram(
    *,
    methods: str = "dbm_bs(margin=0), dbm_bs",
    groups: str = "terciles",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> AngleHistogram:
    """Train two methods on long-tailed digits and measure each test image's angle to its class's vector.

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
    imbalance, profile, epochs
        The training set and how long to train.
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
    trained = runs_of(methods, imbalance, profile, epochs, [seed_after(seed, k) for k in range(seeds)])
    if len(trained) != 2:
        raise BadInput(f"methods must be two, left and right, separated by a comma; got {methods!r}")
    runs = list(trained.values())
    counts, labels = runs[0][0].counts, runs[0][0].test_labels  # the same for every seed
    angles = np.array([[angle_to_own(run.test_embedding, labels, run.prototypes) for run in of] for of in runs])
    sorted_ = counts.groups(groups)
    halves, change = [], {}
    for group, ids in sorted_.members.items():
        if len(ids):
            own = np.degrees(angles[:, :, np.isin(labels, ids)])  # (2, seeds, images)
            halves += [_half(name, group, each.ravel(), len(ids)) for name, each in zip(trained, own, strict=True)]
            left, right = np.median(own, axis=2)
            change[group] = right - left
    caption = f"{setting(imbalance, profile)} Angles of {seeds} seed{'s' * (seeds > 1)} pooled; dashed: quartiles."
    return AngleHistogram(
        tuple(trained), counts, np.tile(labels, seeds), angles.reshape(2, -1), change, sorted_.text, sorted_.members,
        tuple(halves), f"{caption} {_in_words(change)}",
    )  # fmt: skip


def _in_words(change: dict[str, np.ndarray]) -> str:
    """Say by how much the medians differ: what a seed does to both methods cancels."""
    told = []
    for group, of_seeds in change.items():
        found = over_seeds(of_seeds)
        told.append(f"{group} {found.mean:+.1f}" + (f" ± {found.deviation:.1f}" if found.deviation is not None else ""))
    band = " (mean ± deviation of the paired difference)" if len(of_seeds) > 1 else ""
    return f"Right minus left median in degrees: {', '.join(told)}{band}."


def _half(method: str, group: str, degrees: np.ndarray, classes: int) -> Half:
    """Return the outline by Scott's rule, from the smallest angle to the largest."""
    height = np.linspace(degrees.min(), degrees.max(), _POINTS)
    width = max(float(degrees.std()) * len(degrees) ** -0.2, 1e-3)
    density = np.exp(-0.5 * ((height[:, None] - degrees) / width) ** 2).sum(axis=1)
    quartiles = np.percentile(degrees, [25, 50, 75])
    return Half(method, group, len(degrees), classes, height, density / density.max(), quartiles)
