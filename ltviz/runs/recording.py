"""Recording: from a trained run to what ``run.json``, ``geometry.npz`` and ``weights.safetensors`` hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ltviz.core import files
from ltviz.datasets import DataSet
from ltviz.methods.in_words import rounded, settings
from ltviz.metrics.geometry import angle_to_own, centres
from ltviz.records import record
from ltviz.records.identity import GEOMETRY, RECORD, sealed
from ltviz.records.weights import NAME, write_net
from ltviz.runs._stages import Finish
from ltviz.runs.assemble import Assembled
from ltviz.training.epoch import Epoch
from ltviz.training.pace import Pace
from ltviz.training.trainer import Trainer


@dataclass(frozen=True)
class Recording:
    """A finished run.

    Parameters
    ----------
    record : dict
        What ``run.json`` holds.
    geometry : dict of str to ndarray, or None
        What ``geometry.npz`` holds; None where the run had been recorded before.
    folder : Path or None
        Where they lie; None if nothing was written.
    """

    record: dict[str, Any]
    geometry: dict[str, np.ndarray] | None
    folder: Path | None


@dataclass
class Log:
    """What has come of a run so far: a checkpoint holds it beside the tensors, a record in the end.

    Parameters
    ----------
    history : list of dict
        One row for each epoch.
    seconds : float
        Of training and measuring.
    resumed : list of dict
        Where the run was taken up again, and what had computed it before.
    together : int
        Runs that shared the device, and so its seconds.
    """

    history: list[record.Row] = field(default_factory=list)
    seconds: float = 0.0
    resumed: list[dict[str, Any]] = field(default_factory=list)
    together: int = 1


def device_name(trained_on: torch.device) -> str:
    """Return what a record calls a device."""
    return torch.cuda.get_device_name(trained_on) if trained_on.type == "cuda" else "cpu"


def computes(device: torch.device, precision: str, pace: Pace) -> str:
    """Return what decides the last bits of a run, in words: where it computes, how finely and in what way."""
    return ", ".join([device_name(device), precision] + ([] if pace == Pace() else [str(pace)]))


class Recorder:
    """Measures a run's net on the images of its data, and writes what comes of it.

    Parameters
    ----------
    parts : Assembled
        With its trainer.
    data : DataSet
        What it is trained and tested on.
    identity : mapping
        What makes the run this one; see `ltviz.records.identity`.
    """

    def __init__(self, parts: Assembled, data: DataSet, identity: Mapping[str, Any]) -> None:
        self.parts, self.data, self.identity = parts, data, identity

    def row(self, epoch: Epoch) -> record.Row:
        """Return an epoch as a record holds it, with what the net after it makes of test and validation images."""
        return record.row(replace(epoch, measures=self.measures(self.parts.trainer, self.parts.finished)))

    def measures(self, trainer: Trainer, finish: Finish) -> dict[str, Any]:
        """Return what a trainer's net makes of test and validation images, its features changed by `finish`."""
        data = self.data
        measures = self._measure(self._classes("test", trainer, finish), data.labels("test"))
        if len(data.labels("val")):
            held = self._measure(self._classes("val", trainer, finish), data.labels("val"))
            measures["val_balanced"] = held["balanced"]
        return rounded(measures)

    def geometry(self) -> dict[str, np.ndarray]:
        """Return what ``geometry.npz`` holds: angles, margins and predictions of every training and test image.

        Besides what `record.geometry` says: ``mean_angle``, to the mean of the class's training images (`centres`).
        """
        data, arrays = self.data, dict[str, np.ndarray]()
        for split in ("train", "test"):
            labels = data.labels(split)
            features = self.parts.finished(self.parts.looks.seen(split, self.parts.trainer))
            embedding, prototypes, logits = (
                tensor.numpy() for tensor in (features.embedding, features.prototypes, features.logits)
            )
            arrays |= record.geometry(split, embedding, prototypes, logits, labels)
            arrays["prototypes"] = prototypes.astype(np.float16)
            if split == "train":
                means = centres(embedding, labels, len(data.counts))
            arrays[f"{split}_mean_angle"] = angle_to_own(embedding, labels, means).astype(np.float16)
        return arrays

    def record(self, log: Log, select: str, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """Return what ``run.json`` holds, but for its hashes and the place where it lies.

        Parameters
        ----------
        log : Log
            Of the whole run.
        select : str
            The epoch that the record names as its own: one of `record.RULES`.
        arrays : mapping
            What `geometry` gave.
        """
        data, trainer = self.data, self.parts.trainer
        content = record.fields(
            method=self.parts.method.name,
            loss=self.parts.spelling,
            dataset=data.name,
            profile=data.profile,
            imbalance=data.imbalance,
            counts=data.counts,
            seed=self.identity["seed"],
            recipe=self.parts.method.recipe,
            device=device_name(trainer.device),
            date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            seconds=log.seconds,
            history=log.history,
        )
        content["precision"] = trainer.precision
        if trainer.pace != Pace():
            content["pace"] = str(trainer.pace)
        # What it has in common with the run that a later command asks for.
        content |= {key: value for key, value in self.identity.items() if key not in content}
        content["select"] = {"rule": select, "text": record.RULES[select]}
        content["train"] = rounded(self._measure(arrays["train_prediction"].astype(np.int64), data.labels("train")))
        if log.together > 1:
            content["together"] = log.together
        if log.resumed:
            content["resumed"] = log.resumed
        return content

    def write(
        self, folder: Path, content: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None, *, weights: bool
    ) -> dict[str, Any]:
        """Write a run's files and return the record as it is written; what it replaces is removed.

        The record comes last, with the hash of what lies beside it: killed between, what does not belong together says
        so.

        Parameters
        ----------
        folder : Path
            Of the run.
        content : mapping
            What `record` gave.
        arrays : mapping or None
            What `geometry` gave, if it is to be written.
        weights : bool
            Whether the net is.
        """
        beside = None if arrays is None else files.write_npz(folder / GEOMETRY, **arrays)
        net = self._write_net(folder / NAME) if weights else None
        whole = sealed({**content, "place": "/".join(folder.absolute().parts[-3:])}, beside, net)
        files.write_json(folder / RECORD, whole)
        for name, wanted in ((GEOMETRY, arrays is not None), (NAME, weights)):
            if not wanted:  # what is there belongs to the record that was replaced
                (folder / name).unlink(missing_ok=True)
        return whole

    def _write_net(self, path: Path) -> Path:
        about: dict[str, Any] = {name: getattr(self.data, name) for name in ("mean", "std", "class_names")}
        about |= {key: self.identity[key] for key in ("method", "loss", "dataset", "profile", "imbalance", "seed")}
        return write_net(path, self.parts.net, **self.parts.built, **about, settings=settings(self.parts.method))

    def _classes(self, split: str, trainer: Trainer, finish: Finish) -> np.ndarray:
        chosen: np.ndarray = finish(self.parts.looks.seen(split, trainer)).logits.argmax(dim=1).numpy()
        return chosen

    def _measure(self, predictions: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
        return record.measure(predictions, labels, self.data.counts)
