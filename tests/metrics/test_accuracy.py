"""Accuracies against scikit-learn's and a slow count; absent classes and empty groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.metrics import accuracy

PAIRS = st.integers(2, 6).flatmap(
    lambda c: st.tuples(st.just(c), st.lists(st.tuples(st.integers(0, c - 1), st.integers(0, c - 1)), min_size=1))
)


@given(PAIRS)
def test_every_measure_is_its_count(case: tuple[int, list[tuple[int, int]]]) -> None:
    classes, pairs = case
    labels, predictions = np.array(pairs).T
    matrix = accuracy.confusion(labels, predictions, classes)
    np.testing.assert_array_equal(matrix, theirs.confusion_matrix(labels, predictions, labels=range(classes)))
    by_class = accuracy.by_class(labels, predictions, classes)
    assert by_class.shape == (classes,)
    for c in range(classes):
        hits = [p == y for y, p in pairs if y == c]
        assert by_class[c] == pytest.approx(np.mean(hits)) if hits else np.isnan(by_class[c])
    assert accuracy.overall(labels, predictions) == pytest.approx(theirs.accuracy_score(labels, predictions))
    recalls = theirs.recall_score(labels, predictions, labels=np.unique(labels), average="macro", zero_division=0)
    assert accuracy.balanced(by_class) == pytest.approx(recalls)


def test_row_54_an_absent_class_keeps_its_row() -> None:
    """Class 1 is not in the test set: the rows of the others do not move up."""
    labels, predictions = np.array([0, 0, 2, 2]), np.array([0, 1, 2, 2])
    np.testing.assert_array_equal(accuracy.confusion(labels, predictions, 4)[2], [0, 0, 2, 0])
    by_class = accuracy.by_class(labels, predictions, 4)
    np.testing.assert_array_equal(by_class, [0.5, np.nan, 1.0, np.nan])
    assert accuracy.balanced(by_class) == 0.75


def test_row_55_an_empty_group_is_none() -> None:
    counts = ClassCounts([500, 200, 50])  # none below 20
    by_class = np.array([0.9, np.nan, 0.5])
    assert accuracy.by_group(by_class, counts.groups()) == {"many": 0.9, "medium": 0.5, "few": None}
    untested = np.array([np.nan, np.nan, 0.5])
    assert accuracy.by_group(untested, counts.groups())["many"] is None


def test_groups_follow_the_counts_in_any_order() -> None:
    found = accuracy.by_group(np.array([0.1, 0.9, 0.5, 0.7]), ClassCounts([5, 500, 50, 300]).groups())
    assert found == {"many": pytest.approx(0.8), "medium": 0.5, "few": 0.1}


BAD: list[tuple[int, Any, Any, str]] = [
    (56, [0, 1, 1], [0, 1], "2 predictions for 3 labels"),
    (56, [0, 1], [0, 1, 1], "3 predictions for 2 labels"),
    (54, [], [], "empty"),
    (54, [0, 3], [0, 1], "labels: class 3 at row 1; classes are 0..2"),
    (54, [0, 1], [-1, 1], "predictions: class -1 at row 0"),
    (54, [0.0, 1.0], [0, 1], "labels must be class ids"),
    (54, [0, 1], [True, False], "predictions must be class ids"),
    (54, [[1, 0], [0, 1]], [0, 1], r"labels must be class ids.*\(2, 2\)"),
]


@pytest.mark.parametrize(("row", "labels", "predictions", "words"), BAD)
def test_bad_inputs(row: int, labels: Any, predictions: Any, words: str) -> None:
    labels = np.array(labels, int) if labels == [] else np.array(labels)
    predictions = np.array(predictions, int) if predictions == [] else np.array(predictions)
    for measure in (accuracy.by_class, accuracy.confusion):
        with pytest.raises(BadInput, match=words):
            measure(labels, predictions, 3)


@pytest.mark.parametrize("classes", [0, -1, 2.5, True, None, 10**6])
def test_a_number_of_classes_that_is_none(classes: Any) -> None:
    with pytest.raises(BadInput, match="classes"):
        accuracy.confusion(np.array([0]), np.array([0]), classes)


def test_nothing_tested() -> None:
    with pytest.raises(BadInput, match="at least 1 class"):
        accuracy.balanced(np.array([np.nan, np.nan]))


@pytest.mark.parametrize("classes", [2, 4])
def test_groups_of_other_classes_are_refused(classes: int) -> None:
    with pytest.raises(BadInput, match="the groups sort 3 classes"):
        accuracy.by_group(np.full(classes, 0.5), ClassCounts([500, 50, 5]).groups())
