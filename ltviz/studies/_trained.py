"""Trained nets that a study asks: on digits, trained here; on CIFAR-LT, read from recorded runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError
from ltviz.metrics.geometry import angle_to_own
from ltviz.metrics.margins import logit_margin
from ltviz.studies._digits import class_accuracy, runs_of, setting, spelled
from ltviz.studies._records import Records, named
from ltviz.training import record
from ltviz.training.methods import is_row, parse
from ltviz.training.runs import Run


class Net(ABC):
    """One method's net of one seed, trained to the end.

    Parameters
    ----------
    seed : int
        Its own.
    loss : str
        What it was trained with, spelled with its parameters.
    counts : ClassCounts
        Training counts.
    class_accuracy : ndarray (C,)
        On the test set, in [0, 1].
    history : list of dict
        One row for each epoch, as in ``run.json``; not every epoch needs to have been measured.
    """

    seed: int
    loss: str
    counts: ClassCounts
    class_accuracy: np.ndarray
    history: list[dict[str, Any]]

    @abstractmethod
    def labels(self, split: str) -> np.ndarray:
        """Return the class ids (N,) of "train" or "test"."""

    @abstractmethod
    def angles(self, split: str) -> np.ndarray:
        """Return each image's angle (N,) to the head's vector of its class, in radians."""

    @abstractmethod
    def margins(self, split: str) -> np.ndarray:
        """Return by how much each image's own score leads the best other one (N,), in the unit of `unit`."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """What margins are measured in: cosines where the head has a scale, else logits."""


class DigitsNet(Net):
    """A net trained on digits in this process."""

    def __init__(self, run: Run) -> None:
        self._run, self.seed, self.loss, self.counts = run, run.seed, run.loss, run.counts
        self.class_accuracy = class_accuracy(run)
        self.history = [record.row(epoch) for epoch in run.history]

    def labels(self, split: str) -> np.ndarray:
        """See `Net`."""
        found: np.ndarray = getattr(self._run, f"{split}_labels")
        return found

    def angles(self, split: str) -> np.ndarray:
        """See `Net`."""
        return angle_to_own(getattr(self._run, f"{split}_embedding"), self.labels(split), self._run.prototypes)

    def margins(self, split: str) -> np.ndarray:
        """See `Net`."""
        scores = getattr(self._run, f"{split}_{'cosine' if self._run.test_cosine is not None else 'logits'}")
        return logit_margin(np.asarray(scores, np.float64), self.labels(split))

    @property
    def unit(self) -> str:
        """See `Net`."""
        return "margin (logit)" if self._run.test_cosine is None else "margin (cosine)"


class RecordedNet(Net):
    """A net of which a record stands: ``run.json``, and ``geometry.npz`` for what is asked image by image."""

    def __init__(self, file: Path) -> None:
        told, self._geometry = record.read(file), file.with_name("geometry.npz")
        try:
            self.seed, self.loss, self.counts = told["seed"], told["loss"], ClassCounts(told["counts"])
            self.class_accuracy, self.history = np.array(told["last"]["by_class"]), told["history"]
            self._cosine = told["settings"]["head"] == "cosine"
        except KeyError as error:
            raise DataError(f"{file} has no {error}, which every run on CIFAR records; train it again") from error

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        return record.read_geometry(self._geometry)

    def _array(self, split: str, name: str) -> np.ndarray:
        try:
            return self._arrays[f"{split}_{name}"].astype(np.float64)
        except KeyError as error:
            raise DataError(f"{self._geometry} has no {error}; train the run again") from error

    def labels(self, split: str) -> np.ndarray:
        """See `Net`."""
        return self._array(split, "label").astype(np.int64)

    def angles(self, split: str) -> np.ndarray:
        """See `Net`."""
        return self._array(split, "own_angle")

    def margins(self, split: str) -> np.ndarray:
        """See `Net`."""
        if self._cosine:
            return self._array(split, "own_cosine") - self._array(split, "rival_cosine")
        return self._array(split, "margin")

    @property
    def unit(self) -> str:
        """See `Net`."""
        return "margin (cosine)" if self._cosine else "margin (logit)"


@dataclass(frozen=True)
class Nets:
    """What a study asks, and what its title and its caption say of it.

    Parameters
    ----------
    data : str
        For a title: the data set, and what has no record.
    setting : str
        For a caption: a sentence on data and training.
    of : mapping of str to tuple of Net
        For each method, as it was spelled, the same seeds.
    """

    data: str
    setting: str
    of: Mapping[str, tuple[Net, ...]]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of each method."""
        return tuple(net.seed for net in next(iter(self.of.values())))

    @property
    def counts(self) -> ClassCounts:
        """Training counts, the same for all."""
        return next(iter(self.of.values()))[0].counts


def nets_of(
    methods: str,
    imbalance: float,
    profile: str,
    epochs: int,
    seeds: Sequence[int],
    records: str = "",
    *,
    images: bool = False,
    paper: str = "",
) -> Nets:
    """Return recorded nets where `records` names some; else nets trained on digits, and say what has no record.

    Parameters
    ----------
    methods : str
        See `runs_of`.
    imbalance, profile, epochs
        Of the digits, where nets are trained on them.
    seeds : sequence of int
        Those wanted. Of recorded runs, those that every method has are taken.
    records : str
        Empty, or recorded runs: ``"cifar10-exp100-short"`` (data set, profile and imbalance, recipe). Without a
        recipe, that of the most epochs which has every method.
    images : bool
        Whether angles or margins of single images will be asked, which only some records have.
    paper : str
        The data of the paper's own figure, for the title of a figure on other data.

    Raises
    ------
    BadInput
        If `records` is no such name, or methods are not different ones.
    DataError
        If a record cannot be read.
    """
    if records:
        found = _recorded(methods, seeds, named(records), images)
        if isinstance(found, Nets):
            return replace(found, data=found.data + _other(found.data, paper))
        missing = f"; no record of {found}"
    else:
        missing = _other("digits", paper)
    trained = runs_of(methods, imbalance, profile, epochs, seeds)
    nets = {name: tuple(map(DigitsNet, runs)) for name, runs in trained.items()}
    return Nets(f"digits{missing}", setting(imbalance, profile), nets)


def _other(data: str, paper: str) -> str:
    """Say for a title which data the paper's figure has, where it is other data."""
    return f"; the paper has {paper}" if paper not in ("", data) else ""


def _recorded(methods: str, seeds: Sequence[int], records: Records, images: bool) -> Nets | str:
    """Return the recorded nets, or in words what has no record."""
    texts, best, lacking = spelled(methods), None, spelled(methods)
    for recipe in records.recipes:
        held = {text: _seeds(text, records, recipe, images) for text in texts}
        lacking = min(lacking, [text for text, of in held.items() if not of], key=len)
        common = [seed for seed in seeds if all(seed in of for of in held.values())]
        if not common:
            continue
        nets = {text: tuple(of[seed] for seed in common) for text, of in held.items()}
        epochs = min(net.history[-1]["epoch"] + 1 for each in nets.values() for net in each)
        if best is None or epochs > best[0]:
            best = epochs, recipe, nets
    data = f"{records.title}, imbalance {records.imbalance:g} ({records.profile})"
    if best is None:
        which = f"seed {seeds[0]}" if len(seeds) == 1 else "a seed in common"
        whose = f"{'single images of ' * images}{', '.join(lacking or texts)}"
        return f"{whose} on {data}" if lacking else f"{whose} with {which} on {data}"
    epochs, recipe, nets = best
    return Nets(records.title, f"Recorded runs: {data}, ResNet-32, recipe {recipe}, {epochs} epochs.", nets)


def _seeds(text: str, records: Records, recipe: str, images: bool) -> dict[int, RecordedNet]:
    """Return the recorded nets of one method by their seeds."""
    found: dict[int, RecordedNet] = {}
    if not is_row(text):  # records are of methods
        return found
    name, params = parse(text)
    data = records.dataset, records.profile, records.imbalance
    for home in record.shipped():
        for file in record.place(home, *data, name, recipe, 0, **params).parent.glob("seed*/run.json"):
            if not images or file.with_name("geometry.npz").is_file():
                net = RecordedNet(file)
                found.setdefault(net.seed, net)
    return found
