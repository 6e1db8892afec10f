"""The exercises of lesson 4, margins."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake, counts
from ltviz.losses import make_loss
from ltviz.studies.margin_bound import margin_bound


def _margins(given: Any, power: float = -0.25, of: Any = np.min) -> np.ndarray:
    return given.max_margin * (given.counts / of(given.counts)) ** power


def _best(given: Any, power: float) -> float:
    """Return the frequent class's share of the gap where margins go with n to minus this power."""
    return float(1 / (1 + given.imbalance**power))


def _of_gap(given: Any, right: bool | None = None) -> float:
    """Return MM's margin at a gap, or what the line for the other side would give."""
    gap, size = given.gap, given.max_margin
    right = gap > 0 if right is None else right
    return float(np.exp(-gap - given.gamma * size) if right else np.exp(gap - size))


def _drop(given: Any) -> float:
    theta = np.radians(given.degrees)
    return float(given.scale * (np.cos(theta) - np.cos(theta + given.margin)))


EXERCISES = (
    Exercise(
        "04.1",
        "Move the boundary until the bound is smallest",
        given=lambda draw: {"imbalance": float(draw.choice([10.0, 20.0, 50.0, 200.0, 500.0]))},
        right=lambda given: float(margin_bound(imbalance=given.imbalance).found),
        mistakes=(
            Mistake(
                lambda given: 1 - _best(given, 0.25),
                "That is the rare class's share. The frequent class can spare more of the gap.",
            ),
            Mistake(
                lambda given: _best(given, 0.5),
                "That would be right for margins that go with the square root. It stands in the bound; the best "
                "margins go with the root of it.",
            ),
            Mistake(lambda given: 0.5, "The middle treats both classes alike. Drag on, and watch the sum."),
        ),
        absolute=0.02,
        hint="Watch the sum of the two terms, not one of them. At the minimum g1/g2 is (n2/n1)^(1/4).",
    ),
    Exercise(
        "04.2",
        "LDAM's margin in two lines",
        given=lambda draw: {"counts": counts(draw), "max_margin": round(float(draw.uniform(0.3, 0.8)), 2)},
        right=lambda given: make_loss("ldam", given.counts, max_margin=given.max_margin).margins(),
        mistakes=(
            Mistake(
                lambda given: _margins(given, -0.5),
                "Your margins go with n^(-1/2). That is how the bound's own terms 1/(g sqrt(n)) go with n; the "
                "margins that make their sum smallest go with the root of it. Solve the last equation for g_1/g_2.",
            ),
            Mistake(
                lambda given: _margins(given, -1.0),
                "Your margins go with 1/n, as DBM's do at tau = 1, or the weights of inverse frequency. LDAM's fall "
                "much more slowly.",
            ),
            Mistake(
                lambda given: _margins(given, 0.25),
                "Your margins grow with n: the most frequent class has the widest. It is the rare class that needs "
                "the wide margin; look at the sign of the exponent.",
            ),
            Mistake(
                lambda given: _margins(given, of=np.max),
                "The exponent is right, but max_margin is the margin of the rarest class, and in your answer it is "
                "that of the most frequent one: which count do you divide by?",
            ),
            Mistake(
                lambda given: _margins(given) / given.max_margin,
                "The shape is right, but the rarest class's margin is 1: where does max_margin come in?",
            ),
        ),
        hint="Delta_j = m_max (n_j / n_min)^(-1/4): one margin for each class, the rarest class's is m_max.",
    ),
    Exercise(
        "04.3",
        "MM's margin of one sample",
        given=lambda draw: {
            "gap": round(float(draw.choice([-1, 1]) * draw.uniform(0.2, 0.7)), 2),
            "max_margin": round(float(draw.uniform(1.0, 1.5)), 2),
            "gamma": round(float(draw.uniform(1.3, 1.8)), 2),
        },
        right=_of_gap,
        mistakes=(
            Mistake(
                lambda given: _of_gap(given, right=given.gap < 0),
                "You have taken the other side's line: d > 0 is the right side.",
            ),
            Mistake(
                lambda given: 1.5 * float(np.exp(-given.max_margin)),
                "Your margin is larger than it can be beside the boundary, where it is largest: look at the signs in "
                "the exponent.",
                when=lambda answer, given: answer > np.exp(-given.max_margin),
            ),
        ),
        hint="On the right side exp(-d - gamma M), on the wrong side exp(d - M).",
    ),
    Exercise(
        "04.4",
        "From an angle to a logit",
        given=lambda draw: {
            "margin": round(float(draw.uniform(0.1, 0.4)), 2),
            "degrees": int(draw.integers(20, 56)),
            "scale": float(draw.choice([16.0, 24.0, 32.0])),
        },
        right=_drop,
        mistakes=(
            Mistake(
                lambda given: -_drop(given),
                "The size is right. A drop is what the logit had before, minus what it has after.",
            ),
            Mistake(
                lambda given: _drop(given) / given.scale,
                "That is the drop of the cosine. The logit is the scale times the cosine.",
            ),
            Mistake(
                lambda given: given.scale * given.margin,
                "So much it would be if the margin were taken off the cosine. Here it is added to the angle: what "
                "it costs depends on where the image lies.",
            ),
        ),
        hint="scale * (cos(theta) - cos(theta + margin)), both angles in radians.",
    ),
)
