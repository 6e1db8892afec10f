"""The exercises of lesson 6, logit adjustment."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from ltviz.course.exercise import Exercise, Mistake, counts

KINDS = ("logit adjustment", "between", "one margin against all", "both corrections")  # of which the first two are


def _prior(given: Any) -> np.ndarray:
    return np.asarray(given.counts / given.counts.sum())


def _clouds(draw: np.random.Generator) -> dict[str, Any]:
    return {
        "counts": np.array([int(draw.integers(500, 3000)), int(draw.integers(5, 60))]),
        "distance": round(float(draw.uniform(2.2, 3.8)), 1),
        "tau": round(float(draw.uniform(0.3, 0.8)), 2),
    }


def _scored(draw: np.random.Generator) -> dict[str, Any]:
    """Return scores of cross-entropy; in the first two rows the prior decides, so that each mistake shows."""
    own = counts(draw, 5)
    prior = np.log(own / own.sum())
    logits = prior + draw.normal(0, 1.5, (8, 5))
    logits[0] = prior + np.eye(5)[4]
    logits[1] = [0, -6, 0.3, -6, -6]
    return {"counts": own, "logits": logits.round(2)}


def _labelled(draw: np.random.Generator) -> dict[str, Any]:
    return {
        "counts": counts(draw, 5),
        "tau": round(float(draw.uniform(0.5, 1.5)), 2),
        "logits": draw.normal(0, 2, (8, 5)).round(2),
        "labels": np.r_[0, 4, draw.integers(0, 5, 6)],
    }


def _charged(given: Any, shift: np.ndarray, total: Any = np.mean) -> float:
    """Return cross-entropy of scores moved by a shift (B, C) or (C,)."""
    return float(-total(log_softmax(given.logits + shift, axis=1)[np.arange(len(given.labels)), given.labels]))


def _own(given: Any) -> np.ndarray:
    """Return the shift of the own class alone (B, C)."""
    shift = given.tau * np.log(_prior(given))
    return np.asarray(np.eye(len(shift))[given.labels] * shift)


def _elsewhere(draw: np.random.Generator) -> dict[str, Any]:
    own = counts(draw, 4)
    return {
        "counts": own,
        "logits": draw.normal(0, 0.8, 4).round(2),
        "deployed": draw.permutation([0.1, 0.2, 0.3, 0.4]),
    }


def _family(draw: np.random.Generator) -> dict[str, Any]:
    own = counts(draw, 4)
    prior, order = own / own.sum(), draw.permutation(len(KINDS))
    log_ratio = np.log(prior[None, :] / prior[:, None])  # of j over y
    power = round(float(draw.uniform(0.3, 0.7)), 2)
    others = 1 - np.eye(4)
    weights = np.array([np.ones(4), prior ** (power - 1), np.ones(4), 1 / prior])
    margins = np.array([log_ratio, power * log_ratio, others * (own / own.min())[:, None] ** -0.25, log_ratio])
    return {"prior": prior, "weight": weights[order], "margin": margins[order]}


def _consistent(given: Any) -> np.ndarray:
    delta = given.weight * given.prior
    return np.isclose(given.margin, np.log(delta[:, None, :] / delta[:, :, None])).all(axis=(1, 2))


def _by_margin(given: Any) -> np.ndarray:
    """Return which losses have logit adjustment's margin, whatever their weight."""
    return np.isclose(given.margin, np.log(given.prior[None, :] / given.prior[:, None])).all(axis=(1, 2))


def _corrected(given: Any) -> np.ndarray:
    return np.ones(len(given.weight), bool)


EXERCISES = (
    Exercise(
        "06.1",
        "How far does it move?",
        given=_clouds,
        right=lambda given: given.tau * np.log(given.counts[0] / given.counts[1]) / given.distance,
        mistakes=(
            Mistake(
                lambda given: given.tau * np.log(given.counts[0] / given.counts[1]),
                "That is the shift of the score, not of the place. How fast does the difference of the two "
                "log densities change per deviation?",
            ),
            Mistake(
                lambda given: np.log(given.counts[0] / given.counts[1]) / given.distance,
                "That is the whole way, for τ = 1. Here only a part of the log prior is taken off.",
            ),
            Mistake(
                lambda given: given.tau * (given.counts[0] / given.counts[1]) / given.distance,
                "The prior enters the score as a logarithm, so the ratio of the counts has to be in one.",
            ),
            Mistake(
                lambda given: given.tau * np.log10(given.counts[0] / given.counts[1]) / given.distance,
                "Scores of cross-entropy are natural logarithms: np.log, not np.log10.",
            ),
        ),
        hint="Lesson 5 has the distance of the two Bayes boundaries; τ says how much of it is gone.",
    ),
    Exercise(
        "06.2",
        "Shift after training",
        given=_scored,
        right=lambda given: (given.logits - np.log(_prior(given))).argmax(axis=1),
        mistakes=(
            Mistake(
                lambda given: given.logits.argmax(axis=1),
                "Those are the answers for the training's frequencies: the prior is still in the scores.",
            ),
            Mistake(
                lambda given: (given.logits + np.log(_prior(given))).argmax(axis=1),
                "The prior is in the scores once already, and that adds it again. After training it is taken off; "
                "it is added inside the loss.",
            ),
        ),
        hint="Take the log of each class's share off its score, then the largest of each row: argmax(axis=1).",
    ),
    Exercise(
        "06.3",
        "The loss in three lines",
        given=_labelled,
        right=lambda given: _charged(given, given.tau * np.log(_prior(given))),
        mistakes=(
            Mistake(
                lambda given: _charged(given, -given.tau * np.log(_prior(given))),
                "That is the sign of the shift after training. In the loss the prior is added, so that the network "
                "need not learn it.",
            ),
            Mistake(
                lambda given: _charged(given, _own(given)),
                "You moved the own class's score alone, as a margin does. Here all scores of the row are moved, each "
                "by its class's prior.",
            ),
            Mistake(
                lambda given: _charged(given, np.zeros(5)),
                "That is plain cross-entropy: τ and the counts have no part in it.",
            ),
            Mistake(
                lambda given: _charged(given, given.tau * np.log(_prior(given)), np.sum),
                "The sum over the rows; the mean is asked for.",
            ),
        ),
        within=0.001,
        hint="Add τ times the log of the shares to every row, take the softmax, and average minus the log of the "
        "own class's entry.",
    ),
    Exercise(
        "06.4",
        "Another world",
        given=_elsewhere,
        right=lambda given: softmax(given.logits + np.log(given.deployed)),
        mistakes=(
            Mistake(
                lambda given: softmax(given.logits),
                "Those are the probabilities where all classes are equally common; here they are not.",
            ),
            Mistake(
                lambda given: softmax(given.logits - np.log(_prior(given)) + np.log(given.deployed)),
                "That is for a network trained by plain cross-entropy. These scores are free of the training prior, "
                "so there is none to take off.",
            ),
            Mistake(
                lambda given: softmax(given.logits + np.log(_prior(given))),
                "Those are the probabilities in the training's world. Which shares hold where the network is used?",
            ),
        ),
        hint="Scores plus the log of each class's share where the network is used, then a softmax: four numbers whose "
        "sum is 1.",
    ),
    Exercise(
        "06.5",
        "Consistent or not?",
        given=_family,
        right=_consistent,
        mistakes=(
            Mistake(
                _by_margin,
                "You looked at the margin alone. The two conditions hang together by one δ: a weight of 1/π on top of "
                "logit adjustment's margin corrects twice, and smaller weights go with smaller margins.",
            ),
            Mistake(
                _corrected,
                "All four favour the rare classes, but that is not enough: solve the first condition for δ and put it "
                "into the second.",
            ),
        ),
        hint="For each loss, δ is weight times prior. Compare its margin with log(δ_j/δ_y) for all pairs; the answer "
        "is an array of four truths.",
    ),
)
