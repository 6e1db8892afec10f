"""Trained nets that a study asks: on digits, trained here; on CIFAR-LT, read from recorded runs."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.profiles import PROFILES
from ltviz.metrics.geometry import angle_to_own
from ltviz.metrics.margins import logit_margin
from ltviz.studies._digits import class_accuracy, runs_of, setting, spelled
from ltviz.training import methods as table
from ltviz.training import record
from ltviz.training.runs import Run

_NAME = re.compile(r"(?P<dataset>[a-z]+\d*)-(?P<profile>[a-z]+)(?P<imbalance>[\d.]+)(-(?P<recipe>[a-z]+))?")
TITLES = {"cifar10": "CIFAR-10-LT", "cifar100": "CIFAR-100-LT"}


class Net(ABC):
    """One method's net of one seed, trained to the end.

    Parameters
    ----------
    seed : int
        Its own.
    counts : ClassCounts
        Training counts.
    class_accuracy : ndarray (C,)
        On the test set, in [0, 1].
    history : list of dict
        One row for each epoch, as in ``run.json``; not every epoch needs to have been measured.
    """

    seed: int
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
        self._run, self.seed, self.counts = run, run.seed, run.counts
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

    def __init__(self, told: dict[str, Any], folder: Path) -> None:
        self._told, self._folder, self.seed = told, folder, told["seed"]
        self.counts = ClassCounts(told["counts"])
        self.class_accuracy = np.array(told["last"]["by_class"])
        self.history = told["history"]

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        return record.read_geometry(self._folder / "geometry.npz")

    def labels(self, split: str) -> np.ndarray:
        """See `Net`."""
        return self._arrays[f"{split}_label"].astype(np.int64)

    def angles(self, split: str) -> np.ndarray:
        """See `Net`."""
        return self._arrays[f"{split}_own_angle"].astype(np.float64)

    def margins(self, split: str) -> np.ndarray:
        """See `Net`."""
        if self._cosine:
            own, rival = (self._arrays[f"{split}_{whose}_cosine"].astype(np.float64) for whose in ("own", "rival"))
            return own - rival
        return self._arrays[f"{split}_margin"].astype(np.float64)

    @property
    def unit(self) -> str:
        """See `Net`."""
        return "margin (cosine)" if self._cosine else "margin (logit)"

    @property
    def _cosine(self) -> bool:
        return bool(self._told["settings"]["head"] == "cosine")


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
    missing = ""
    if records:
        found = _recorded(methods, seeds, records, images)
        if isinstance(found, Nets):
            return found
        missing = f"; no record of {found}"
    elif paper:
        missing = f"; the paper has {paper}"
    trained = runs_of(methods, imbalance, profile, epochs, seeds)
    nets = {name: tuple(map(DigitsNet, runs)) for name, runs in trained.items()}
    return Nets(f"digits{missing}", setting(imbalance, profile), nets)


def _recorded(methods: str, seeds: Sequence[int], records: str, images: bool) -> Nets | str:
    """Return the recorded nets, or in words what has no record."""
    match = _NAME.fullmatch(records)
    if match is None:
        raise BadInput(
            "records must be empty or name recorded runs, such as cifar10-exp100 or cifar10-exp100-short; "
            f"got {records!r}"
        )
    dataset = one_of("the records' data set", match["dataset"], tuple(TITLES))
    profile, imbalance = one_of("the records' profile", match["profile"], PROFILES), float(match["imbalance"])
    recipes = [one_of("the records' recipe", match["recipe"], table.RECIPES)] if match["recipe"] else table.RECIPES
    texts, best, lacking = spelled(methods), None, ""
    for recipe in recipes:
        held = {text: _seeds(text, dataset, profile, imbalance, recipe, images) for text in texts}
        common = [seed for seed in seeds if all(seed in of for of in held.values())]
        if not common:
            lacking = lacking or ", ".join(text for text, of in held.items() if not of) or "a seed of all"
            continue
        nets = {text: tuple(of[seed] for seed in common) for text, of in held.items()}
        epochs = min(net.history[-1]["epoch"] + 1 for each in nets.values() for net in each)
        if best is None or epochs > best[0]:
            best = epochs, recipe, nets
    if best is None:
        return f"{lacking} on {TITLES[dataset]} ({profile} {imbalance:g})"
    epochs, recipe, nets = best
    said = f"{TITLES[dataset]}, imbalance {imbalance:g} ({profile}), ResNet-32, recipe {recipe}, {epochs} epochs."
    return Nets(TITLES[dataset], f"Recorded runs: {said}", nets)


def _seeds(
    text: str, dataset: str, profile: str, imbalance: float, recipe: str, images: bool
) -> dict[int, RecordedNet]:
    """Return the recorded nets of one method by their seeds."""
    name, params = table.parse(text)
    found: dict[int, RecordedNet] = {}
    for home in record.shipped():
        run = record.place(home, dataset, profile, imbalance, name, recipe, 0, **params).parent
        for file in run.glob("seed*/run.json"):
            if images and not file.with_name("geometry.npz").is_file():
                continue
            told = record.read(file)
            found.setdefault(told["seed"], RecordedNet(told, file.parent))
    return found
