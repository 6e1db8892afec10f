"""How far, in angle, do test images lie from the centre of their class?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.metrics.geometry import angle_to_own
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
        How many test images it shows, of how many classes.
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
        Classes of the test images.
    angles : ndarray (2, N)
        Radians.
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
    rule: str
    groups: dict[str, np.ndarray]
    halves: tuple[Half, ...]
    caption: str


def angle_histogram(
    *,
    methods: str = "balanced_softmax, dbm_bs",
    groups: str = "terciles",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
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
        Two names of methods, separated by a comma: left, right.
    groups : {"terciles", "thresholds"}
        How classes are sorted into many, medium and few. Digits have few images, so that the field's thresholds
        (100 and 20 training images) may leave a group empty.
    imbalance, profile, epochs, seed
        The training set and how long to train.

    Raises
    ------
    BadInput
        If there are not two methods.

    Source
    ------
    DBM (arXiv 2412.15477), Figure 4, there on CIFAR-100-LT.
    """
    trained = runs_of(methods, imbalance, profile, epochs, [seed])
    if len(trained) != 2:
        raise BadInput(f"methods must be two, left and right, separated by a comma; got {methods!r}")
    runs = {name: of_seed[0] for name, of_seed in trained.items()}
    any_run = next(iter(runs.values()))
    labels, sorted_ = any_run.test_labels, any_run.counts.groups(groups)
    angles = {name: angle_to_own(run.test_embedding, labels, run.prototypes) for name, run in runs.items()}
    halves = tuple(
        _half(name, group, np.degrees(angles[name][np.isin(labels, ids)]), len(ids))
        for group, ids in sorted_.members.items()
        for name in runs
        if len(ids)
    )
    caption = f"{setting(imbalance, profile, seed)} Dashed: quartiles."
    stacked = np.stack(list(angles.values()))
    return AngleHistogram(tuple(runs), any_run.counts, labels, stacked, sorted_.text, sorted_.members, halves, caption)


def _half(method: str, group: str, degrees: np.ndarray, classes: int) -> Half:
    """Return the outline by Scott's rule, from the smallest angle to the largest."""
    height = np.linspace(degrees.min(), degrees.max(), _POINTS)
    width = max(float(degrees.std()) * len(degrees) ** -0.2, 1e-3)
    density = np.exp(-0.5 * ((height[:, None] - degrees) / width) ** 2).sum(axis=1)
    quartiles = np.percentile(degrees, [25, 50, 75])
    return Half(method, group, len(degrees), classes, height, density / density.max(), quartiles)
