"""What does each epoch of training do to the loss, and to frequent and rare classes?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, seed_after
from ltviz.core.counts import ClassCounts, Groups
from ltviz.records.finished import FinishedRun
from ltviz.studies._trained import nets_of

_DROP = 0.2  # a smooth schedule never falls this far in one epoch: half a cosine ends with a factor of 0.25


@dataclass(frozen=True)
class Course:
    """One method's training over n seeds. Epochs count from 1: epoch 1 is the first pass over the training set.

    Parameters
    ----------
    method : str
        Whose.
    loss : ndarray (E, n)
        Mean over each epoch's batches, at its weights of the time.
    rate : ndarray (E,)
        Learning rate.
    drops : tuple of int
        The epochs whose rate is less than a fifth of the one before.
    reweighted_from : int or None
        The epoch in which deferred class weights set in.
    measured : ndarray (M,)
        The epochs after which every seed was measured on the test set.
    balanced : ndarray (M, n)
        Mean test accuracy of the classes, in [0, 1].
    groups : dict of str to ndarray (M, n)
        The same of many, medium and few; a group without classes is left out.
    """

    method: str
    loss: np.ndarray
    rate: np.ndarray
    drops: tuple[int, ...]
    reweighted_from: int | None
    measured: np.ndarray
    balanced: np.ndarray
    groups: dict[str, np.ndarray]


@dataclass(frozen=True)
class TrainingHistory:
    """Epoch by epoch; see `training_history`.

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    data : str
        For the title.
    courses : tuple of Course
        One for each method.
    groups : dict of str to str
        What many, medium and few are here, of those that have classes.
    caption : str
        What was done.
    """

    counts: ClassCounts
    data: str
    courses: tuple[Course, ...]
    groups: dict[str, str]
    caption: str


def training_history(
    *,
    methods: str = "erm, ldam_drw",
    records: str = "",
    groups: str = "terciles",
    imbalance: float = 50.0,
    profile: str = "exp",
    epochs: int = 60,
    seeds: int = 3,
    seed: int = 0,
) -> TrainingHistory:
    """Follow each method's training: the loss, the learning rate, and the accuracy of frequent and rare classes.

    Parameters
    ----------
    methods : str
        Names of methods, separated by commas.
    records : str
        Empty, or the recorded runs to read: see `nets_of`.
    groups : {"terciles", "thresholds"}
        How classes are sorted into many, medium and few; the field's thresholds (100 and 20 training samples) leave
        CIFAR-10-LT without few.
    imbalance, profile, epochs
        Of the digits: the training set and how long to train.
    seeds, seed : int
        How many seeds, and the first.
    """
    seeds = number("seeds", seeds, 1, 100, whole=True)
    nets = nets_of(methods, imbalance, profile, epochs, [seed_after(seed, k) for k in range(seeds)], records)
    sorted_ = nets.counts.groups(groups)
    courses = tuple(_course(method, of, sorted_) for method, of in nets.of.items())
    told = {name: _range(nets.counts, ids) for name, ids in sorted_.members.items() if len(ids)}
    smooth = [each.method for each in courses if not each.drops and each.rate[-1] < 0.5 * each.rate.max()]
    caption = nets.setting + (f" The learning rate of {', '.join(smooth)} falls smoothly." if smooth else "")
    return TrainingHistory(nets.counts, nets.data, courses, told, caption)


def _course(method: str, nets: Sequence[FinishedRun], groups: Groups) -> Course:
    histories = [net.rows for net in nets]
    first, epochs = histories[0], range(len(histories[0]))  # runs of other lengths are not averaged: see Shelf
    measured = [k for k in epochs if all("by_class" in rows[k] for rows in histories)]  # the last one is
    rate = np.array([row["rate"] for row in first])
    return Course(
        method=method,
        loss=np.array([[rows[k]["loss"] for rows in histories] for k in epochs]),
        rate=rate,
        drops=tuple((np.flatnonzero(rate[1:] < _DROP * rate[:-1]) + 2).tolist()),
        reweighted_from=next((k for k, row in enumerate(first, 1) if row["reweighted"]), None),
        measured=np.array(measured) + 1,
        balanced=np.array([[rows[k]["balanced"] for rows in histories] for k in measured]),
        groups={
            name: np.array([[np.mean(np.array(rows[k]["by_class"])[ids]) for rows in histories] for k in measured])
            for name, ids in groups.members.items()
            if len(ids)
        },
    )


def _range(counts: ClassCounts, ids: np.ndarray) -> str:
    """Say how many training images the classes of a group have."""
    low, high = int(counts.values[ids].min()), int(counts.values[ids].max())
    return f"{low} to {high} training images" if low < high else f"{low} training images"
