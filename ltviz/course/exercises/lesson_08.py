"""The exercises of lesson 8, embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.course.exercise import Exercise, Mistake


def _together(draw: np.random.Generator) -> dict[str, Any]:
    """Return seven embeddings: one of the first one's class is near it, one is not."""
    labels = np.array([0, 0, 0, 1, 1, 2, 2])
    degrees = np.radians(np.array([0, 20, 80, 40, 110, 60, 150]) + draw.uniform(-8, 8, 7))  # from the first one
    turn = draw.uniform(0, 2 * np.pi, 7)
    unit = np.column_stack([np.cos(degrees), np.sin(degrees) * np.cos(turn), np.sin(degrees) * np.sin(turn)])
    embedding = unit * draw.uniform(1, 3, (7, 1))
    order = np.r_[0, 1 + draw.permutation(6)]
    return {
        "embedding": embedding.round(2)[order],
        "labels": labels[order],
        "temperature": round(float(draw.uniform(0.3, 0.6)), 2),
    }


def _shares(given: Any, *, itself: bool = False, unit: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return each other embedding's share of the sum, and which are of the first one's class."""
    length = np.linalg.norm(given.embedding, axis=1, keepdims=True) if unit else 1.0
    vectors = given.embedding / length
    products = vectors @ vectors[0] / given.temperature
    near = np.exp(products - products.max())
    below = near.sum() if itself else near[1:].sum()
    return near[1:] / below, given.labels[1:] == given.labels[0]


def _supcon(given: Any) -> float:
    shares, own = _shares(given)
    return float(-np.log(shares[own]).mean())


def _beside(draw: np.random.Generator) -> dict[str, Any]:
    labels = np.repeat([0, 1, 2], [8, 3, 1])
    order = draw.permutation(12)
    return {"near": np.exp(draw.normal(0, 1, 12)).round(3)[order], "labels": labels[order]}


def _averaged(given: Any) -> float:
    return float(sum(given.near[given.labels == c].mean() for c in range(3)))


def _two(draw: np.random.Generator) -> dict[str, Any]:
    """Return a small embedding whose class is loose, and a wide one whose class is tight, in either order."""
    spread = np.array([draw.uniform(14, 20), draw.uniform(28, 34)])
    distance = spread / [draw.uniform(0.9, 1.1), draw.uniform(0.4, 0.6)]
    order = draw.permutation(2)
    return {"spread": spread.round(1)[order], "distance": distance.round(1)[order]}


EXERCISES = (
    Exercise(
        "08.1",
        "As far apart as they can",
        given=lambda draw: {"classes": int(draw.integers(4, 30))},
        right=lambda given: float(np.degrees(np.arccos(-1 / (given.classes - 1)))),
        mistakes=(
            Mistake(
                lambda given: 360 / given.classes,
                "That divides a circle. The means have as many dimensions as they need, and stand farther apart there.",
            ),
            Mistake(
                lambda given: float(np.degrees(np.arccos(1 / (given.classes - 1)))),
                "The sign: the means point away from each other, so the cosine is negative.",
            ),
            Mistake(
                lambda given: float(np.arccos(-1 / (given.classes - 1))),
                "That is in radians; degrees are asked for.",
            ),
        ),
        within=0.002,
        hint="The cosine is -1 / (C - 1): take the arc cosine and turn it into degrees.",
    ),
    Exercise(
        "08.2",
        "Nobody of my kind",
        given=lambda draw: {
            "batch": int(2 ** draw.integers(5, 8)),
            "share": round(float(draw.uniform(0.004, 0.012)), 4),
        },
        right=lambda given: (1 - given.share) ** (given.batch - 1),
        mistakes=(
            Mistake(
                lambda given: (1 - given.share) ** given.batch,
                "The image itself is in the batch already: so many others are drawn as there are places left.",
            ),
            Mistake(
                lambda given: 1 - (1 - given.share) ** (given.batch - 1),
                "That is the probability of at least one other. None is asked for.",
            ),
            Mistake(
                lambda given: 1 - given.share * (given.batch - 1),
                "You added up probabilities. None of many is a product: each of the others must miss.",
            ),
        ),
        within=0.001,
        hint="Each of the other images is of another class with probability 1 - share, and all of them must be.",
    ),
    Exercise(
        "08.3",
        "SupCon, for one image",
        given=_together,
        right=_supcon,
        mistakes=(
            Mistake(
                lambda given: float(-np.log(_shares(given, itself=True)[0][_shares(given)[1]]).mean()),
                "The image itself stands in your sum. Its product with itself is 1, the largest there is, so it must "
                "be left out.",
            ),
            Mistake(
                lambda given: float(-np.log(_shares(given)[0][_shares(given)[1]].mean())),
                "You took the logarithm of the mean. Each partner has a logarithm of its own, and these are averaged.",
            ),
            Mistake(
                lambda given: float(-np.log(_shares(given)[0][_shares(given)[1]].sum())),
                "That asks for any partner together. SupCon wants each of them near: one logarithm for each.",
            ),
            Mistake(
                lambda given: float(-np.log(_shares(given, unit=False)[0][_shares(given)[1]]).mean()),
                "Bring the embeddings to length 1 first: longer ones count for more otherwise.",
            ),
        ),
        within=0.001,
        hint="Unit length; exp of the products with the first one over T, without itself; the shares of its own class; "
        "the mean of minus their logarithms.",
    ),
    Exercise(
        "08.4",
        "One term for each class",
        given=_beside,
        right=_averaged,
        mistakes=(
            Mistake(
                lambda given: float(given.near.sum()),
                "That is SupCon's sum, one term for each image: eight of twelve terms are class 0's.",
            ),
            Mistake(
                lambda given: float(given.near.mean()),
                "That is the mean of all, in which class 0 still counts most. Average within each class first.",
            ),
            Mistake(
                lambda given: _averaged(given) / 3,
                "The means of the classes are added up, not averaged.",
            ),
        ),
        within=0.001,
        hint="Three means, one for each class, added up.",
    ),
    Exercise(
        "08.5",
        "Tight, or only small?",
        given=_two,
        right=lambda given: int(np.argmin(given.spread / given.distance)),
        mistakes=(
            Mistake(
                lambda given: int(np.argmin(given.spread)),
                "That one is smaller, but so is the way to its neighbour: divide the spread by the distance.",
            ),
        ),
        hint="The network's number, 0 or 1: the one with the smaller spread over distance.",
    ),
)
