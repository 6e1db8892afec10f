"""What a data set answers, and how one is chosen before an image of it is read."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ltviz.core.checks import one_of
from ltviz.core.counts import ClassCounts, Groups
from ltviz.core.errors import BadInput
from ltviz.core.profiles import PROFILES

SPLITS = ("train", "val", "test")
# All that can be said of a choice, and what it means; a data set takes some of it.
TAKES = {
    "data": "where it lies",
    "imbalance": "largest class to smallest, in the training set",
    "profile": "how the counts fall from the head to the tail",
    "order": "class ids from the head to the tail",
    "seed": "of the choice of images",
    "verify": "whether only the published images are taken",
    "size": "side of the square to which images are brought, in pixels",
    "name": "what records and titles call it",
    "model": "the net that is trained",
}


class DataSet(Protocol):
    """What a run asks of its data; `Images` answers all of it for images that lie in memory."""

    @property
    def name(self) -> str:
        """As run folders have it."""

    @property
    def profile(self) -> str:
        """How the counts fall: exp, step, pareto; own for counts that are as they are."""

    @property
    def imbalance(self) -> float:
        """Most frequent over rarest class, as run folders have it."""

    @property
    def seed(self) -> int:
        """Of the choice of images."""

    @property
    def counts(self) -> ClassCounts:
        """Training images of each class."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """By class id."""

    @property
    def verified(self) -> bool:
        """False where images should be published ones and were not found to be."""

    @property
    def groups(self) -> Groups:
        """The classes with many, medium and few training images."""

    @property
    def mean(self) -> np.ndarray:
        """With which pixels / 255 are normalised, by colour (3,)."""

    @property
    def std(self) -> np.ndarray:
        """The same for the spread (3,)."""

    @property
    def streamed(self) -> bool:
        """False where all images fit on the device, which is what training expects today."""

    @property
    def model(self) -> str:
        """The net that is trained on it; an empty text where each method has its own, as in the papers."""

    @property
    def recipes(self) -> tuple[str, ...]:
        """The recipes that can be asked for, the default first."""

    def labels(self, split: str) -> np.ndarray:
        """Return the class ids (N,), int64, of "train", "val" or "test"; the validation split may be empty."""

    def take(self, rows: np.ndarray | slice, split: str) -> np.ndarray:
        """Return some images of a split: uint8 (n, H, W, 3), red green blue."""

    def whole(self, split: str) -> np.ndarray:
        """Return all images of a split as a net is given them.

        uint8 as `take` has them, which are augmented and normalised; or floating point (N, channels, H, W), which are
        taken as they are.
        """

    def fingerprint(self) -> dict[str, str]:
        """Return hashes: two data sets with the same ones are the same, image by image.

        ``images`` is that of the training set, ``test_images`` that of the test and the validation set.
        """


@dataclass(frozen=True, eq=False, kw_only=True)
class Images:
    """A data set whose images lie in memory; see `DataSet`.

    Parameters
    ----------
    name, profile : str
    imbalance : float
    seed : int
    counts : ClassCounts
    class_names : tuple of str
    train_images, val_images, test_images : ndarray (N, H, W, 3)
        uint8, red green blue; they may be mapped from a file. The validation set may be empty.
    train_labels, val_labels, test_labels : ndarray (N,)
        Class ids, int64.
    mean, std : ndarray (3,)
        With which pixels / 255 are normalised.
    verified : bool
    model : str
    recipes : tuple of str
    """

    name: str
    profile: str
    imbalance: float
    seed: int
    counts: ClassCounts
    class_names: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    val_images: np.ndarray
    val_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    verified: bool = True
    model: str = ""
    recipes: tuple[str, ...] = ("basic", "strong", "short")

    @property
    def groups(self) -> Groups:
        """See `DataSet`."""
        return self.counts.groups()

    @property
    def streamed(self) -> bool:
        """See `DataSet`."""
        return False

    def labels(self, split: str) -> np.ndarray:
        """See `DataSet`."""
        found: np.ndarray = getattr(self, f"{one_of('split', split, SPLITS)}_labels")
        return found

    def take(self, rows: np.ndarray | slice, split: str) -> np.ndarray:
        """See `DataSet`."""
        return np.asarray(self.whole(split)[rows])

    def whole(self, split: str) -> np.ndarray:
        """See `DataSet`."""
        found: np.ndarray = getattr(self, f"{one_of('split', split, SPLITS)}_images")
        return found

    def fingerprint(self) -> dict[str, str]:
        """See `DataSet`."""
        return fingerprint(self)


def fingerprint(data: DataSet) -> dict[str, str]:
    """Return the hashes of training images and labels, and of those of the test and the validation set."""

    def parts(*splits: str) -> str:
        found = hashlib.sha256()
        for split in splits:
            for array in (data.take(slice(None), split), data.labels(split)):
                found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()

    return {"images": parts("train"), "test_images": parts("test", "val")}


@dataclass(frozen=True)
class Selection:
    """A data set as it was asked for, before an image of it is decoded.

    Parameters
    ----------
    name, profile, imbalance, counts, model
        As the data set will answer them.
    read : callable
        Gives the `DataSet`.
    tested : int
        Test images; 0 where they are not counted before they are read.
    """

    name: str
    profile: str
    imbalance: float
    counts: ClassCounts
    read: Callable[[], DataSet] = field(repr=False)
    model: str = ""
    tested: int = 0


class Source(ABC):
    """What ``--dataset NAME`` means: how a data set of that name is chosen.

    A file of this folder that has a ``SOURCE`` of this kind is a data set, by the file's name.

    Parameters
    ----------
    name : str
        The file's; set where it is looked up.
    title : str
        As titles have it.
    takes : tuple of str
        What can be said of the choice: some of `TAKES`.
    profiles : tuple of str
        Those that its records can have, the default first.
    defaults : mapping
        Of what it takes, for help texts.
    model, recipes
        What its data sets answer.
    recorded : bool
        Whether runs are recorded and resumed; else they take seconds, and are trained anew by `ltviz.runs.digits`.
    """

    name: str = ""
    title: str
    takes: tuple[str, ...] = ("imbalance", "profile", "seed")
    profiles: tuple[str, ...] = PROFILES
    defaults: Mapping[str, Any] = {}
    model: str = ""
    recipes: tuple[str, ...] = ("basic", "strong", "short")
    recorded: bool = True

    @abstractmethod
    def select(self, **choice: Any) -> Selection:
        """Choose; `choice` has some of what it takes, and what is left out is at its default.

        Raises
        ------
        BadInput, DataError
            For a choice that cannot be; nothing is written.
        """

    def says(self, path: Path) -> bool:
        """Return whether a file says itself of which data set it is; `told_by` reads it."""
        return False

    def told_by(self, path: Path) -> str:
        """Return the name of the data set that a file says itself to be of.

        Raises
        ------
        DataError
            For a file that should say it, and does not.
        """
        return self.name

    def titled(self, dataset: str) -> str:
        """Return the title of a data set of this source, by the name that its records have."""
        return self.title

    def checked(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was said of a choice, without what was not.

        Raises
        ------
        BadInput
            For a word that does nothing here.
        """
        said = {word: value for word, value in choice.items() if value is not None}
        idle = [word for word in said if word not in self.takes]
        if idle:
            them = "them" if len(idle) > 1 else "it"
            raise BadInput(f"{self.name} takes {', '.join(self.takes)}, not {', '.join(idle)}: leave {them} out")
        return said
