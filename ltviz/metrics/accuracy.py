"""Accuracy by class, by group, overall and balanced; confusion. A class absent from the test set has none: nan."""

from __future__ import annotations

import numpy as np

from ltviz.core.by_class import by_class as in_order
from ltviz.core.checks import number
from ltviz.core.counts import Groups
from ltviz.core.errors import BadInput
from ltviz.metrics._inputs import class_ids, same_length


def overall(labels: np.ndarray, predictions: np.ndarray) -> float:
    """Return the share of samples whose class was found, in [0, 1].

    Parameters
    ----------
    labels, predictions : ndarray (N,)
        Class ids, true and chosen.

    Raises
    ------
    BadInput
        If there are no samples, or not one prediction per label.
    """
    true, chosen = _pair(labels, predictions, np.iinfo(np.int64).max)
    return float((true == chosen).mean())


def by_class(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Return the accuracy of each class.

    Parameters
    ----------
    labels, predictions : ndarray (N,)
        Class ids, true and chosen.
    classes : int
        How many classes there are, also where some do not occur.

    Returns
    -------
    ndarray (C,)
        In [0, 1]; nan for a class that `labels` does not hold: nothing is known of it.
    """
    matrix = confusion(labels, predictions, classes)
    tested = matrix.sum(axis=1)
    return np.divide(matrix.diagonal(), tested, out=np.full(len(tested), np.nan), where=tested > 0)


def balanced(by_class: np.ndarray) -> float:
    """Return the mean accuracy of the classes that were tested, in [0, 1].

    Parameters
    ----------
    by_class : ndarray (C,)
        From `by_class`.
    """
    tested = np.asarray(by_class, np.float64)
    tested = tested[~np.isnan(tested)]
    if not len(tested):
        raise BadInput("balanced accuracy needs at least 1 class in the test set; by_class holds only nan")
    return float(tested.mean())


def by_group(by_class: np.ndarray, groups: Groups) -> dict[str, float | None]:
    """Return the mean accuracy of each group's tested classes.

    Parameters
    ----------
    by_class : ndarray (C,)
        From `by_class`.
    groups : Groups
        From `ClassCounts.groups`; its text names the rule.

    Returns
    -------
    dict of str to float or None
        In [0, 1]; None, never nan, for a group without classes or none of whose classes was tested: to be shown as
        "no such classes".
    """
    accuracy = np.asarray(in_order("by_class", by_class), np.float64)
    sorted_ = sum(map(len, groups.members.values()))
    if accuracy.shape != (sorted_,):
        raise BadInput(
            f"by_class has shape {accuracy.shape}, the groups sort {sorted_} classes: there must be one each"
        )
    told: dict[str, float | None] = {}
    for name, members in groups.members.items():
        tested = accuracy[members]
        tested = tested[~np.isnan(tested)]
        told[name] = float(tested.mean()) if len(tested) else None
    return told


def confusion(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Count which class was taken for which.

    Parameters
    ----------
    labels, predictions : ndarray (N,)
        Class ids, true and chosen.
    classes : int
        How many classes there are, also where some do not occur.

    Returns
    -------
    ndarray (C, C) of int64
        Samples by true class (row) and chosen class (column).
    """
    classes = number("classes", classes, 1, 10_000, whole=True)
    true, chosen = _pair(labels, predictions, classes)
    return np.bincount(true * classes + chosen, minlength=classes * classes).reshape(classes, classes)


def _pair(labels: np.ndarray, predictions: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    true, chosen = class_ids("labels", labels, classes), class_ids("predictions", predictions, classes)
    same_length(predictions=chosen, labels=true)
    return true, chosen
