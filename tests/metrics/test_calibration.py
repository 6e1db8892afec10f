"""Calibration against loops, scikit-learn, and classifiers whose calibration is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from ltviz.core.errors import BadInput
from ltviz.metrics import calibration

RNG = np.random.default_rng(1)
P, LABELS = RNG.dirichlet(np.full(4, 0.5), 60), RNG.integers(0, 4, 60)


def slow_ece(confidence: np.ndarray, right: np.ndarray, bins: int, weight: np.ndarray) -> float:
    """Bin by bin, as the paper writes it."""
    told = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            w = weight[inside] / weight[inside].sum()
            told += weight[inside].sum() / weight.sum() * abs(w @ right[inside] - w @ confidence[inside])
    return told


@given(st.integers(1, 30), st.integers(2, 6), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_every_error_is_its_sum_over_bins(n: int, classes: int, bins: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, labels = rng.dirichlet(np.ones(classes), n), rng.integers(0, classes, n)
    right, ones = p.argmax(1) == labels, np.ones(n)
    assert calibration.ece(p, labels, bins=bins) == pytest.approx(slow_ece(p.max(1), right, bins, ones))
    alike = np.array([1 / (labels == y).sum() for y in labels])
    balanced = calibration.ece(p, labels, bins=bins, balanced=True)
    assert balanced == pytest.approx(slow_ece(p.max(1), right, bins, alike))
    by_class = [slow_ece(p[:, c], labels == c, bins, ones) for c in range(classes)]
    np.testing.assert_allclose(calibration.ece_by_class(p, labels, bins=bins), by_class, atol=1e-12)


def test_brier_and_nll_are_scikit_learns() -> None:
    assert calibration.nll(P, LABELS) == pytest.approx(theirs.log_loss(LABELS, P, labels=range(4)))
    ours = calibration.brier(P, LABELS)
    assert ours == pytest.approx(theirs.brier_score_loss(LABELS, P, labels=range(4), scale_by_half=False))


def test_bins_hold_what_they_say() -> None:
    """Confidences on the bins' ends belong to the bin below; empty bins are left out."""
    p = np.array([[0.7, 0.3], [0.3, 0.7], [0.8, 0.2], [1.0, 0.0], [0.5, 0.5]])
    found = calibration.reliability(p, np.array([0, 0, 0, 0, 1]), bins=10)
    np.testing.assert_allclose(found.high, [0.5, 0.7, 0.8, 1.0])
    np.testing.assert_allclose(found.low, found.high - 0.1)
    np.testing.assert_array_equal(found.samples, [1, 2, 1, 1])
    np.testing.assert_allclose(found.confidence, [0.5, 0.7, 0.8, 1.0])
    np.testing.assert_allclose(found.accuracy, [0.0, 0.5, 1.0, 1.0])
    assert found.share.sum() == pytest.approx(1)
    assert found.error == pytest.approx((0.5 + 2 * 0.2 + 0.2 + 0.0) / 5)


def test_balanced_shows_what_the_overall_error_hides() -> None:
    """90 of class 0 told with 0.9 and all right; 10 of class 1 told as class 0 with 0.9."""
    p, labels = np.tile([0.9, 0.1], (100, 1)), np.repeat([0, 1], [90, 10])
    assert calibration.ece(p, labels) == pytest.approx(0.0)
    assert calibration.ece(p, labels, balanced=True) == pytest.approx(0.4)


def test_sure_and_wrong() -> None:
    p = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert calibration.nll(p, np.array([0, 1])) == np.inf
    assert calibration.brier(p, np.array([1, 1])) == 2.0
    assert calibration.ece(p, np.array([1, 1])) == 1.0


def test_float32_softmax_is_accepted() -> None:
    logits = RNG.normal(size=(200, 100)).astype(np.float32) * 9
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    assert 0 <= calibration.ece(p, RNG.integers(0, 100, 200)) <= 1


BAD: list[tuple[Any, Any, str]] = [
    (np.array([[0.5, 0.5], [0.5, 0.4]]), [0, 1], "row 1 is .* with the sum 0.9"),
    (np.array([[0.5, 0.5], [2.0, -1.0]]), [0, 1], "row 1 is .* below 0"),
    (np.array([[3.0, 1.0], [0.5, 0.5]]), [0, 1], "row 0 .* softmax"),
    (np.array([[0.5, 0.5], [np.nan, 0.5]]), [0, 1], "row 1, column 0 is nan"),
    (P, LABELS[:-2], "58 labels for 60 rows of probabilities"),
    (P, LABELS + 2, "classes are 0..3"),
    (P[:, 0], LABELS, r"\(60,\)"),
]


@pytest.mark.parametrize(("p", "labels", "words"), BAD)
@pytest.mark.parametrize("name", ["ece", "ece_by_class", "brier", "nll", "reliability"])
def test_row_56_what_is_no_probability(name: str, p: np.ndarray, labels: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        getattr(calibration, name)(p, np.asarray(labels))


@pytest.mark.parametrize("bins", [0, 1.5, True, None, 10**9])
def test_bins_that_are_none(bins: Any) -> None:
    with pytest.raises(BadInput, match="bins"):
        calibration.ece(P, LABELS, bins=bins)
