"""How far does each class stand from being misread, in training and in the test?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.metrics.margins import logit_margin
from ltviz.studies._digits import runs_of, setting


@dataclass(frozen=True)
class MethodMargins:
    """One method's margins.

    Parameters
    ----------
    method : str
        Its name.
    unit : str
        What a margin is measured in.
    train, test : ndarray (N,)
        Score of the own class minus the best other score.
    """

    method: str
    unit: str
    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class MarginDistribution:
    """Margins of all training and test images for some methods; see `margin_distribution`."""

    counts: ClassCounts
    methods: tuple[MethodMargins, ...]
    train_labels: np.ndarray
    test_labels: np.ndarray
    caption: str


def margin_distribution(
    *,
    methods: str = "erm, dbm_bs",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seed: int = 0,
) -> MarginDistribution:
    """Train each method on long-tailed digits and measure the margin of every image.

    Equation
    --------
    margin_i = z_y - max_{j != y} z_j: below 0 the image is misread. Cosine heads give it divided by their scale.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    imbalance, profile, epochs, seed
        The training set and how long to train.
    """
    told = []
    for name, runs in runs_of(methods, imbalance, profile, epochs, [seed]).items():
        run = runs[0]
        cosine = run.test_cosine is not None
        train, test = (run.train_cosine, run.test_cosine) if cosine else (run.train_logits, run.test_logits)
        told.append(
            MethodMargins(
                name,
                "margin (cosine)" if cosine else "margin (logit)",
                logit_margin(np.asarray(train, np.float64), run.train_labels),
                logit_margin(np.asarray(test, np.float64), run.test_labels),
            )
        )
    caption = (
        f"{setting(imbalance, profile, seed)} Below the dashed line an image is misread; the lowest 0.5 % are cut."
    )
    return MarginDistribution(run.counts, tuple(told), run.train_labels, run.test_labels, caption)
