"""CIFAR-10-LT and CIFAR-100-LT: the papers' long-tailed photographs, read from where you have them or fetched."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence

import numpy as np

from ltviz.core.checks import one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts
from ltviz.datasets.cifar import cache, read
from ltviz.datasets.cifar._set import MEAN, STD, Cifar, long_tail_indices, split
from ltviz.datasets.cifar._set import counts_of as counts_for
from ltviz.datasets.cifar.pack import heading, is_pack, pack_counts, read_pack, write_pack
from ltviz.datasets.cifar.published import PUBLISHED, TRAIN_IMAGES
from ltviz.datasets.cifar.source import find

__all__ = [
    "MEAN",
    "NAMES",
    "STD",
    "Cifar",
    "counts_of",
    "heading",
    "is_pack",
    "load",
    "long_tail_indices",
    "pack_counts",
    "read_pack",
    "write_pack",
]

NAMES = tuple(PUBLISHED)


def load(
    dataset: str = "cifar10",
    imbalance: float = 100,
    profile: str = "exp",
    seed: int = 0,
    root: str | os.PathLike[str] | None = None,
    *,
    order: Sequence[int] | None = None,
    verify: bool = True,
) -> Cifar:
    """Return CIFAR with a long-tailed training set, chosen as by the LDAM code.

    Parameters
    ----------
    dataset : {"cifar10", "cifar100"}
    imbalance : float
        The ratio n_max / n_min, at least 1.
    profile : {"exp", "step", "pareto"}
        How the counts fall from the head to the tail.
    seed : int
        Of the choice of images, 0 in the papers.
    root : path, optional
        The folder that has the data (torchvision's `root`, the binary version's, or that of the archive), or the
        archive itself. Without it the folder in ``LTVIZ_CIFAR``, or the one into which `ltviz data fetch` writes.
    order : sequence of int, optional
        Class ids from the head to the tail; without it class 0 is the head, as in the papers.
    verify : bool
        ``False`` also reads files that are not the published ones, and warns.

    Returns
    -------
    Cifar
        Its validation set is of unused training images, balanced over all classes but the largest, which has none;
        where more classes have none (a step, equal counts), it is empty.

    Raises
    ------
    BadInput
        For a bad name, ratio, profile, seed or order.
    DataError
        Where the data is not there or not what was published; the message says which file to put where.

    Source
    ------
    Krizhevsky 2009, *Learning Multiple Layers of Features from Tiny Images*; see `long_tail_indices` for the choice.
    """
    counts_of(dataset, imbalance, profile, order)  # a wrong choice is refused before files are read
    names = PUBLISHED[dataset].class_names
    checked_seed(seed)
    source = find(dataset, root)
    if verify:
        parts = cache.load(dataset, source)
    else:
        warnings.warn(f"NOT VERIFIED: {source.path} is used without a check of its hashes", stacklevel=2)
        parts = read.read(dataset, source, verify=False)
    images, labels = np.asarray(parts["train"].images), parts["train"].labels
    train, val, counts, order = split(labels, imbalance, profile, seed, order)
    return Cifar(
        name=dataset,
        train_images=images[train],
        train_labels=labels[train],
        val_images=images[val],
        val_labels=labels[val],
        test_images=parts["test"].images,
        test_labels=parts["test"].labels,
        train_rows=train,
        val_rows=val,
        counts=counts,
        profile=profile,
        imbalance=float(imbalance),
        seed=seed,
        order=order,
        class_names=names,
        verified=verify,
    )


def counts_of(
    dataset: str = "cifar10", imbalance: float = 100, profile: str = "exp", order: Sequence[int] | None = None
) -> ClassCounts:
    """Return the training counts that `load` gives, without a look at an image."""
    classes = len(PUBLISHED[one_of("dataset", dataset, NAMES)].class_names)
    return counts_for(TRAIN_IMAGES // classes, classes, imbalance, profile, order)
