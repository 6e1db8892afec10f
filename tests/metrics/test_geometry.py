"""Angles in planes where they are known; neural collapse against its matrices, and where it is complete."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltviz.core.errors import BadInput
from ltviz.metrics import geometry
from ltviz.metrics.geometry import neural_collapse

RNG = np.random.default_rng(2)


def plane(degrees: list[float], lengths: list[float]) -> np.ndarray:
    turn = np.radians(degrees)
    return np.array(lengths)[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def test_centre_angles_and_compactness_in_the_plane() -> None:
    features, labels = plane([10, 30, 100, 200], [1.0, 9.0, 3.0, 0.5]), np.array([0, 0, 1, 2])
    found = geometry.centres(features, labels, 3)
    np.testing.assert_allclose(found, plane([20, 100, 200], [1, 1, 1]), atol=1e-12)  # lengths do not pull
    angles = geometry.angle_to_own(features, labels, 7 * found)
    np.testing.assert_allclose(np.degrees(angles), [10, 10, 0, 0], atol=1e-5)
    tight = geometry.compactness(angles, labels, 4)
    np.testing.assert_allclose(np.degrees(tight), [10, 0, 0, np.nan], atol=1e-5)
    apart = np.degrees(geometry.separation(3 * found))
    np.testing.assert_allclose(apart, [[0, 80, 180], [80, 0, 100], [180, 100, 0]], atol=1e-5)


def test_a_dead_feature_is_at_ninety_degrees() -> None:
    angles = geometry.angle_to_own(np.zeros((1, 3)), np.array([1]), np.eye(3))
    np.testing.assert_allclose(angles, np.pi / 2)


def test_cosines_to_all_directions_by_a_slow_loop() -> None:
    features, directions = RNG.normal(size=(5, 3)), np.vstack([RNG.normal(size=(3, 3)), np.zeros((1, 3))])
    slow = [[x @ w / np.linalg.norm(x) / np.linalg.norm(w) for w in directions[:3]] + [0.0] for x in features]
    found = geometry.cosines(features, directions)
    np.testing.assert_allclose(found, slow, atol=1e-12)
    labels = np.array([0, 1, 2, 1, 0])
    own = geometry.angle_to_own(features, labels, directions)
    np.testing.assert_allclose(np.arccos(found[np.arange(5), labels]), own, atol=1e-7)


@given(st.integers(2, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_angles_do_not_depend_on_lengths(classes: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    features, directions = rng.normal(size=(12, size)), rng.normal(size=(classes, size))
    labels = rng.integers(0, classes, 12)
    found = geometry.angle_to_own(features, labels, directions)
    assert found.shape == (12,)
    assert ((found >= 0) & (found <= np.pi)).all()
    other = geometry.angle_to_own(features * rng.uniform(0.1, 9, (12, 1)), labels, directions * 4)
    np.testing.assert_allclose(found, other, atol=1e-7)


def slow_collapse(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray) -> list[float]:
    """The four measures by their matrices, D by D."""
    c, d = w.shape
    means = np.array([x[y == k].mean(0) for k in range(c)])
    mu = means.mean(0)
    s_w, s_b = np.zeros((d, d)), np.zeros((d, d))
    for k in range(c):
        rows = x[y == k] - means[k]
        s_w += rows.T @ rows / len(rows) / c
        s_b += np.outer(means[k] - mu, means[k] - mu) / c
    simplex = (np.eye(c) - np.ones((c, c)) / c) / np.sqrt(c - 1)
    wm, ww = w @ (means - mu).T, w @ w.T
    return [
        np.trace(s_w @ np.linalg.pinv(s_b, rcond=1e-9)) / c,
        np.linalg.norm(ww / np.linalg.norm(ww) - simplex),
        np.linalg.norm(wm / np.linalg.norm(wm) - simplex),
        np.linalg.norm(w @ mu + b),
    ]


def measures(*given: Any) -> list[float]:
    found = neural_collapse(*given)
    return [found.nc1, found.nc2, found.nc3, found.nc4]


@pytest.mark.parametrize(("classes", "size"), [(2, 5), (4, 9), (4, 3), (6, 2), (3, 1)])
def test_neural_collapse_is_its_matrices(classes: int, size: int) -> None:
    labels = np.concatenate([np.arange(classes), RNG.integers(0, classes, 40)])
    x = RNG.normal(size=(len(labels), size)) + 3 * RNG.normal(size=(classes, size))[labels]
    w, b = RNG.normal(size=(classes, size)), RNG.normal(size=classes)
    np.testing.assert_allclose(measures(x, labels, w, b), slow_collapse(x, labels, w, b), rtol=1e-8)


@pytest.mark.parametrize("counts", [[3, 3, 3, 3], [50, 10, 2, 1]])
def test_at_collapse_every_measure_is_zero_whatever_the_counts(counts: list[int]) -> None:
    simplex = np.linalg.qr(RNG.normal(size=(7, 4)))[0] @ (np.eye(4) - 0.25)  # (D, C)
    labels = np.repeat(np.arange(4), counts)
    middle = RNG.normal(size=7)
    x = middle + 5 * simplex.T[labels]
    w = 2 * simplex.T
    np.testing.assert_allclose(measures(x, labels, w, -w @ middle), 0, atol=1e-12)
    assert min(measures(x + RNG.normal(size=x.shape), labels, w + RNG.normal(size=w.shape), -w @ middle)) > 1e-3


def test_copies_of_one_class_change_nothing() -> None:
    labels = np.repeat(np.arange(3), 5)
    x, w = RNG.normal(size=(15, 4)) + np.eye(3, 4)[labels], RNG.normal(size=(3, 4))
    often = np.concatenate([np.arange(15), *([np.arange(5)] * 20)])
    np.testing.assert_allclose(measures(x[often], labels[often], w), measures(x, labels, w))


def test_a_missing_bias_is_none() -> None:
    labels, x, w = np.arange(3), RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))
    assert neural_collapse(x, labels, w) == neural_collapse(x, labels, w, np.zeros(3))


X, Y = RNG.normal(size=(6, 4)), np.array([0, 1, 2, 0, 1, 2])
BAD: list[tuple[Any, str]] = [
    (lambda: geometry.centres(X, Y, 4), "class 3 has no samples"),
    (lambda: geometry.centres(X, Y, 2), "class 2 at row 2"),
    (lambda: geometry.centres(X, Y[:-1], 3), "5 labels for 6 features"),
    (lambda: geometry.angle_to_own(X, Y, np.ones((3, 5))), "same number of columns"),
    (lambda: geometry.angle_to_own(X[0], Y, np.ones((3, 4))), "features must be real numbers"),
    (lambda: geometry.cosines(X, np.ones((3, 5))), "same number of columns"),
    (lambda: geometry.separation(np.full((2, 2), np.inf)), "directions: row 0, column 0 is inf"),
    (lambda: geometry.compactness(np.array([0.1, np.nan]), np.array([0, 1]), 2), "row 1, column 0 is nan"),
    (lambda: neural_collapse(X, Y, np.ones((3, 5))), r"\(N, D\), \(C, D\) and \(C,\)"),
    (lambda: neural_collapse(X, Y, np.ones((3, 4)), np.ones(2)), r"\(N, D\), \(C, D\) and \(C,\)"),
    (lambda: neural_collapse(X, Y, np.ones((4, 4))), "class 3 has no samples"),
    (lambda: neural_collapse(X, Y, np.zeros((3, 4))), "weight is all zero"),
    (lambda: neural_collapse(np.full((6, 4), 0.3), Y, np.ones((3, 4))), "one point"),
    (lambda: neural_collapse(X, Y * 0, np.ones((1, 4))), "at least 2 classes"),
]


@pytest.mark.parametrize(("call", "words"), BAD, ids=lambda v: v if isinstance(v, str) else "")
def test_bad_inputs(call: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        call()
