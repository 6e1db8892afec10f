"""Margins against loops and against a search for the nearest point with another decision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltviz.core.errors import BadInput
from ltviz.metrics.margins import angular_margin, input_margin, linear_input_margin, logit_margin

RNG = np.random.default_rng(0)
SCORES, LABELS = RNG.normal(size=(40, 4)), RNG.integers(0, 4, 40)


@given(st.integers(1, 9), st.integers(2, 7), st.integers(0, 2**32 - 1))
def test_logit_margin_is_own_minus_best_other(n: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, labels = rng.normal(size=(n, classes)), rng.integers(0, classes, n)
    found = logit_margin(scores, labels)
    for row, label, margin in zip(scores, labels, found, strict=True):
        assert margin == row[label] - max(np.delete(row, label))
    np.testing.assert_array_equal(found > 0, scores.argmax(1) == labels)


def test_angular_margin_is_the_difference_of_two_angles() -> None:
    """Class vectors at 0, 90 and 200 degrees in the plane; features at angles between."""
    directions, features = np.radians([0, 90, 200]), np.radians([10, 60, 170])
    cosine = np.cos(features[:, None] - directions)
    found = np.degrees(angular_margin(cosine, np.array([0, 0, 2])))
    np.testing.assert_allclose(found, [80 - 10, 30 - 60, 80 - 30])


def test_angular_margin_of_cosines_one_rounding_beyond_one() -> None:
    found = angular_margin(np.array([[1 + 1e-6, -1 - 1e-6]]), np.array([0]))
    np.testing.assert_allclose(found, np.pi)


def test_linear_input_margin_is_the_nearest_other_decision() -> None:
    """On a circle just smaller than the margin no decision is another one; on a circle just larger one is."""
    weight, bias = RNG.normal(size=(4, 2)), RNG.normal(size=4)
    points, labels = RNG.normal(size=(12, 2)), RNG.integers(0, 4, 12)
    chosen = (points @ weight.T + bias).argmax(1)
    found = linear_input_margin(points, labels, weight, bias)
    np.testing.assert_array_equal(found > 0, chosen == labels)
    turn = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    for point, own, margin in zip(points, chosen, found, strict=True):
        for radius, another in ((0.999 * abs(margin), False), (1.001 * abs(margin), True)):
            assert (((point + radius * circle) @ weight.T + bias).argmax(1) != own).any() == another


def test_linear_input_margin_in_more_dimensions_and_with_two_classes() -> None:
    weight, bias = np.array([[0.0, 0, 0], [3.0, 0, 4.0]]), np.array([0.0, -5.0])
    points = np.array([[0.0, 9, 0], [5.0, 1, 5.0]])  # (3 x + 4 z - 5) / 5
    np.testing.assert_allclose(linear_input_margin(points, np.array([0, 0]), weight, bias), [1.0, -6.0])


def test_parallel_scores_never_meet() -> None:
    weight = np.array([[1.0, 2.0], [1.0, 2.0]])
    assert linear_input_margin(np.ones((1, 2)), np.array([1]), weight, np.array([1.0, 0.0]))[0] == -np.inf


def test_input_margin_of_a_drawn_line_is_the_linear_one() -> None:
    weight, bias = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([0.0, 0.5])
    line = [np.array([[-20.5, 10.0], [-0.5, 0.0], [19.5, -10.0]])]  # x + 2 y + 0.5 = 0
    points, labels = RNG.normal(size=(30, 2)), RNG.integers(0, 2, 30)
    chosen = (points @ weight.T + bias).argmax(1)
    np.testing.assert_allclose(
        input_margin(points, labels, chosen, line), linear_input_margin(points, labels, weight, bias)
    )


def test_input_margin_ends_at_the_ends_of_the_lines() -> None:
    corner, point = np.array([[0.0, 0.0], [0.0, 1.0], [2.0, 1.0]]), np.array([[0.0, 0.0]])
    for at, expected in (((-3.0, -4.0), 5.0), ((-1.0, 0.5), 1.0), ((3.0, 1.0), 1.0), ((0.5, 0.9), 0.1)):
        found = input_margin(np.array([at]), np.array([1]), np.array([1]), [corner])
        assert found[0] == pytest.approx(expected)
    assert input_margin(point, np.array([0]), np.array([1]), [])[0] == -np.inf


LOGITS: list[tuple[Any, Any, str]] = [
    (SCORES, LABELS[:-1], "39 labels for 40 rows of logits"),
    (SCORES, LABELS + 1, "class 4 at row"),
    (SCORES, LABELS.astype(float), "class ids"),
    (SCORES[:, 0], LABELS, r"\(40,\)"),
    (SCORES[:, :1], LABELS * 0, "at least 2; got 1"),
    (np.where(SCORES[2, 1] == SCORES, np.nan, SCORES), LABELS, "row 2, column 1 is nan"),
    (SCORES.astype(complex), LABELS, "real numbers"),
    (SCORES[:0], LABELS[:0], "empty"),
]


@pytest.mark.parametrize(("logits", "labels", "words"), LOGITS)
def test_bad_logits(logits: Any, labels: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        logit_margin(logits, labels)


def test_logits_are_no_cosines() -> None:
    with pytest.raises(BadInput, match="found 3"):
        angular_margin(np.array([[0.5, -3.0]]), np.array([0]))


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(BadInput, match=r"\(N, D\), \(C, D\) and \(C,\)"):
        linear_input_margin(np.ones((2, 2)), np.array([0, 1]), np.ones((3, 2)), np.ones(2))
    with pytest.raises(BadInput, match=r"\(N, 2\)"):
        input_margin(np.ones((1, 3)), np.array([0]), np.array([0]), [np.ones((2, 2))])
    with pytest.raises(BadInput, match="1 points for 2 predictions"):
        input_margin(np.ones((1, 2)), np.array([0]), np.array([0, 1]), [])
