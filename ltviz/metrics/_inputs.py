"""What the metrics ask of their arrays, checked in one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ltviz.core.errors import BadInput


def class_ids(name: str, ids: Any, classes: int) -> np.ndarray:
    """Return class ids (N,) as int64, each one of 0 .. classes - 1."""
    array = np.asarray(ids)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise BadInput(f"{name} must be class ids (integers), (N,); got {array.dtype} {array.shape}")
    if not len(array):
        raise BadInput(f"{name} are empty: there is nothing to measure")
    wrong = np.flatnonzero((array < 0) | (array >= classes))
    if len(wrong):
        raise BadInput(f"{name}: class {array[wrong[0]]} at row {wrong[0]}; classes are 0..{classes - 1}")
    return array.astype(np.int64)


def rows(name: str, values: Any) -> np.ndarray:
    """Return a finite (N, K) array as float64."""
    array = np.asarray(values)
    if array.ndim != 2 or array.dtype.kind not in "iuf":
        raise BadInput(f"{name} must be real numbers, one row per sample (N, K); got {array.dtype} {array.shape}")
    array = array.astype(np.float64)
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        row, column = wrong[0]
        raise BadInput(f"{name}: row {row}, column {column} is {array[row, column]}; every value must be finite")
    return array


def same_length(**arrays: np.ndarray) -> None:
    """Refuse arrays of different lengths."""
    (first, one), *others = arrays.items()
    for name, other in others:
        if len(other) != len(one):
            raise BadInput(f"{len(one)} {first} for {len(other)} {name}: there must be one each")


def labelled(name: str, values: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return values (N, C) as float64, with C >= 2, and their labels (N,) as int64."""
    array = rows(name, values)
    if array.shape[1] < 2:
        raise BadInput(f"{name} must have one column per class, at least 2; got {array.shape[1]}")
    ids = class_ids("labels", labels, array.shape[1])
    same_length(labels=ids, **{f"rows of {name}": array})
    return array, ids
