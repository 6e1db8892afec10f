"""The exercises of lesson 10, CIFAR-10-LT."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ltviz.core.profiles import profile
from ltviz.course.exercise import Exercise, Mistake
from ltviz.metrics.interval import paired

_T = 2.776  # Student's t of 95 % with four degrees of freedom: five seeds


def _protocol(draw: np.random.Generator) -> dict[str, Any]:
    return {"largest": int(draw.choice([500, 5000])), "classes": 10, "imbalance": int(draw.choice([20, 50, 200]))}


def _fall(given: Any, steps: int) -> np.ndarray:
    """Return counts that fall by the whole imbalance in so many steps."""
    exact = given.largest * given.imbalance ** (-np.arange(given.classes) / steps)
    return np.floor(exact + 1e-9).astype(np.int64)


def _history(draw: np.random.Generator) -> dict[str, Any]:
    """Return the test accuracies of three seeds over 40 epochs: they rise, level off, and are noisy until the end."""
    epochs = np.arange(40)
    rise = 72 - 40 * np.exp(-epochs / 8)
    return {"accuracy": (rise + 1.5 * draw.standard_normal((3, 40))).round(2)}


def _pairs(draw: np.random.Generator) -> dict[str, Any]:
    luck = 1.5 * draw.standard_normal(5)
    other = 70 + luck
    own = other + draw.uniform(0.8, 1.6) + 0.4 * draw.standard_normal(5)
    return {"own": own.round(2), "other": other.round(2)}


def _half_width(given: Any) -> float:
    found = paired(given.own, given.other)
    assert found.interval is not None
    return found.interval[1] - found.mean


def _error(accuracy: float, images: float) -> float:
    return 100 * math.sqrt(accuracy * (1 - accuracy) / images)


EXERCISES = (
    Exercise(
        "10.1",
        "The protocol's counts",
        given=_protocol,
        right=lambda given: profile("exp", given.largest, given.classes, float(given.imbalance)).values,
        mistakes=(
            Mistake(
                lambda given: _fall(given, given.classes),
                "Your exponent is -j/C. From class 0 to class C - 1 there are C - 1 steps, so that the rarest class "
                "has n_max / IF images.",
            ),
            Mistake(
                lambda given: _fall(given, given.classes - 1)[::-1],
                "These are the counts from the rarest class on. Class 0 is the most frequent.",
            ),
            Mistake(
                lambda given: np.linspace(given.largest, given.largest // given.imbalance, given.classes).astype(int),
                "Your counts fall by the same number of images from class to class. They fall by the same factor.",
            ),
        ),
        hint="n_j = n_max IF^(-j/(C-1)), j from 0 to C - 1, and of a part of an image nothing is taken: int(...).",
    ),
    Exercise(
        "10.2",
        "What looking at the answers brings",
        given=_history,
        right=lambda given: (given.accuracy.max(axis=1) - given.accuracy[:, -1]).mean(),
        mistakes=(
            Mistake(
                lambda given: given.accuracy.mean(axis=0).max() - given.accuracy.mean(axis=0)[-1],
                "That is one epoch for all seeds, the best of the mean. Papers choose it anew for each run, which "
                "brings more.",
            ),
            Mistake(
                lambda given: given.accuracy.max() - given.accuracy[:, -1].mean(),
                "That is the best epoch of the best seed. It chooses twice by the test set.",
            ),
            Mistake(
                lambda given: (given.accuracy.max(axis=1) - given.accuracy.mean(axis=1)).mean(),
                "You compare with the mean over all epochs. An honest rule takes the last one.",
            ),
        ),
        hint="For each seed the largest of its accuracies minus the last; then the mean over the seeds.",
    ),
    Exercise(
        "10.3",
        "Pair by pair",
        given=_pairs,
        right=_half_width,
        mistakes=(
            Mistake(
                lambda given: _T * math.sqrt((given.own.var(ddof=1) + given.other.var(ddof=1)) / 5),
                "You took the two methods for independent. They share their seeds, and what a seed does to both "
                "cancels in the difference: take the differences first.",
            ),
            Mistake(
                lambda given: _T * (given.own - given.other).std(ddof=1),
                "That is how far one difference scatters. The mean of five scatters by the root of five less.",
            ),
            Mistake(
                lambda given: 1.96 * (given.own - given.other).std(ddof=1) / math.sqrt(5),
                "1.96 is for many seeds. With five the deviation is itself uncertain: Student's t with four degrees "
                "of freedom is 2.776.",
            ),
            Mistake(
                lambda given: (given.own - given.other).mean(),
                "That is the mean difference. How sure is it?",
            ),
        ),
        hint="The deviation of the five differences, with n - 1, over the root of five, times 2.776.",
    ),
    Exercise(
        "10.4",
        "The luck of the test set",
        given=lambda draw: {"accuracy": round(float(draw.uniform(0.3, 0.7)), 2), "images": 1000, "classes": 10},
        right=lambda given: _error(given.accuracy, given.images * given.classes),
        mistakes=(
            Mistake(
                lambda given: _error(given.accuracy, given.images),
                "That is the luck of one class. All classes together have ten times as many test images.",
            ),
            Mistake(
                lambda given: _error(given.accuracy, given.images * given.classes) / 100,
                "The number is right as a share; it is asked for in points, which are hundredths.",
            ),
            Mistake(
                lambda given: 100 * given.accuracy * (1 - given.accuracy) / math.sqrt(given.images * given.classes),
                "p (1 - p) is a variance. Take the root of it too.",
            ),
        ),
        hint="The root of p (1 - p) / n, with all images in the test set, times 100.",
    ),
)
