"""The exercises of lesson 1, long tails."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.profiles import profile
from ltviz.course.exercise import Exercise, Mistake

GROUPS = ("many", "medium", "few")
FEW = 20  # images: a class with fewer is "few"
FURTHEST = 2.0  # times the imbalance at which it first is


def _tail(draw: np.random.Generator) -> dict[str, Any]:
    classes = int(draw.integers(6, 12))
    return {
        "largest": int(draw.integers(10, 60)) * 100,
        "imbalance": float(draw.choice([10.0, 20.0, 50.0, 100.0])),
        "classes": classes,
        "which": int(draw.integers(2, classes - 2)),
    }


def _members(some: np.ndarray) -> list[np.ndarray]:
    groups = ClassCounts(some).groups("thresholds").members
    return [groups[name] for name in GROUPS]


def _sizes(some: np.ndarray) -> list[int]:
    return [len(each) for each in _members(some)]


def _two(draw: np.random.Generator) -> dict[str, Any]:
    rare = int(draw.integers(2, 20))
    return {
        "frequent": rare * int(draw.integers(5, 40)),
        "rare": rare,
        "probability": round(draw.uniform(0.05, 0.4), 2),
    }


def _at(given: Any, factor: float) -> float:
    """Return the probability of class 1 when its odds are multiplied."""
    odds = factor * given.probability / (1 - given.probability)
    return float(odds / (1 + odds))


EXERCISES = (
    Exercise(
        "01.1",
        "The fifth class",
        given=_tail,
        right=lambda given: profile("exp", given.largest, given.classes, given.imbalance)[given.which],
        mistakes=(
            Mistake(
                lambda given: int(given.largest * given.imbalance ** (-given.which / given.classes)),
                "Between the first class and the last lie C - 1 steps, not C: with your formula the rarest class would "
                "have more than the imbalance allows.",
            ),
            Mistake(
                lambda given: int(given.largest * given.imbalance ** (-(given.which + 1) / (given.classes - 1))),
                "Classes are numbered from 0, so class 2 is the third, two steps from the first.",
            ),
            Mistake(
                lambda given: int(given.largest * (1 - given.which / (given.classes - 1) * (1 - 1 / given.imbalance))),
                "Your counts fall by the same *number* from class to class. In the exponential profile they fall by "
                "the same factor.",
            ),
        ),
        absolute=1,
        hint="The largest count, times the imbalance to the power of minus which / (classes - 1).",
    ),
    Exercise(
        "01.2",
        "Many, medium, few",
        given=lambda draw: {
            "counts": profile("exp", int(draw.integers(1000, 2000)), 12, float(draw.integers(110, 200))).values
        },
        right=lambda given: _sizes(given.counts),
        mistakes=(
            Mistake(
                lambda given: _sizes(given.counts)[::-1],
                "The three numbers are there, the other way round: many, medium, few.",
            ),
            Mistake(
                lambda given: [4, 4, 4],
                "That is a third of the classes each. The rule counts images: more than 100, 20 to 100, fewer than 20.",
            ),
            Mistake(
                lambda given: [int(given.counts[each].sum()) for each in _members(given.counts)],
                "These are the images of each group. How many classes has each?",
            ),
        ),
        hint="Go through the counts: above 100 is many, below 20 is few, the rest is medium. They sum to 12.",
    ),
    Exercise(
        "01.3",
        "Move the imbalance until a class has few",
        given=lambda draw: {"largest": int(draw.choice([1000, 2000, 5000]))},
        accepts=lambda answer, given: given.largest / FEW < answer <= FURTHEST * given.largest / FEW,
        mistakes=(
            Mistake(
                lambda given: FEW / given.largest,
                "The imbalance is the most frequent class over the rarest: it is above 1.",
                when=lambda answer, given: 0 < answer < 1,
            ),
            Mistake(
                lambda given: given.largest / 100,
                "There the rarest class has 20 images or more. From fewer than 100 on it is no longer many, but few "
                "begins below 20.",
                when=lambda answer, given: 1 <= answer <= given.largest / FEW,
            ),
            Mistake(
                lambda given: given.largest,
                "There it has few, and it had so long before. How far back can you go?",
                when=lambda answer, given: answer > FURTHEST * given.largest / FEW,
            ),
        ),
        hint="The rarest class has largest / imbalance images.",
    ),
    Exercise(
        "01.4",
        "The prior is in the answer",
        given=_two,
        right=lambda given: _at(given, given.frequent / given.rare),
        mistakes=(
            Mistake(
                lambda given: _at(given, given.rare / given.frequent),
                "You have put the prior in a second time. It made the rare class less probable: take it out.",
            ),
            Mistake(
                lambda given: given.probability * given.frequent / given.rare,
                "A probability times a ratio can exceed 1. Multiply the odds p / (1 - p), then go back to p.",
            ),
            Mistake(
                lambda given: given.probability,
                "That is the answer under the training prior. The picture speaks louder for a rare class than this.",
            ),
            Mistake(
                lambda given: 1 - _at(given, given.frequent / given.rare),
                "That is the probability of class 0.",
            ),
        ),
        hint="By Bayes' rule the odds of class 1 are those of the picture times rare / frequent. Take that factor out.",
    ),
)
