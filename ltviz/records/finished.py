"""A finished run as a study asks it, live or recorded: its labels, angles, margins; here also read from a record."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError
from ltviz.records import record
from ltviz.records.identity import GEOMETRY, but_seed, in_words, of_data


class FinishedRun(ABC):
    """One method, trained to the end with one seed: on which data and where, no one needs to ask.

    What a run did not keep it refuses to answer, with a `DataError` that says so.

    Parameters
    ----------
    seed : int
        Its own.
    loss : str
        What it was trained with, spelled with its parameters.
    counts : ClassCounts
        Training counts.
    """

    seed: int
    loss: str
    counts: ClassCounts

    @property
    @abstractmethod
    def rows(self) -> list[record.Row]:
        """One row for each epoch, as in ``run.json``; not every epoch needs to have been measured."""

    @property
    @abstractmethod
    def class_accuracy(self) -> np.ndarray:
        """Accuracy of each class (C,) on the test set, in [0, 1]."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """What margins are measured in: cosines where the head has a scale, else logits."""

    @abstractmethod
    def labels(self, split: str) -> np.ndarray:
        """Return the class ids (N,) of "train" or "test"."""

    @abstractmethod
    def predictions(self, split: str) -> np.ndarray:
        """Return the class (N,) that each image is taken for."""

    @abstractmethod
    def angles(self, split: str) -> np.ndarray:
        """Return each image's angle (N,) to the head's vector of its class, in radians."""

    @abstractmethod
    def mean_angles(self, split: str) -> np.ndarray:
        """Return each image's angle (N,) to the mean of its class's training images (`centres`), in radians."""

    @abstractmethod
    def margins(self, split: str) -> np.ndarray:
        """Return by how much each image's own score leads the best other one (N,), in the unit of `unit`."""

    @abstractmethod
    def logits(self, split: str) -> np.ndarray:
        """Return the scores (N, C) of each image; records do not hold them."""

    @abstractmethod
    def embedding(self, split: str) -> np.ndarray:
        """Return the features (N, D) of each image, unnormalised; records do not hold them."""

    @abstractmethod
    def class_vectors(self) -> np.ndarray:
        """Return the head's class vectors (C, D), unnormalised."""

    @abstractmethod
    def class_means(self) -> np.ndarray:
        """Return the mean directions of each class's training images (C, D): see `centres`."""


class RecordedRun(FinishedRun):
    """A run of which a record stands: ``run.json``, and ``geometry.npz`` for what is asked image by image."""

    def __init__(self, file: Path, told: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.file, self.seed, self.loss = file, told["seed"], told["loss"]
        self.counts = ClassCounts(told["counts"], told.get("class_names", ()))
        self.model = told["settings"].get("model", "resnet32")  # which all of earlier versions are
        self.verified = told.get("verified", True)  # of records of earlier versions no one knows
        self._cosine, self._told, self._arrays = told["settings"]["head"] == "cosine", told, dict(arrays)

    @classmethod
    def read(cls, file: Path, *, images: bool) -> RecordedRun | None:
        """Read a record, and where single images will be asked, its geometry; None where it was recorded without one.

        Raises
        ------
        Damaged
            If either cannot be used, or they do not belong together.
        """
        told, beside = record.read(file), file.with_name(GEOMETRY)
        if missing := [name for name in ("loss", "counts", "settings") if name not in told]:
            raise record.damaged(file, f"{file} has no {missing[0]!r}, which every run records")
        if "head" not in told["settings"]:
            raise record.damaged(file, f"{file} has no 'head' in its settings, which every run records")
        if images and not record.has_geometry(told) and not os.path.lexists(beside):
            return None
        return cls(file, told, record.read_geometry(beside, told, record.IMAGES) if images else {})

    def differs(self, own: RecordedRun, other: RecordedRun) -> str:
        """Say in what this run differs from one of its method, but for the seed, or in its data from any other."""
        return in_words(but_seed(own._told), but_seed(self._told)) or in_words(
            of_data(other._told), of_data(self._told)
        )

    @property
    def rows(self) -> list[record.Row]:
        """See `FinishedRun`."""
        rows: list[record.Row] = self._told["history"]
        return rows

    @property
    def class_accuracy(self) -> np.ndarray:
        """See `FinishedRun`."""
        return np.array(self._told["last"]["by_class"])

    @property
    def unit(self) -> str:
        """See `FinishedRun`."""
        return "margin (cosine)" if self._cosine else "margin (logit)"

    def labels(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._array(f"{split}_label")

    def predictions(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._array(f"{split}_prediction")

    def angles(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._wide(f"{split}_own_angle")

    def mean_angles(self, split: str) -> np.ndarray:
        """See `FinishedRun`; records of earlier versions do not hold them."""
        return self._wide(f"{split}_mean_angle")

    def margins(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        if self._cosine:
            return self._wide(f"{split}_own_cosine") - self._wide(f"{split}_rival_cosine")
        return self._wide(f"{split}_margin")

    def logits(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        raise self._lacks("scores of single images")

    def embedding(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        raise self._lacks("features of single images")

    def class_vectors(self) -> np.ndarray:
        """See `FinishedRun`."""
        return self._wide(record.PROTOTYPES)

    def class_means(self) -> np.ndarray:
        """See `FinishedRun`."""
        raise self._lacks("the means of its classes")

    def _array(self, name: str) -> np.ndarray:
        """Return an array of the geometry, which is read now where it was not before."""
        if name not in self._arrays:
            if not record.has_geometry(self._told) and not os.path.lexists(self._geometry):
                raise self._lacks("single images")
            self._arrays |= record.read_geometry(self._geometry, self._told, [name])
        return self._arrays[name]

    def _wide(self, name: str) -> np.ndarray:
        return self._array(name).astype(np.float64)

    @property
    def _geometry(self) -> Path:
        return self.file.with_name(GEOMETRY)

    def _lacks(self, what: str) -> DataError:
        return DataError(f"{self.file} was recorded without {what}; train the run anew and ask that, or ask other runs")
