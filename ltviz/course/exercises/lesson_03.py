"""The exercises of lesson 3, re-weighting."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake, counts
from ltviz.losses import make_loss

FREQUENT, RARE = 5000, 50  # what the explorer opens with
NEAR = 0.1  # of the factor: between two stops of the slider


def _weights(given: Any, power: float = -1.0) -> np.ndarray:
    each: np.ndarray = given.counts.astype(float) ** power
    return each * len(each) / each.sum()


def _worth(given: Any) -> float:
    """Return the effective number, as the loss has it: the weight of one image over that of the class."""
    one, all_of_them = make_loss("class_balanced", [1, given.n], beta=given.beta).weight().tolist()
    return float(one / all_of_them)


def _times(beta: float) -> float:
    frequent, rare = make_loss("class_balanced", [FREQUENT, RARE], beta=float(beta)).weight().tolist()
    return float(rare / frequent)


def _focal(given: Any) -> np.ndarray:
    return np.asarray((1 - given.p) ** given.gamma * -np.log(given.p))


EXERCISES = (
    Exercise(
        "03.1",
        "Weights of 1/n",
        given=lambda draw: {"counts": counts(draw, classes=6)},
        right=lambda given: make_loss("inverse_frequency", given.counts).weight(),
        mistakes=(
            Mistake(
                lambda given: 1 / given.counts,
                "These are in proportion to 1/n, but their mean is far below 1: the whole loss would become as small, "
                "and the learning rate with it.",
            ),
            Mistake(
                lambda given: _weights(given) / len(given.counts),
                "These sum to 1. Their mean over the classes should be 1, so they sum to the number of classes.",
            ),
            Mistake(
                lambda given: min(given.counts) / given.counts,
                "Here the rarest class has weight 1 and all others less. The ratios are right, the mean is not 1.",
            ),
            Mistake(lambda given: _weights(given, -0.5), "That is the square-root rule: 1 over the root of n."),
            Mistake(lambda given: _weights(given, 1.0), "These grow with n: the frequent classes count most."),
        ),
        hint="1/n for each class, times the number of classes, over the sum of all 1/n.",
    ),
    Exercise(
        "03.2",
        "The effective number",
        given=lambda draw: {
            "n": int(draw.integers(100, 3000)),
            "beta": float(draw.choice([0.99, 0.995, 0.998, 0.999])),
        },
        right=_worth,
        mistakes=(
            Mistake(
                lambda given: 1 / _worth(given),
                "That is what the weight is proportional to. The effective number is what stands below the line.",
            ),
            Mistake(
                lambda given: 1 - given.beta**given.n,
                "The numerator is right. It still has to be divided by what a class can have at most, 1/(1 - beta).",
            ),
            Mistake(
                lambda given: (1 - given.beta) / (1 - given.beta**given.n) * given.n,
                "The weight has nothing to do in it: E_n = (1 - beta^n) / (1 - beta).",
            ),
        ),
        within=0.002,
        hint="E_n = (1 - beta^n) / (1 - beta). It lies between 1 and 1/(1 - beta).",
    ),
    Exercise(
        "03.3",
        "Move β until the factor is right",
        given=lambda draw: {"times": round(_times(draw.choice([0.999, 0.9995, 0.9998])), 1)},
        accepts=lambda answer, given: 0 <= answer <= 1 and abs(_times(answer) / given.times - 1) < NEAR,
        mistakes=(
            Mistake(
                lambda given: 1 - 1 / given.times,
                "From this number of images on a class would not gain any more, but that is not the factor between "
                "the two classes. Drag the slider and read the weights.",
            ),
            Mistake(
                lambda given: 1.0,
                "At beta = 1 the weights are 1/n and the factor is 100.",
                when=lambda answer, given: answer <= 1 and _times(answer) > 95,
            ),
            Mistake(
                lambda given: 0.9,
                "There both classes have far more images than are enough, and weigh nearly alike. Go nearer to 1.",
                when=lambda answer, given: answer >= 0 and _times(answer) < 2,
            ),
        ),
        hint="Drag beta and read how many times a sample of the rarest class counts. It is a number between 0 and 1, "
        "and much nearer to 1.",
    ),
    Exercise(
        "03.4",
        "Focal loss in one line",
        given=lambda draw: {
            "p": np.round(draw.uniform([0.05, 0.3, 0.6, 0.85], [0.2, 0.5, 0.8, 0.97]), 2),
            "gamma": float(draw.choice([0.5, 1.5, 2.0, 3.0])),
        },
        right=_focal,
        mistakes=(
            Mistake(
                lambda given: given.p**given.gamma * -np.log(given.p),
                "The factor is p to the gamma: it makes the *well* classified images count. Focal loss looks at how "
                "far the probability is from 1.",
            ),
            Mistake(
                lambda given: (1 - given.p) ** given.gamma * np.log(given.p),
                "The sign: a loss is positive, and log p is negative.",
            ),
            Mistake(
                lambda given: (1 - given.p**given.gamma) * -np.log(given.p),
                "The power stands at the wrong place: it is (1 - p) that is raised to gamma, not p alone.",
            ),
        ),
        hint="(1 - p) to the gamma, times -log p; log is the natural one.",
    ),
    Exercise(
        "03.5",
        "What a weight is worth",
        given=lambda draw: {"weight": float(draw.integers(3, 120))},
        right=lambda given: float(np.log(given.weight)),
        mistakes=(
            Mistake(
                lambda given: given.weight,
                "The weight multiplies a loss of e^(-u). As a part of the exponent it is smaller.",
            ),
            Mistake(
                lambda given: -float(np.log(given.weight)),
                "The size is right. The lead becomes smaller by that number, so it is positive.",
            ),
            Mistake(
                lambda given: float(np.log10(given.weight)),
                "The natural logarithm is meant: the loss is e to the power of minus the lead.",
            ),
        ),
        hint="w e^(-u) = e^(-(u - ...)): which number must stand in place of the dots?",
    ),
)
