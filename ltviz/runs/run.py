"""The course of one run on CIFAR-LT: built or resumed, told of each epoch, then measured and recorded."""

from __future__ import annotations

import datetime as dt
import shutil
import time
import warnings
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ltviz.core import files
from ltviz.core.errors import CheckpointError, LtvizError
from ltviz.datasets.cifar import Cifar
from ltviz.losses import spell
from ltviz.methods import Method, objective
from ltviz.methods.in_words import model_of, rounded, settings
from ltviz.models.heads import Features
from ltviz.records import record
from ltviz.records.identity import identity
from ltviz.records.seal import GEOMETRY, RECORD, sealed
from ltviz.records.weights import NAME, write_net
from ltviz.runs import checkpoint
from ltviz.runs._stages import Finish, Second
from ltviz.runs.progress import Progress, slowly
from ltviz.runs.stopping import whole
from ltviz.samplers import make as make_sampler
from ltviz.training.epoch import Epoch
from ltviz.training.trainer import Trainer

SAVE_EVERY = 10.0  # seconds: what a power cut may cost; a signal costs the epoch that it interrupts, at most
QUICK = 1.0  # seconds: an epoch shorter than this is waited for when a signal comes


@dataclass(frozen=True)
class CifarRun:
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


class Course:
    """One run on its way. Its trainer runs the epochs, alone or beside others; `after` is told of each.

    Parameters
    ----------
    method : Method
        With its recipe.
    data : Cifar
        What it is trained and tested on.
    seed : int
        Of weights, order and augmentation.
    device : str or torch.device
        Where it computes.
    precision : str
        See `Trainer`.
    folder : Path or None
        Of this run alone, locked by the caller.
    resume : bool
        Whether to go on from a checkpoint in the folder; else what is unfinished there is dropped.
    recorded : bool
        See `Trainer`.
    """

    def __init__(
        self,
        method: Method,
        data: Cifar,
        seed: int,
        device: str | torch.device,
        precision: str = "auto",
        folder: Path | None = None,
        *,
        resume: bool = False,
        recorded: bool = True,
    ) -> None:
        self.method, self.data, self.seed, self.folder = method, data, seed, folder
        loss, deferred = objective.objective(method, data.counts)
        self.loss = spell(method.loss, loss.options)
        self.sampler = make_sampler(method.sampler, data.train_labels, data.counts, seed=seed)
        scale = loss.options.get("scale", 1.0)
        built = {"classes": len(data.counts), "head": method.head, "scale": scale}
        self._built: dict[str, Any] = {"model": model_of(method), **built}
        self._net = objective.net(method, len(data.counts), scale, seed)
        self._build = partial(
            Trainer,
            images=data.train_images,
            labels=data.train_labels,
            device=device,
            precision=precision,
            recorded=recorded,
            mean=data.mean.tolist(),
            std=data.std.tolist(),
        )
        self.trainer = self._build(
            self._net,
            loss,
            sampler=self.sampler,
            recipe=method.recipe,
            schedule=method.schedule,
            deferred_weight=deferred,
            step=objective.step_of(method),
            seed=seed,
        )
        self._stages = objective.stages_of(method)
        # Looked at after each epoch, so they stay on the device.
        self._test, self._val = (
            torch.tensor(images, device=self.trainer.device) for images in (data.test_images, data.val_images)
        )
        self.history: list[record.Row] = []
        self.progress: Progress
        self.seconds, self.resumed = 0.0, list[dict[str, Any]]()
        self.together = 1  # runs that shared the device, and so its seconds
        self._name = f"{method.name} seed {seed}"
        self._quick = self._between = False
        self._state: tuple[int, checkpoint.Tensors, dict[str, Any]] | None = None  # after the last complete epoch
        self._on_disk = -1
        self._identity = identity(method, self.loss, data, seed)
        if folder:
            self._enter(folder / "checkpoint", resume)
        self._saved = self._clock = time.monotonic()

    @property
    def done(self) -> bool:
        """Whether all epochs are trained."""
        return self.trainer.epoch >= self.method.recipe.epochs

    def told(self, shown: bool) -> Progress:
        """Say from now on how the run goes (a context manager), and first where it begins."""
        recipe = self.method.recipe
        counted = recipe.epochs, self.trainer.epoch, self.sampler.samples, recipe.batch
        self.progress = Progress(self._name, *counted, shown=shown)
        self.progress.begins(self._computes())
        return self.progress

    def after(self, epoch: Epoch | Exception) -> None:
        """Take in an epoch that the trainer has run: measure, note, and save from time to time; raise what ended it."""
        if isinstance(epoch, Exception):
            raise epoch
        trained = time.monotonic() - self._clock
        self.history.append(record.row(replace(epoch, measures=self._measures(self.trainer, self._finished))))
        now = time.monotonic()
        self.seconds, self._clock = self.seconds + now - self._clock, now
        # A copy of the state costs more than a moment: where epochs are short, signals wait for the end of one instead.
        self._quick = trained < QUICK
        self._state = None if self._quick else self._now()
        if now - self._saved >= SAVE_EVERY:
            self._write(self._state or self._now())
        self.progress.epoch(self.history[-1], alone=self.together == 1)

    def keep(self) -> None:
        """Save the last complete epoch; nothing where there is none, or it is on the disk."""
        state = self._now() if self._between else self._state
        if state:
            self._write(state)

    def _now(self) -> tuple[int, checkpoint.Tensors, dict[str, Any]]:
        return self.trainer.epoch, self.trainer.state(), self._meta()

    def _write(self, state: tuple[int, checkpoint.Tensors, dict[str, Any]]) -> None:
        if self.folder and state[0] > self._on_disk:
            with whole():
                checkpoint.save(self.folder / "checkpoint", *state)
                self._on_disk, self._saved = state[0], time.monotonic()

    def finish(self, select: str, geometry: bool, weights: bool = False) -> CifarRun:
        """Measure the trained net, write the record and what is wanted beside it, and drop the checkpoints."""
        with slowly(f"{self._name}: second stages, measuring all images, then recording", shown=self.progress.shown):
            self._fit_stages()
            arrays = self._geometry()
            told = self._record(select, arrays["train_prediction"].astype(np.int64))
            if self.folder:
                with whole():
                    # The record last, with the hash of what lies beside it: killed between, what does not belong
                    # together says so, and the checkpoints are still there.
                    beside = files.write_npz(self.folder / GEOMETRY, **arrays) if geometry else None
                    if weights:
                        self._keep_net(self.folder / NAME)
                    told = sealed({**told, "place": "/".join(self.folder.absolute().parts[-3:])}, beside)
                    files.write_json(self.folder / RECORD, told)
                    for name, wanted in ((GEOMETRY, geometry), (NAME, weights)):
                        if not wanted:  # what is there belongs to the record that was replaced
                            (self.folder / name).unlink(missing_ok=True)
                    shutil.rmtree(self.folder / "checkpoint", ignore_errors=True)
        return CifarRun(told, arrays, self.folder)

    def _fit_stages(self) -> None:
        begun = time.monotonic()
        second = Second(
            self.method,
            self.data,
            self._net,
            self._built["scale"],
            self.seed,
            self._build,
            self.trainer.predict,
            lambda trainer, finish, left: self._measures(trainer, finish),
            self.trainer.device,
            self.folder / "checkpoint" if self.folder else None,
            self._identity,
        )
        self._stages, more = second.fit(self._stages, self.method.recipe.epochs)
        self.history += map(record.row, more)
        self.seconds += time.monotonic() - begun

    def _geometry(self) -> dict[str, np.ndarray]:
        data, arrays = self.data, dict[str, np.ndarray]()
        for split, images, labels in (
            ("train", data.train_images, data.train_labels),
            ("test", self._test, data.test_labels),
        ):
            features = self._finished(self.trainer.predict(images))
            embedding, prototypes, logits = (
                tensor.numpy() for tensor in (features.embedding, features.prototypes, features.logits)
            )
            arrays |= record.geometry(split, embedding, prototypes, logits, labels)
            arrays["prototypes"] = prototypes.astype(np.float16)
        return arrays

    def _keep_net(self, path: Path) -> None:
        data = self.data
        about: dict[str, Any] = {"mean": data.mean, "std": data.std, "class_names": data.class_names}
        about |= {key: self._identity[key] for key in ("method", "loss", "dataset", "profile", "imbalance", "seed")}
        write_net(path, self._net, **self._built, **about, settings=settings(self.method))

    def _enter(self, folder: Path, resume: bool) -> None:
        """Take over the folder: remove what a killed run left half written, and load where it stopped."""
        checkpoint.tidy(folder.parent)
        checkpoint.tidy(folder)
        if not resume:
            shutil.rmtree(folder, ignore_errors=True)
            return
        found = checkpoint.load_newest(folder, self._identity)
        if found is None:
            return
        epoch, tensors, meta = found
        try:
            self.trainer.load(tensors, epoch)
        except LtvizError as error:
            raise CheckpointError(f"{folder} does not fit {self.method.name}: {error}") from error
        self.history, self.seconds = list(meta["history"]), float(meta["seconds"])
        # What computes from here on is said by the record's own fields, or by the next entry.
        self.resumed, self._on_disk = [*meta["resumed"], {"epoch": epoch, "before": meta["device"]}], epoch
        if meta["device"] != self._computes():
            told = f"{folder} was computed by {meta['device']}; by {self._computes()} it goes on, but not bit for bit"
            warnings.warn(told, checkpoint.CheckpointWarning, stacklevel=2)

    def _measures(self, trainer: Trainer, finish: Finish) -> dict[str, Any]:
        data = self.data
        told = record.measure(trainer.classes(self._test, finish), data.test_labels, data.counts)
        if len(data.val_labels):
            held = record.measure(trainer.classes(self._val, finish), data.val_labels, data.counts)
            told["val_balanced"] = held["balanced"]
        return rounded(told)

    def _finished(self, features: Features) -> Features:
        return objective.finished(self._stages, features, self.data.counts)

    def _meta(self) -> dict[str, Any]:
        told = {"device": self._computes(), "seconds": self.seconds, "resumed": self.resumed}
        return {**self._identity, **told, "history": list(self.history)}

    def _computes(self) -> str:
        return f"{self._device()}, {self.trainer.precision}"

    def _device(self) -> str:
        device = self.trainer.device
        return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"

    def _record(self, select: str, train_predictions: np.ndarray) -> dict[str, Any]:
        data = self.data
        told = record.fields(
            method=self.method.name,
            loss=self.loss,
            dataset=data.name,
            profile=data.profile,
            imbalance=data.imbalance,
            counts=data.counts,
            seed=self.seed,
            recipe=self.method.recipe,
            device=self._device(),
            date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            seconds=self.seconds,
            history=self.history,
        )
        told["precision"] = self.trainer.precision
        # What it has in common with the run that a later command asks for.
        told |= {key: value for key, value in self._identity.items() if key not in told}
        told["select"] = {"rule": select, "text": record.RULES[select]}
        told["train"] = rounded(record.measure(train_predictions, data.train_labels, data.counts))
        if self.together > 1:
            told["together"] = self.together
        if self.resumed:
            told["resumed"] = self.resumed
        return told
