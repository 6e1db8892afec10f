"""The exercises of lesson 5, decision boundaries."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from ltviz.course.exercise import Exercise, Mistake
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import shift_of_scores

NEAR = 0.5  # of a deviation: so many rare points say no more


def _ratio(given: Any) -> float:
    return float(np.log(given.counts[0] / given.counts[1]))


def _counts(draw: np.random.Generator) -> np.ndarray:
    return np.array([int(draw.integers(500, 3000)), int(draw.integers(5, 60))])


def _shifted(given: Any, tau: float) -> float:
    """Return where cross-entropy's boundary stands after a shift of tau, in sigma from the dashed line."""
    data = toy.scene("overlap", seed=given.seed)
    plain, prior = fit2d(data.points, data.labels, make_loss("ce", data.counts)), np.log(data.counts.prior)
    return shift_of_scores(lambda points: plain.scores(points) - tau * prior, data)


def _on_the_line(answer: Any, given: Any) -> bool:
    return abs(_shifted(given, float(answer))) <= NEAR


def _line(draw: np.random.Generator) -> dict[str, Any]:
    left = round(float(draw.uniform(-3, 0)), 1)
    return {
        "centres": (left, left + round(float(draw.uniform(2.5, 4)), 1)),
        "sigma": round(float(draw.uniform(1.3, 1.8)), 2),
        "counts": _counts(draw),
    }


def _place(given: Any, step: float) -> float:
    return float(np.mean(given.centres) + step)


def _gap(given: Any) -> float:
    return float(given.centres[1] - given.centres[0])


def _balanced(given: Any) -> float:
    half = given.distance / 2
    return float(50 * (ndtr(half + given.shift) + ndtr(half - given.shift)))


EXERCISES = (
    Exercise(
        "05.1",
        "How far apart?",
        given=lambda draw: {"counts": _counts(draw), "distance": round(float(draw.uniform(2.2, 4)), 1)},
        right=lambda given: _ratio(given) / given.distance,
        mistakes=(
            Mistake(
                _ratio,
                "That is how much one class's score is raised. The farther the centres are apart, the faster the "
                "scores change, and the less way that is.",
            ),
            Mistake(
                lambda given: _ratio(given) / given.distance / np.log(10),
                "Densities of Gaussians have natural logarithms: np.log, not np.log10.",
            ),
            Mistake(
                lambda given: given.counts[0] / given.counts[1] / given.distance,
                "The counts enter by the logarithm of their ratio.",
            ),
        ),
        hint="Set the two products of share and density equal and take logarithms: the squares of x cancel.",
    ),
    Exercise(
        "05.2",
        "Move it until it is right",
        given=lambda draw: {"seed": int(toy.SEED + draw.integers(20))},
        accepts=_on_the_line,
        mistakes=(
            Mistake(
                lambda given: 0.0,
                "Without a shift the boundary is that of the training frequencies, near the dotted line.",
            ),
            Mistake(
                lambda given: 2.0,
                "Too far: the boundary has gone past the dashed line, into the frequent class's side.",
                when=lambda answer, given: _shifted(given, float(answer)) > NEAR,
            ),
            Mistake(
                lambda given: 0.5,
                "Not far enough: the boundary still stands in the rare class's side of the dashed line.",
                when=lambda answer, given: answer != 0 and _shifted(given, float(answer)) < -NEAR,
            ),
        ),
        hint="Set the seed that you were given, drag the slider until the two lines meet, and answer with its number.",
    ),
    Exercise(
        "05.3",
        "On a line",
        given=_line,
        right=lambda given: _place(given, given.sigma**2 / _gap(given) * _ratio(given)),
        mistakes=(
            Mistake(
                lambda given: _place(given, 0),
                "That is the middle, which is right for equal classes. These are not.",
            ),
            Mistake(
                lambda given: _place(given, -(given.sigma**2) / _gap(given) * _ratio(given)),
                "The wrong way: the frequent class, which stands first, takes room from the rare one.",
            ),
            Mistake(
                lambda given: _place(given, given.sigma / _gap(given) * _ratio(given)),
                "One sigma is missing: the formula of the lesson measures both the gap and the shift in deviations.",
            ),
            Mistake(
                lambda given: _place(given, _ratio(given) / _gap(given)),
                "That is for a deviation of 1. Measure the gap in deviations first, and turn the shift back into x.",
            ),
        ),
        hint="The middle of the centres, and the lesson's shift on top, in units of x, towards the rare class.",
    ),
    Exercise(
        "05.4",
        "What a shift costs",
        given=lambda draw: {
            "distance": round(float(draw.uniform(2, 4)), 1),
            "shift": round(float(draw.uniform(0.8, 2)), 2),
        },
        right=_balanced,
        mistakes=(
            Mistake(
                lambda given: float(100 * ndtr(given.distance / 2 - given.shift)),
                "That is the accuracy of the class that loses. The balanced accuracy is the mean of both.",
            ),
            Mistake(
                lambda given: float(100 * ndtr(given.distance / 2 + given.shift)),
                "That is the accuracy of the class that gains. The balanced accuracy is the mean of both.",
            ),
            Mistake(
                lambda given: _balanced(given) / 100,
                "That is a share; percent are asked for.",
            ),
        ),
        within=0.001,
        hint="One class has its centre distance/2 + shift deviations inside, the other distance/2 - shift.",
    ),
)
