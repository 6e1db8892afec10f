"""Exercises of lesson 0: the imbalance ratio, the prior, two accuracies, the boundary of the training prior."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.core.profiles import profile
from ltviz.course.exercise import Exercise, Mistake
from ltviz.datasets import toy
from ltviz.metrics.accuracy import balanced

GAP = toy.SCENES["overlap"].gap  # between the two centres, in sigma
IMBALANCES = (10.0, 20.0, 50.0, 200.0, 1000.0)  # stops of the explorer


def shuffled(draw: np.random.Generator) -> list[int]:
    """Return the counts of some classes, in no order."""
    counts = profile("exp", int(draw.integers(8, 60)) * 100, int(draw.integers(5, 9)), float(draw.integers(20, 90)))
    mixed = draw.permutation(counts.values).tolist()
    mixed.insert(0, mixed.pop(mixed.index(sorted(mixed)[2])))  # so that the first over the last is not the ratio
    return mixed


def _two_accuracies(counts: list[int], accuracy: list[float]) -> list[float]:
    """Return overall accuracy where classes are as frequent as the counts say, and balanced accuracy."""
    return [float(np.average(accuracy, weights=counts)), balanced(np.array(accuracy))]


def _net(draw: np.random.Generator) -> dict[str, Any]:
    counts = shuffled(draw)
    rank = np.argsort(np.argsort(counts)) / (len(counts) - 1)  # 0 for the rarest
    return {
        "counts": counts,
        "accuracy": np.round(0.2 + 0.7 * rank + draw.uniform(-0.05, 0.05, len(counts)), 2).tolist(),
    }


EXERCISES = (
    Exercise(
        "00.1",
        "The imbalance ratio",
        given=lambda draw: {"counts": shuffled(draw)},
        right=lambda given: max(given.counts) / min(given.counts),
        mistakes=(
            Mistake(
                lambda given: min(given.counts) / max(given.counts),
                "That is the ratio upside down. Here the imbalance ratio is the most frequent class over the rarest, "
                "so that it is above 1.",
            ),
            Mistake(
                lambda given: given.counts[0] / given.counts[-1],
                "That is the first count over the last one, but these counts are in no order: take the largest and "
                "the smallest.",
            ),
            Mistake(
                lambda given: max(given.counts) / float(np.mean(given.counts)),
                "That is the most frequent class over the mean. The rarest class goes below the line.",
            ),
        ),
        hint="The number of images of the most frequent class, divided by that of the rarest.",
    ),
    Exercise(
        "00.2",
        "The prior",
        given=lambda draw: {"counts": shuffled(draw)},
        right=lambda given: np.array(given.counts) / sum(given.counts),
        mistakes=(
            Mistake(
                lambda given: np.array(given.counts) / max(given.counts),
                "These are shares of the largest class. A prior is a share of all images: it sums to 1.",
            ),
            Mistake(
                lambda given: np.full(len(given.counts), 1 / len(given.counts)),
                "That is the prior of a balanced test set. The training prior follows the counts.",
            ),
        ),
        hint="One number for each class, in the order of the counts: its images over all images. They sum to 1.",
    ),
    Exercise(
        "00.3",
        "One network, two accuracies",
        given=_net,
        right=lambda given: _two_accuracies(given.counts, given.accuracy),
        mistakes=(
            Mistake(
                lambda given: _two_accuracies(given.counts, given.accuracy)[::-1],
                "Both numbers are there, in the wrong order: overall accuracy first.",
            ),
            Mistake(
                lambda given: [_two_accuracies(given.counts, given.accuracy)[1]] * 2,
                "Overall accuracy is a mean over images: a class with more images has a larger part in it.",
            ),
            Mistake(
                lambda given: [_two_accuracies(given.counts, given.accuracy)[0]] * 2,
                "Balanced accuracy is the plain mean over classes: each counts alike, however rare.",
            ),
        ),
        within=0.005,
        hint="Overall: the sum of n times accuracy, over the sum of n. Balanced: the plain mean of the accuracies.",
    ),
    Exercise(
        "00.4",
        "Move the boundary until overall accuracy is largest",
        given=lambda draw: {"imbalance": float(draw.choice(IMBALANCES))},
        right=lambda given: float(np.log(given.imbalance)) / GAP,
        mistakes=(
            Mistake(
                lambda given: 0.0,
                "There balanced accuracy is largest: both classes count alike. Overall accuracy goes on growing as "
                "you give more room to the frequent class.",
            ),
            Mistake(
                lambda given: -float(np.log(given.imbalance)) / GAP,
                "That is the frequent class's side, where most of the points are lost. Look at the sign.",
            ),
        ),
        absolute=0.3,
        hint="Drag the boundary towards the rare class and watch overall accuracy. It stops growing where a new point "
        "is as likely to be of either class; that is log(imbalance) over the distance of the centres.",
    ),
)
