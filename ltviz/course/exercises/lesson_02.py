"""The exercises of lesson 2, re-sampling."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake, counts
from ltviz.samplers.progressive import Progressive
from ltviz.samplers.square_root import SquareRoot


def _small(draw: np.random.Generator) -> np.ndarray:
    """Return the counts of few classes, for numbers that a head can follow."""
    return counts(draw, classes=int(draw.integers(4, 8)))


def _shares(given: Any, power: float) -> np.ndarray:
    each: np.ndarray = given.counts.astype(float) ** power
    return each / each.sum()


def _times(given: Any, power: float) -> float:
    """Return how often an image of the rarest class comes in an epoch as long as the data set."""
    return float(given.counts.sum() * _shares(given, power)[-1] / given.counts[-1])


def _progressive(given: Any, t: float) -> np.ndarray:
    return (1 - t) * _shares(given, 1.0) + t / len(given.counts)


def _labels(given: Any) -> np.ndarray:
    return np.repeat(np.arange(len(given.counts)), given.counts)


EXERCISES = (
    Exercise(
        "02.1",
        "How often does an image come?",
        given=lambda draw: {"counts": _small(draw), "q": float(draw.choice([0.0, 0.25, 0.5, 0.75]))},
        right=lambda given: _times(given, given.q),
        mistakes=(
            Mistake(
                lambda given: float(_shares(given, given.q)[-1]),
                "That is how likely the class is drawn. An epoch draws as often as there are images, and what the "
                "class gets is shared by its own images.",
            ),
            Mistake(
                lambda given: float(given.counts.sum() * _shares(given, given.q)[-1]),
                "So often the class comes in an epoch. One of its images has only its part of that.",
            ),
            Mistake(
                lambda given: _times(given, -given.q - 1),
                "The exponent has the wrong sign: at q = 0 all classes come equally often, at q = 1 all images do.",
            ),
        ),
        hint="N p_j / n_j: the length of the epoch, times the share of the class, over its number of images.",
    ),
    Exercise(
        "02.2",
        "Square-root sampling",
        given=lambda draw: {"counts": _small(draw)},
        right=lambda given: SquareRoot(_labels(given), given.counts).shares(0.0),
        mistakes=(
            Mistake(
                lambda given: np.sqrt(_shares(given, 1.0)),
                "These are roots, but they do not sum to 1: divide by the sum of the roots.",
            ),
            Mistake(
                lambda given: _shares(given, -0.5),
                "That is 1 over the root: it is how much more often an image comes. The class itself comes in "
                "proportion to the root.",
            ),
            Mistake(
                lambda given: _shares(given, 1.0),
                "That is the data set as it is, q = 1.",
            ),
        ),
        hint="The root of each count, over the sum of the roots.",
    ),
    Exercise(
        "02.3",
        "Progressive sampling, in the middle",
        given=lambda draw: {
            "counts": _small(draw),
            "epoch": int(draw.integers(2, 5)),
            "epochs": int(draw.integers(11, 17)),
        },
        right=lambda given: Progressive(_labels(given), given.counts, epochs=given.epochs).shares(
            given.epoch / (given.epochs - 1)
        ),
        mistakes=(
            Mistake(
                lambda given: _progressive(given, 1 - given.epoch / (given.epochs - 1)),
                "The two parts have changed places: training begins with the data as they are and ends with classes "
                "drawn equally often.",
            ),
            Mistake(
                lambda given: _progressive(given, given.epoch / given.epochs),
                "With epoch / epochs the last epoch, number epochs - 1, would not reach t = 1.",
            ),
            Mistake(
                lambda given: _shares(given, 1 - given.epoch / (given.epochs - 1)),
                "You let the power q fall from 1 to 0. Progressive sampling mixes the two distributions instead.",
            ),
        ),
        within=0.002,
        hint="(1 - t) of the data's own shares and t of equal ones, with t = epoch / (epochs - 1).",
    ),
    Exercise(
        "02.4",
        "What under-sampling does without",
        given=lambda draw: {"counts": _small(draw)},
        right=lambda given: 1 - len(given.counts) * min(given.counts) / sum(given.counts),
        mistakes=(
            Mistake(
                lambda given: len(given.counts) * min(given.counts) / sum(given.counts),
                "That share is kept. What does the epoch do without?",
            ),
            Mistake(
                lambda given: 1 - min(given.counts) / sum(given.counts),
                "An epoch holds n_min images of each class, not of one.",
            ),
        ),
        absolute=0.002,
        hint="An epoch holds C times n_min images, of all the images that there are.",
    ),
    Exercise(
        "02.5",
        "Push this many times as hard",
        given=lambda draw: {"times": float(draw.choice([2.0, 3.0, 4.0, 5.0, 6.0]))},
        right=lambda given: float(np.log(given.times) / np.log(10)),
        mistakes=(
            Mistake(
                lambda given: given.times / 10,
                "The push does not grow in proportion to the power: at a power of 0.5 it is the root of 10, about 3.",
            ),
            Mistake(
                lambda given: 1 / given.times,
                "That is a root of the wrong thing: it would be right if times were raised to the power, and 10 came "
                "out. Which number is raised here?",
            ),
        ),
        absolute=0.026,  # half a step of the slider
        hint="60 against 6 is an imbalance of 10, and 10 to the power is how many times as hard a rare point pushes.",
    ),
)
