"""`Cifar`: a long-tailed training set of CIFAR, and the LDAM code's choice of its images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ltviz.core.checks import number
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, DataError
from ltviz.core.profiles import profile as make_profile
from ltviz.datasets._base import Images

# As the papers' code has them, for both data sets, in the unit of pixels / 255.
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
RECIPES = ("paper", "basic", "strong", "short")  # the papers trained on it, so each method has its own


@dataclass(frozen=True, eq=False, kw_only=True)
class Cifar(Images):
    """A long-tailed training set, a validation set of unused training images, and the published test set.

    Parameters
    ----------
    name : {"cifar10", "cifar100"}
    train_images, val_images, test_images : ndarray (N, 32, 32, 3)
        uint8, red green blue; the test images may be mapped from a file.
    train_labels, val_labels, test_labels : ndarray (N,)
        Class ids, int64.
    train_rows, val_rows : ndarray (N,)
        Each image's place in the published training set, int64; no place is in both.
    counts : ClassCounts
        Training images of each class.
    profile, imbalance, seed
        As asked for.
    order : tuple of int
        Class ids from the head to the tail.
    class_names : tuple of str
        By class id.
    mean, std : ndarray (3,)
        With which the papers normalise pixels / 255.
    verified : bool
        Whether the images are the published ones by their hash.
    """

    train_rows: np.ndarray
    val_rows: np.ndarray
    order: tuple[int, ...]
    verified: bool
    mean: np.ndarray = field(default_factory=lambda: np.array(MEAN))
    std: np.ndarray = field(default_factory=lambda: np.array(STD))
    recipes: tuple[str, ...] = RECIPES


def long_tail_indices(
    labels: Any,
    imbalance: float = 100,
    profile: str = "exp",
    seed: int = 0,
    order: Sequence[int] | None = None,
    *,
    largest: int | None = None,
) -> np.ndarray:
    """Return the rows of a long-tailed subset, in the LDAM code's order.

    Class by class in the order of their ids, the class's rows are shuffled and the first n_j taken. The shuffles do not
    depend on the counts, so that a set of a larger ratio lies within every set of a smaller one.

    Parameters
    ----------
    labels : sequence of int, (N,)
        Class ids from 0, one per row; they need not be balanced.
    imbalance : float
        The ratio n_max / n_min, at least 1.
    profile : {"exp", "step", "pareto"}
        See `ltviz.core.profiles.profile`.
    seed : int
        Of the shuffles, 0 in the papers.
    order : sequence of int, optional
        Class ids from the head to the tail; without it class 0 is the head, as in the papers.
    largest : int, optional
        Rows of the head; by default the most that every class has.

    Returns
    -------
    ndarray (sum of counts,)
        int64, grouped by class id.

    Raises
    ------
    BadInput
        For labels that are no class ids, a bad ratio, profile, seed or order.
    DataError
        Where a class has fewer rows than it should get, or none.

    Source
    ------
    Cao et al. 2019 (arXiv 1906.07413), the authors' imbalance_cifar.py: ``np.random.seed(0)``, then
    ``np.random.shuffle`` class by class. Here the same generator is a local one: no one else's draws are reset.

    Examples
    --------
    Any labels will do, such as those of torchvision's CIFAR10 (its ``targets``):

    >>> long_tail_indices([0, 0, 0, 0, 1, 1, 1, 1], imbalance=4).tolist()
    [2, 3, 1, 0, 4]
    """
    rows, counts = _shuffled(labels, imbalance, profile, seed, order, largest)
    return np.concatenate([row[:count] for row, count in zip(rows, counts, strict=True)])


def split(
    labels: np.ndarray, imbalance: float, profile: str, seed: int, order: Sequence[int] | None
) -> tuple[np.ndarray, np.ndarray, ClassCounts, tuple[int, ...]]:
    """Return training rows, validation rows, the counts and the order.

    The validation set is balanced over all classes but the largest, which uses all its images: of each the same number,
    at most a tenth of the published class, and always the last of the shuffled order, so that it is the same whatever
    the ratio where enough are left. Where more classes use all their images (a step, equal counts) there is none: it
    would speak for the tail alone.
    """
    rows, counts = _shuffled(labels, imbalance, profile, seed, order)
    train = np.concatenate([row[:count] for row, count in zip(rows, counts, strict=True)])
    unused = [row[count:] for row, count in zip(rows, counts, strict=True) if count < len(row)]
    if len(unused) < len(rows) - 1:
        unused = []
    size = min([max(1, len(labels) // len(rows) // 10), *map(len, unused)])
    held = [row[-size:] for row in unused]
    val = np.concatenate(held) if held else np.empty(0, np.int64)
    return train, val, counts, checked_order(order, len(counts))


def counts_of(largest: int, classes: int, imbalance: float, profile: str, order: Sequence[int] | None) -> ClassCounts:
    """Return the counts by class id of a subset whose head has `largest` training images."""
    falling = make_profile(profile, largest, classes, imbalance)
    values = np.empty(classes, np.int64)
    values[list(checked_order(order, classes))] = falling.values
    return ClassCounts(values)


def _shuffled(
    labels: Any,
    imbalance: float,
    profile: str,
    seed: int,
    order: Sequence[int] | None,
    largest: int | None = None,
) -> tuple[list[np.ndarray], ClassCounts]:
    """Return each class's rows in the shuffled order, and how many of them are taken."""
    labels = _checked_labels(labels)
    sizes = np.bincount(labels)
    if not sizes.all():
        raise DataError(
            f"class {int(sizes.argmin())} has 0 samples among the labels; number the classes anew from 0, as "
            "np.unique(labels, return_inverse=True)[1] does"
        )
    head = int(sizes.min()) if largest is None else number("largest", largest, 1, 2**53, whole=True)
    counts = counts_of(head, len(sizes), imbalance, profile, order)
    generator = np.random.RandomState(checked_seed(seed))
    rows = []
    for class_id, count in enumerate(counts):
        row = np.flatnonzero(labels == class_id).astype(np.int64)
        if count > len(row):
            raise DataError(
                f"class {class_id} has {len(row)} samples, asked for {count}; with largest={sizes.min()} or less every "
                "class has enough"
            )
        generator.shuffle(row)
        rows.append(row)
    return rows, counts


def _checked_labels(labels: Any) -> np.ndarray:
    try:
        array = np.asarray(labels)
    except (ValueError, TypeError, RuntimeError) as error:
        raise BadInput(f"labels must be a 1-D sequence of class ids: {error}") from error
    if array.ndim != 1 or array.dtype.kind not in "iu" or not len(array):
        raise BadInput(
            f"labels must be a 1-D sequence of class ids (integers); got the shape {array.shape} of {array.dtype}"
        )
    if not 0 <= array.min() <= array.max() < max(2, len(array)):
        raise BadInput(f"labels must be class ids from 0; got {array.min()} .. {array.max()} for {len(array)} samples")
    if array.max() < 1:
        raise BadInput("labels need at least 2 classes; all of them are 0")
    return array


def checked_order(order: Sequence[int] | None, classes: int) -> tuple[int, ...]:
    """Return class ids from the head to the tail, each once; by default as they are numbered."""
    if order is None:
        return tuple(range(classes))
    try:
        ids = [int(each) for each in order if int(each) == each]
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput(f"order must be class ids from the head to the tail; got {order!r}") from error
    if sorted(ids) != list(range(classes)) or len(ids) != len(order):
        raise BadInput(f"order must name each of the class ids 0..{classes - 1} once, head first; got {order!r}")
    return tuple(ids)
