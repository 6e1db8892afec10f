"""The exercises of lesson 7, two stages."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from ltviz.course.exercise import Exercise, Mistake, counts
from ltviz.methods.steps.bbn import BBN
from ltviz.metrics.interval import over_seeds


def _share(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / values.sum())


def _layer(draw: np.random.Generator) -> dict[str, Any]:
    lengths = np.array([3.0, 2.4, 1.9, 1.5, 1.1])
    vectors = draw.normal(size=(5, 4))
    return {
        "vectors": (lengths[:, None] * vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).round(3),
        "bias": draw.uniform(0.3, 1.0, 5).round(2),
        "features": draw.uniform(0.5, 2.0, 4).round(2),
        "tau": round(float(draw.uniform(0.4, 0.8)), 2),
    }


def _normalised(given: Any, tau: float) -> np.ndarray:
    length = np.linalg.norm(given.vectors, axis=1)
    return np.asarray(given.vectors @ given.features / length**tau)


def _grouped(draw: np.random.Generator) -> dict[str, Any]:
    """Return three classes; the first is far out and wide, so that length and neighbours mislead."""
    turn = float(draw.uniform(-0.1, 0.1))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    first = [[4, 0], [7, 0.5], [6, -2], [8, 1], [5, 2], [2.2, 0.2], [7, -1]]
    points = np.array([*first, [1, 1], [1.4, 0.6], [0.6, 1.2], [-0.5, 2.6], [-0.9, 3]])
    images = np.array([[2.3, 0.4], [6.5, 0.0], [-0.6, 2.4], [1.2, 1.1]])
    order, shown = draw.permutation(12), draw.permutation(4)
    labels = np.repeat([0, 1, 2], [7, 3, 2])
    return {
        "features": (points @ rotation.T).round(3)[order],
        "labels": labels[order],
        "images": (images @ rotation.T).round(3)[shown],
    }


def _means(given: Any) -> np.ndarray:
    return np.array([given.features[given.labels == c].mean(axis=0) for c in range(3)])


def _nearest(images: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(images[:, None] - places, axis=2).argmin(axis=1))


def _paired(draw: np.random.Generator) -> dict[str, Any]:
    seeds = draw.normal(80, 3, 10)  # what both methods share
    gain = draw.uniform(1, 3)
    return {
        "one": (seeds + gain + draw.normal(0, 1, 10)).round(2),
        "other": (seeds + draw.normal(0, 1, 10)).round(2),
    }


def _ends(given: Any, half: float) -> np.ndarray:
    return (given.one - given.other).mean() + half * np.array([-1, 1])


def _error(given: Any) -> float:
    return float((given.one - given.other).std(ddof=1) / np.sqrt(len(given.one)))


def _first_behind(epochs: int) -> int:
    return next(epoch for epoch in range(epochs) if BBN.share(epoch, epochs) < 0.5)


EXERCISES = (
    Exercise(
        "07.1",
        "Which class comes next?",
        given=lambda draw: {"counts": counts(draw), "q": round(float(draw.uniform(0.3, 0.7)), 2)},
        right=lambda given: _share(given.counts**given.q),
        mistakes=(
            Mistake(
                lambda given: _share(given.counts),
                "That is q = 1, the ordinary epoch. The counts have an exponent here.",
            ),
            Mistake(
                lambda given: _share(given.counts ** (given.q - 1)),
                "That is how often one image of each class comes. A class has n images, so it comes n times as often.",
            ),
            Mistake(
                lambda given: np.full(len(given.counts), 1 / len(given.counts)),
                "That is q = 0, all classes alike.",
            ),
            Mistake(
                lambda given: given.counts**given.q,
                "Those are in the right proportion, but probabilities sum to 1.",
            ),
        ),
        hint="Raise the counts to the power q and divide by their sum: ten numbers that sum to 1.",
    ),
    Exercise(
        "07.2",
        "Lengths taken out",
        given=_layer,
        right=lambda given: _normalised(given, given.tau),
        mistakes=(
            Mistake(
                lambda given: _normalised(given, given.tau) + given.bias,
                "The bias is dropped: it holds the training's frequencies too.",
            ),
            Mistake(
                lambda given: _normalised(given, 1.0),
                "Those vectors all have length 1, which is τ = 1. Here a part of the length stays.",
            ),
            Mistake(
                lambda given: _normalised(given, -given.tau),
                "You multiplied by the power of the length; that makes long vectors longer.",
            ),
            Mistake(
                lambda given: _normalised(given, given.tau) / np.linalg.norm(given.features),
                "The features keep their length: only the class vectors are divided.",
            ),
        ),
        within=0.001,
        hint="Each class's product of vector and features, over that vector's length to the power τ: np.linalg.norm "
        "with axis=1.",
    ),
    Exercise(
        "07.3",
        "No classifier at all",
        given=_grouped,
        right=lambda given: _nearest(given.images, _means(given)),
        mistakes=(
            Mistake(
                lambda given: given.labels[_nearest(given.images, given.features)],
                "Those are the classes of the nearest training images. Take the mean of each class first.",
            ),
            Mistake(
                lambda given: (given.images @ _means(given).T).argmax(axis=1),
                "That is the largest product, which favours means that lie far out. The distance is asked for.",
            ),
        ),
        hint="Three means, then the distance of each image to each: argmin gives four class numbers.",
    ),
    Exercise(
        "07.4",
        "When does the tail take over?",
        given=lambda draw: {"epochs": int(draw.integers(41, 240))},
        right=lambda given: _first_behind(given.epochs),
        mistakes=(
            Mistake(
                lambda given: given.epochs // 2 + 1,
                "That is the half of the training. The share falls along a parabola, slowly at first.",
                when=lambda answer, given: abs(answer - given.epochs / 2) <= 1.5,
            ),
            Mistake(
                lambda given: _first_behind(given.epochs) - 1,
                "In that epoch the first branch still counts more: round up, not down.",
            ),
            Mistake(
                lambda given: _first_behind(given.epochs) + 1,
                "One too late: epochs are counted from 0.",
            ),
        ),
        hint="Solve 1 - (T / T_max)^2 < 1/2 for the epoch, and take the first whole number.",
    ),
    Exercise(
        "07.5",
        "A claim and its interval",
        given=_paired,
        right=lambda given: np.array(over_seeds(given.one - given.other).interval),
        mistakes=(
            Mistake(
                lambda given: _ends(given, 2.262 * _error(given) * np.sqrt(len(given.one))),
                "That is where single seeds lie. The mean of ten is surer: divide the deviation by the root of 10.",
            ),
            Mistake(
                lambda given: _ends(
                    given, 2.262 * float(np.sqrt((given.one.var(ddof=1) + given.other.var(ddof=1)) / len(given.one)))
                ),
                "You took the spreads of the two methods apart. The seeds are shared: take the ten differences first.",
            ),
            Mistake(
                lambda given: _ends(given, float(norm.ppf(0.975)) * _error(given)),
                "1.96 is for very many seeds; with ten it is 2.262.",
            ),
        ),
        within=0.002,
        hint="Ten differences, their mean, and to either side 2.262 deviations (ddof=1) over the root of 10.",
    ),
)
