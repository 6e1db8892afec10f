"""A run on the digits kept image by image, beside the table of its method's seeds: what was trained once is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core import files
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError
from ltviz.metrics import accuracy
from ltviz.records import record
from ltviz.records.finished import FinishedRun

SPLITS = ("train", "test")
_IMAGES = ("label", "logits", "angle", "mean_angle", "margin")  # of each split
_VECTORS = ("class_vectors", "class_means")
_ABOUT = "about"  # a text: what the run is, and its epochs
_LARGEST = 2**22  # bytes
_SHOWN = 2  # dimensions: features in a plane are drawn as they are, so that they are kept


class KeptRun(FinishedRun):
    """A run that was trained before: everything that studies ask, but features that lie in no plane.

    Parameters
    ----------
    about : mapping
        Its identity (see `ltviz.records.identity.planned`), ``counts``, ``unit`` and ``rows``.
    arrays : mapping of str to ndarray
        Of each split ``label``, ``logits``, ``angle``, ``mean_angle``, ``margin``; ``class_vectors``, ``class_means``.
    """

    def __init__(self, about: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.about, self._arrays = about, arrays
        self.seed, self.loss, self.counts = about["seed"], about["loss"], ClassCounts(about["counts"])

    @property
    def rows(self) -> list[record.Row]:
        """See `FinishedRun`."""
        return list(self.about["rows"])

    @property
    def class_accuracy(self) -> np.ndarray:
        """See `FinishedRun`."""
        return accuracy.by_class(self.labels("test"), self.predictions("test"), len(self.counts))

    @property
    def unit(self) -> str:
        """See `FinishedRun`."""
        return str(self.about["unit"])

    def labels(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "label").astype(np.int64)

    def predictions(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self.logits(split).argmax(axis=1)

    def angles(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "angle").astype(np.float64)

    def mean_angles(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "mean_angle").astype(np.float64)

    def margins(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "margin").astype(np.float64)

    def logits(self, split: str) -> np.ndarray:
        """See `FinishedRun`."""
        return self._of(split, "logits")

    def embedding(self, split: str) -> np.ndarray:
        """See `FinishedRun`; only those of a plane are kept."""
        return self._of(split, "embedding")

    def class_vectors(self) -> np.ndarray:
        """See `FinishedRun`."""
        return self._arrays["class_vectors"]

    def class_means(self) -> np.ndarray:
        """See `FinishedRun`."""
        return self._arrays["class_means"]

    def _of(self, split: str, name: str) -> np.ndarray:
        found = self._arrays.get(f"{split}_{name}")
        if found is None:
            raise DataError(f"a kept run has no {name} of {split} images; train it: ltviz.runs.digits.digits_run")
        return found


def write(path: Path, run: FinishedRun, about: Mapping[str, Any]) -> Path:
    """Write a run where another process finds it.

    Parameters
    ----------
    path : Path
        Of the file.
    run : FinishedRun
        Which answers everything.
    about : mapping
        Its identity.
    """
    arrays: dict[str, np.ndarray] = {}
    for split in SPLITS:
        told = (run.labels(split).astype(np.uint8), run.logits(split), run.angles(split), run.mean_angles(split))
        arrays |= {f"{split}_{name}": each for name, each in zip(_IMAGES, (*told, run.margins(split)), strict=True)}
        if run.embedding(split).shape[1] <= _SHOWN:
            arrays[f"{split}_embedding"] = run.embedding(split)
    arrays |= dict(zip(_VECTORS, (run.class_vectors(), run.class_means()), strict=True))
    narrow = {name: each if each.dtype == np.uint8 else each.astype(np.float32) for name, each in arrays.items()}
    words = {**about, "loss": run.loss, "counts": run.counts.values.tolist(), "unit": run.unit, "rows": run.rows}
    told_of = np.frombuffer(files.to_json({**words, "versions": record.versions()}).encode(), np.uint8)
    return files.write_npz(path, about=told_of, **narrow)


def read(path: Path) -> KeptRun:
    """Read a kept run; nothing is unpickled.

    Raises
    ------
    Damaged
        If it cannot be read or lacks what its readers need; the message names the file.
    """
    try:
        if files.regular_file(path).stat().st_size > _LARGEST:
            raise DataError(f"it is larger than {_LARGEST // 2**20} MiB")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        run = KeptRun(json.loads(arrays.pop(_ABOUT).tobytes()), arrays)
        _hold(run, arrays)
    except Exception as error:  # zipfile, numpy, json and the disk each have their own
        raise record.damaged(path, f"{path} is no kept run: {error}", "remove it, and it is trained again") from error
    return run


def _hold(run: KeptRun, arrays: Mapping[str, np.ndarray]) -> None:
    """Hold what was read to its own counts: a damaged file is found before a study stumbles over it."""
    classes = len(run.counts)
    for split in SPLITS:
        images = len(run.labels(split))
        shapes = {name: (images, classes) if name == "logits" else (images,) for name in _IMAGES}
        for name, shape in shapes.items():
            if arrays[f"{split}_{name}"].shape != shape or not np.isfinite(arrays[f"{split}_{name}"]).all():
                raise DataError(f"{split}_{name} must be finite numbers {shape}")
    if np.bincount(run.labels("train"), minlength=classes).tolist() != run.counts.values.tolist():
        raise DataError("its training images are not as many as its counts say")
    if not all(len(arrays[name]) == classes for name in _VECTORS):
        raise DataError(f"it must have {classes} class vectors and means")
    if not run.rows or not all({"epoch", "loss", "rate", "reweighted"} <= set(row) for row in run.rows):
        raise DataError("it lacks its epochs")
