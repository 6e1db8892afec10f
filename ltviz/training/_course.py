"""The course of one run on CIFAR-LT: built or resumed, told of each epoch, then measured and recorded."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from ltviz.core import files
from ltviz.core.errors import CheckpointError, LtvizError, TrainingDiverged
from ltviz.datasets.cifar import Cifar
from ltviz.losses import spell
from ltviz.models.heads import Features
from ltviz.models.resnet import ResNet
from ltviz.samplers import make as make_sampler
from ltviz.training import _build, checkpoint, record
from ltviz.training._cuda import run_epochs
from ltviz.training._describe import identity, rounded, settings
from ltviz.training._epoch import Epoch
from ltviz.training.methods import Method
from ltviz.training.steps import STEPS
from ltviz.training.stopping import whole
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
    ) -> None:
        self.method, self.data, self.seed, self.folder = method, data, seed, folder
        loss, deferred = _build.objective(method, data.counts)
        self.loss, classes, depth = spell(method.loss, loss.options), len(data.counts), method.model[len("resnet") :]
        self.sampler = make_sampler(method.sampler, data.train_labels, data.counts, seed=seed)
        scale = loss.options.get("scale", 1.0)
        self.trainer = Trainer(
            ResNet(int(depth), classes, head=method.head, scale=scale, seed=seed),
            loss,
            data.train_images,
            data.train_labels,
            sampler=self.sampler,
            recipe=method.recipe,
            schedule=method.schedule,
            deferred_weight=deferred,
            step=STEPS[method.step],
            seed=seed,
            device=device,
            precision=precision,
            mean=data.mean.tolist(),
            std=data.std.tolist(),
        )
        # Looked at after each epoch, so they stay on the device.
        self._test, self._val = (
            torch.tensor(images, device=self.trainer.device) for images in (data.test_images, data.val_images)
        )
        self.history: list[record.Row] = []
        self.seconds, self.resumed = 0.0, list[int]()
        self._bar = tqdm(disable=True)
        self._quick = self._between = False
        self._state: tuple[int, checkpoint.Tensors, dict[str, Any]] | None = None  # after the last complete epoch
        self._on_disk = -1
        self._identity = identity(method, self.loss, data, seed) if folder else {}
        if folder:
            self._enter(folder / "checkpoint", resume)
        self._saved = self._clock = time.monotonic()

    @property
    def done(self) -> bool:
        """Whether all epochs are trained."""
        return self.trainer.epoch >= self.method.recipe.epochs

    def bar(self, shown: bool) -> Any:
        """Return a progress bar (a context manager); there is none where the output is no terminal."""
        self._bar = tqdm(
            total=self.method.recipe.epochs,
            initial=self.trainer.epoch,
            desc=f"{self.method.name} seed {self.seed}",
            unit="epoch",
            disable=None if shown else True,
            dynamic_ncols=True,
        )
        return self._bar

    def after(self, epoch: Epoch) -> None:
        """Take in an epoch that the trainer has run: measure, note, and save from time to time."""
        trained = time.monotonic() - self._clock
        self.history.append(record.row(replace(epoch, measures=self._measures())))
        now = time.monotonic()
        self.seconds, self._clock = self.seconds + now - self._clock, now
        # A copy of the state costs more than a moment: where epochs are short, signals wait for the end of one instead.
        self._quick = trained < QUICK
        self._state = None if self._quick else self._now()
        if now - self._saved >= SAVE_EVERY:
            self._write(self._state or self._now())
        self._bar.set_postfix(self._shown(trained), refresh=False)
        self._bar.update()

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

    def finish(self, select: str, geometry: bool) -> CifarRun:
        """Measure the trained net, write the record, and drop the checkpoints."""
        data, arrays = self.data, dict[str, np.ndarray]()
        for split, images, labels in (
            ("train", data.train_images, data.train_labels),
            ("test", self._test, data.test_labels),
        ):
            features = self._predict(images)
            embedding, prototypes, logits = (
                tensor.numpy() for tensor in (features.embedding, features.prototypes, features.logits)
            )
            arrays |= record.geometry(split, embedding, prototypes, logits, labels)
            arrays["prototypes"] = prototypes.astype(np.float16)
        told = self._record(select, arrays["train_prediction"].astype(np.int64))
        if self.folder:
            with whole():
                if geometry:
                    files.write_npz(self.folder / "geometry.npz", **arrays)
                files.write_json(self.folder / "run.json", told)
                shutil.rmtree(self.folder / "checkpoint", ignore_errors=True)
        return CifarRun(told, arrays, self.folder)

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
        self.resumed, self._on_disk = [*meta["resumed"], epoch], epoch
        if meta["device"] != self._computes():
            told = f"{folder} was computed by {meta['device']}; by {self._computes()} it goes on, but not bit for bit"
            warnings.warn(told, checkpoint.CheckpointWarning, stacklevel=2)

    def _measures(self) -> dict[str, Any]:
        data = self.data
        told = record.measure(self._chosen(self._test), data.test_labels, data.counts)
        if len(data.val_labels):
            held = record.measure(self._chosen(self._val), data.val_labels, data.counts)
            told["val_balanced"] = held["balanced"]
        return rounded(told)

    def _predict(self, images: Tensor | np.ndarray) -> Features:
        features = self.trainer.predict(images)
        return _build.finished(self.method, features, self.data.counts)

    def _chosen(self, images: Tensor) -> np.ndarray:
        chosen: np.ndarray = self._predict(images).logits.argmax(dim=1).numpy()
        return chosen

    def _shown(self, trained: float) -> dict[str, str]:
        """Return what the bar says: loss, balanced accuracy by group, speed."""
        told = {"loss": f"{self.history[-1]['loss']:.3f}"}
        groups: dict[str, float | None] = self.history[-1]["by_group"]
        told |= {name: f"{100 * value:.1f}%" for name, value in groups.items() if value is not None}
        return {**told, "images/s": f"{self.sampler.samples / max(trained, 1e-9):.0f}"}

    def _meta(self) -> dict[str, Any]:
        told = {"device": self._computes(), "seconds": self.seconds, "resumed": self.resumed}
        return {**self._identity, **told, "history": list(self.history)}

    def _computes(self) -> str:
        return f"{self.trainer.device.type}, {self.trainer.precision}"

    def _record(self, select: str, train_predictions: np.ndarray) -> dict[str, Any]:
        data, device = self.data, self.trainer.device
        told = record.fields(
            method=self.method.name,
            loss=self.loss,
            dataset=data.name,
            profile=data.profile,
            imbalance=data.imbalance,
            counts=data.counts,
            seed=self.seed,
            recipe=self.method.recipe,
            device=torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
            date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            seconds=self.seconds,
            history=self.history,
        )
        told["precision"], told["data_seed"], told["verified"] = self.trainer.precision, data.seed, data.verified
        told["select"] = {"rule": select, "text": record.RULES[select]}
        told["train"] = rounded(record.measure(train_predictions, data.train_labels, data.counts))
        told["settings"] = settings(self.method)
        if self.resumed:
            told["resumed"] = self.resumed
        return told


def run(courses: Sequence[Course], progress: bool) -> dict[int, LtvizError]:
    """Train all to the end, their epochs side by side; return the error of each that diverged, by its place.

    On a GPU they compute at the same time. After a signal, or Ctrl-C in a notebook, all are saved.
    """
    failed: dict[int, LtvizError] = {}
    with contextlib.ExitStack() as bars:
        for course in courses:
            bars.enter_context(course.bar(progress))
        try:
            while going := {k: c for k, c in enumerate(courses) if k not in failed and not c.done}:
                held = all(course._quick for course in going.values())
                with whole() if held else contextlib.nullcontext():
                    for course in going.values():
                        if course._between and not held:  # this epoch may be left half-way
                            course._state = course._now()
                        course._between = False
                    epochs = run_epochs([course.trainer for course in going.values()])
                    for (k, course), epoch in zip(going.items(), epochs, strict=True):
                        if isinstance(epoch, TrainingDiverged):
                            failed[k] = epoch
                        else:
                            course.after(epoch)
                            course._between = course._quick
            for k, course in enumerate(courses):
                if k not in failed:
                    course.keep()  # measuring and recording take a while yet
        except BaseException:
            for k, course in enumerate(courses):
                if k not in failed:
                    course.keep()
            raise
    return failed
