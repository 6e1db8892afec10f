"""Which of a user's images are for training, validation and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.core.errors import DataError

TEST, VALIDATION = 4, 8  # of the rarest class one image in so many


@dataclass(frozen=True)
class Split:
    """Rows of each part, ascending, and the rows that have the same bytes.

    Parameters
    ----------
    train, val, test : ndarray
    copies : list of list of int
        Images that are the same file twice, or more often.
    """

    train: np.ndarray
    val: np.ndarray
    test: np.ndarray
    copies: list[list[int]]


def split(labels: Sequence[int], hashes: Sequence[str], class_names: Sequence[str], seed: int) -> Split:
    """Return a test and a validation set with the same number of images of each class, and the rest for training.

    Of the rarest class a quarter is for the test and an eighth for validation, rounded down, but at least one for the
    test; of every other class just as many. Images with the same bytes stay together, and count as one; what stands
    in two classes is only trained on.

    Raises
    ------
    DataError
        For a class that has too few different images.
    """
    of, generator = np.asarray(labels), np.random.default_rng([seed, 7])
    alike: dict[str, list[int]] = {}
    for row, each in enumerate(hashes):
        alike.setdefault(each, []).append(row)
    in_two = {int(c) for rows in alike.values() if len(set(of[rows])) > 1 for c in of[rows]}
    own: list[list[list[int]]] = [[] for _ in class_names]
    for rows in alike.values():
        if len(set(of[rows])) == 1:
            own[of[rows[0]]].append(rows)
    for class_id, name in enumerate(class_names):
        if not own[class_id] or len(own[class_id]) + (class_id in in_two) < 2:
            raise DataError(
                f"the class {name!r} has {int((of == class_id).sum())} images, but they are the same file or stand "
                "in another class too: it needs 2 different ones, one to train on and one of its own for the test"
            )
    smallest = min(map(len, own))
    test, val = max(1, smallest // TEST), smallest // VALIDATION
    parts: tuple[list[int], list[int]] = [], []
    for units in own:
        drawn = sorted((units[k] for k in generator.permutation(len(units))), key=len)  # copies last: one each
        for part, some in zip(parts, (drawn[:test], drawn[test : test + val]), strict=True):
            part += [row for rows in some for row in rows]
    held, checked = (np.array(sorted(part), np.int64) for part in parts)
    train = np.setdiff1d(np.arange(len(of)), np.concatenate([held, checked]))
    return Split(train, checked, held, [rows for rows in alike.values() if len(rows) > 1])
