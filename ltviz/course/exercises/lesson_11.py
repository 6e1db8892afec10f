"""The exercises of lesson 11, your own data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake
from ltviz.losses import make_loss
from ltviz.metrics.interval import paired

_NORMAL = 1.96  # of 95 % of a normal distribution
_FEW = "not decided"


def _images(draw: np.random.Generator) -> dict[str, Any]:
    smallest = int(draw.integers(16, 60))
    sizes = [int(smallest * factor) for factor in (draw.uniform(12, 20), draw.uniform(6, 10), draw.uniform(2, 4), 1)]
    return {"counts": np.array(sizes)}


def _weights(beta: float, counts: np.ndarray) -> float:
    """Return how many times the weight of the most frequent class the rarest one has."""
    weights = make_loss("class_balanced", counts, beta=beta).weight()
    return float(weights.max() / weights.min())


def _wanted(draw: np.random.Generator) -> dict[str, Any]:
    counts = _images(draw)["counts"]
    return {"counts": counts, "times": round(float(draw.uniform(0.4, 0.6) * counts.max() / counts.min()), 1)}


def _shares(draw: np.random.Generator) -> dict[str, Any]:
    return {
        "images": int(draw.integers(8, 40)),
        "own": round(float(draw.uniform(0.68, 0.82)), 2),
        "other": round(float(draw.uniform(0.4, 0.6)), 2),
    }


def _reach(own: float, other: float, images: float) -> float:
    return _NORMAL * math.sqrt((own * (1 - own) + other * (1 - other)) / images)


def _runs(draw: np.random.Generator) -> dict[str, Any]:
    """Return five seeds of two methods in three groups: one better, one where the seeds scatter, one too small."""
    luck = 0.05 * draw.standard_normal((5, 3))
    wide = np.array([[0.25], [-0.3], [0.2], [-0.22], [0.1]]) * np.array([0.0, 1.0, 0.0])
    other = 0.6 + luck
    own = other + wide + np.array([draw.uniform(0.14, 0.18), 0.05, draw.uniform(0.1, 0.13)])
    own = own + 0.008 * draw.standard_normal((5, 3))
    return {"own": own.round(3), "other": other.round(3), "images": np.array([2000, 2000, 6])}


def _verdicts(given: Any, luck_of_images: bool = True, pairs: bool = True) -> list[str]:
    words = []
    for own, other, images in zip(given.own.T, given.other.T, given.images, strict=True):
        found = paired(own, other)
        low, high = found.interval or (-1.0, 1.0)
        by_seeds = (high - low) / 2
        if not pairs:
            by_seeds = math.hypot(*(2.776 * each.std(ddof=1) / math.sqrt(len(each)) for each in (own, other)))
        by_images = _reach(own.mean(), other.mean(), images) if luck_of_images else 0.0
        size = abs(found.mean)
        words.append(_FEW if size <= math.hypot(by_seeds, by_images) else "better" if found.mean > 0 else "worse")
    return words


EXERCISES = (
    Exercise(
        "11.1",
        "What one test image is worth",
        given=_images,
        right=lambda given: 100 / (given.counts.min() // 4),
        mistakes=(
            Mistake(
                lambda given: 100 / (given.counts.max() // 4),
                "That is a quarter of the largest class. The test set is balanced: every class gives as many images "
                "as the smallest class can spare.",
            ),
            Mistake(
                lambda given: 100 / (given.counts.sum() // 4),
                "That is a quarter of all images. The split takes the same number of each class, and the smallest "
                "class decides how many.",
            ),
            Mistake(
                lambda given: 100 / given.counts.min(),
                "The smallest class cannot give all of its images to the test: then it would have none to train on.",
            ),
        ),
        hint="A quarter of the smallest class, rounded down, is tested of each class; one of so many is how many "
        "points of 100?",
    ),
    Exercise(
        "11.2",
        "Move beta until the rare class counts enough",
        given=_wanted,
        accepts=lambda answer, given: abs(_weights(float(answer), given.counts) / given.times - 1) < 0.05,
        mistakes=(
            Mistake(
                lambda given: 1 - 0.1 / given.counts.max(),
                "That beta is too large: with so few images the weights never level off, and the rarest class has "
                "nearly the full imbalance ratio times the weight of the most frequent one. Fewer images must be "
                "enough.",
                when=lambda answer, given: float(answer) < 1 and _weights(float(answer), given.counts) > given.times,
            ),
            Mistake(
                lambda given: 0.9,
                "That beta is too small: so few images of a class are as good as any number that the weights are "
                "nearly the same.",
                when=lambda answer, given: _weights(float(answer), given.counts) < given.times,
            ),
        ),
        hint="The weights level off at about 1/(1 - beta) images. Try values between 0.9 and 0.999, and compare the "
        "rarest class's weight with that of the most frequent one.",
    ),
    Exercise(
        "11.3",
        "The luck of which images are tested",
        given=_shares,
        right=lambda given: 100 * _reach(given.own, given.other, given.images),
        mistakes=(
            Mistake(
                lambda given: _reach(given.own, given.other, given.images),
                "The number is right as a share; it is asked for in points, which are hundredths.",
            ),
            Mistake(
                lambda given: 100 * _reach(given.own, given.other, given.images) / _NORMAL,
                "That is one standard error. 95 % lie within 1.96 of them.",
            ),
            Mistake(
                lambda given: 100 * _NORMAL * math.sqrt(given.own * (1 - given.own) / given.images),
                "That is the luck of one method. In a difference both have theirs: the variances add up.",
            ),
            Mistake(
                lambda given: 100 * _NORMAL * math.sqrt(given.own * (1 - given.own) + given.other * (1 - given.other)),
                "That is the luck of one image. The mean of n images varies by the root of n less.",
            ),
        ),
        hint="A share p of n images has the variance p (1 - p) / n; those of the two methods add up; 1.96 times the "
        "root of that, in points.",
    ),
    Exercise(
        "11.4",
        "How many test images would show it?",
        given=lambda draw: {"share": 0.5, "points": int(draw.integers(5, 20))},
        right=lambda given: 2 * given.share * (1 - given.share) * (100 * _NORMAL / given.points) ** 2,
        mistakes=(
            Mistake(
                lambda given: given.share * (1 - given.share) * (100 * _NORMAL / given.points) ** 2,
                "That many show that one accuracy differs from a known number. Here two are measured, and both vary.",
            ),
            Mistake(
                lambda given: math.sqrt(2 * given.share * (1 - given.share)) * 100 * _NORMAL / given.points,
                "Luck falls with the root of the number of images: to halve it takes four times as many. Square it.",
            ),
            Mistake(
                lambda given: 2 * given.share * (1 - given.share) * (100 / given.points) ** 2,
                "That makes the difference as large as one standard error. It should be 1.96 of them.",
            ),
        ),
        within=0.03,
        hint="Set 1.96 times the root of 2 p (1 - p) / n equal to the difference, as a share, and solve for n.",
    ),
    Exercise(
        "11.5",
        "Decide",
        given=_runs,
        right=_verdicts,
        mistakes=(
            Mistake(
                lambda given: _verdicts(given, luck_of_images=False),
                "You looked at the seeds alone. They say how lucky a training was; all of them were tested on the "
                "same images, and of one group there are very few.",
            ),
            Mistake(
                lambda given: ["better" if each > 0 else "worse" for each in (given.own - given.other).mean(axis=0)],
                "You took the sign of the mean for a decision. How far do the seeds differ, and how many images were "
                "tested?",
            ),
            Mistake(
                lambda given: [_FEW] * 3,
                "One group can be decided: there the seeds agree and many images were tested.",
            ),
        ),
        hint="For each group: the mean of the paired differences; 2.776 of their standard errors, the luck of "
        "training; 1.96 roots of the two variances, the luck of the images; add the squares. Larger than the root of "
        'that is "better" or "worse", the rest "not decided".',
    ),
)
