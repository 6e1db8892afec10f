"""A finished run as a study asks it: of what was trained, its labels, angles and margins; here read from a record."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.records import record
from ltviz.records.identity import but_seed, in_words, of_data


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


class RecordedNet(Net):
    """A net of which a record stands: ``run.json``, and ``geometry.npz`` for what is asked image by image."""

    def __init__(self, file: Path, told: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.file, self.seed, self.loss = file, told["seed"], told["loss"]
        self.counts = ClassCounts(told["counts"], told.get("class_names", ()))
        self.class_accuracy, self.history = np.array(told["last"]["by_class"]), told["history"]
        self.model = told["settings"].get("model", "resnet32")  # which all of earlier versions are
        self.verified = told.get("verified", True)  # of records of earlier versions no one knows
        self._cosine, self._told, self._arrays = told["settings"]["head"] == "cosine", told, arrays

    @classmethod
    def read(cls, file: Path, *, images: bool) -> RecordedNet | None:
        """Read a record, and where single images will be asked, its geometry; None where it was recorded without one.

        Raises
        ------
        Damaged
            If either cannot be used, or they do not belong together.
        """
        told, beside = record.read(file), file.with_name("geometry.npz")
        if missing := [name for name in ("loss", "counts", "settings") if name not in told]:
            raise record.damaged(file, f"{file} has no {missing[0]!r}, which every run records")
        if "head" not in told["settings"]:
            raise record.damaged(file, f"{file} has no 'head' in its settings, which every run records")
        if images and not record.has_geometry(told) and not os.path.lexists(beside):
            return None
        return cls(file, told, record.read_geometry(beside, told, record.IMAGES) if images else {})

    def differs(self, own: RecordedNet, other: RecordedNet) -> str:
        """Say in what this run differs from one of its method, but for the seed, or in its data from any other."""
        return in_words(but_seed(own._told), but_seed(self._told)) or in_words(
            of_data(other._told), of_data(self._told)
        )

    def _array(self, split: str, name: str) -> np.ndarray:
        return self._arrays[f"{split}_{name}"].astype(np.float64)

    def labels(self, split: str) -> np.ndarray:
        """See `Net`."""
        return self._arrays[f"{split}_label"]

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
