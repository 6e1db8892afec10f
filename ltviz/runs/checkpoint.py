"""Checkpoints: weights as safetensors, the rest as JSON that holds their SHA-256; never a pickle.

`Saver` knows which state of a run is kept for a resume, and when it goes to the disk.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as from_bytes
from safetensors.torch import save as to_bytes
from torch import Tensor

from ltviz.core import files
from ltviz.core.errors import CheckpointError, LtvizError
from ltviz.methods.in_words import completed
from ltviz.runs.guard import whole

FORMAT = 1
KEEP = 2  # the newest, and the one before it in case the newest is damaged

Tensors = dict[str, Tensor]
SAVE_EVERY = 10.0  # seconds: what a power cut may cost; a signal costs the epoch that it interrupts, at most
QUICK = 1.0  # seconds: an epoch shorter than this is waited for when a signal comes

State = tuple[int, Tensors, dict[str, Any]]  # epochs done, tensors, and what else a resume needs


class Saver:
    """Has the last complete epoch of a run at hand, and writes it from time to time.

    Between epochs the run itself is that state; within one it is half done, so a copy is taken before. A copy costs
    more than a moment: where epochs are quick, signals wait for the end of one instead, and none is taken.

    Parameters
    ----------
    folder : Path or None
        Of the checkpoints; None where nothing is written.
    state : callable
        Returns a copy of the run's state as it is now.
    on_disk : int
        Epochs of the newest checkpoint in the folder; -1 where there is none, and what lies there is dropped.
    """

    def __init__(self, folder: Path | None, state: Callable[[], State], on_disk: int = -1) -> None:
        self.folder, self._state = folder, state
        self.quick = False  # whether the last epoch was
        self._between = False  # whether the run is as the last complete epoch left it
        self._copy: State | None = None
        self._on_disk, self._saved = on_disk, time.monotonic()
        if on_disk < 0:
            self.drop()

    def drop(self) -> None:
        """Remove all checkpoints: the run begins anew, or is recorded."""
        if self.folder is not None:
            _tidy(self.folder)
            shutil.rmtree(self.folder, ignore_errors=True)

    def before(self, *, held: bool) -> None:
        """Be told that an epoch begins; `held`, signals wait for its end."""
        if self._between and self.folder and not held:  # this epoch may be left half-way
            self._copy = self._copy or self._state()
        self._between = False

    def after(self, seconds: float) -> None:
        """Be told that an epoch is complete, and how long it was trained; save if it is time."""
        self._between, self._copy = True, None
        self.quick = seconds < QUICK
        if self.folder and not self.quick:
            self._copy = self._state()
        if time.monotonic() - self._saved >= SAVE_EVERY:
            self.keep()

    def keep(self) -> None:
        """Save the last complete epoch; nothing where there is none, or it is on the disk."""
        state = self._copy or (self._state() if self._between else None)
        if state and self.folder is not None and state[0] > self._on_disk:
            with whole():
                save(self.folder, *state)
                self._on_disk, self._saved = state[0], time.monotonic()


def newest(folder: Path, expects: Mapping[str, Any]) -> State | None:
    """Return the newest checkpoint that is whole, None where there is none; see `load_newest`.

    What a killed run left half written is removed.
    """
    _tidy(folder)
    return load_newest(folder, expects)


def _tidy(folder: Path) -> None:
    tidy(folder.parent)
    tidy(folder)


def save(folder: Path, epoch: int, tensors: Mapping[str, Tensor], meta: Mapping[str, Any]) -> None:
    """Write the state after `epoch` epochs; the two newest checkpoints stay, older ones go.

    Weights are written first and the JSON that holds their hash last, each atomically: a checkpoint whose JSON is
    there is whole.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    epoch : int
        How many epochs are done: the next one's number.
    tensors : mapping of str to Tensor
        Weights, momentum, the loss's state; finite.
    meta : mapping
        What else a resume needs, and what it must agree with.

    Raises
    ------
    CheckpointError
        For a tensor with NaN or infinity; nothing is written.
    DataError
        Where it cannot be written (a full disk); the checkpoints before it still stand.
    """
    broken = _not_finite(tensors)
    if broken:
        raise CheckpointError(f"{broken} holds NaN or infinity: such a state is not saved; {folder} is unchanged")
    plain = {name: t.detach().to("cpu", copy=True).contiguous() for name, t in tensors.items()}
    data = to_bytes(plain)
    body = {"format": FORMAT, "epoch": epoch, "tensors": hashlib.sha256(data).hexdigest(), "meta": meta}
    files.write_bytes(_weights(folder, epoch), data)
    files.write_json(_json(folder, epoch), {**body, "sha256": _digest(body)})
    for old in _epochs(folder)[KEEP:]:
        _json(folder, old).unlink(missing_ok=True)  # first: weights without JSON are no checkpoint
        _weights(folder, old).unlink(missing_ok=True)


def load_newest(folder: Path, expects: Mapping[str, Any]) -> tuple[int, Tensors, dict[str, Any]] | None:
    """Return the newest whole checkpoint: epochs done, tensors, meta; None where there is none at all.

    Parameters
    ----------
    folder : Path
        Where `save` wrote.
    expects : mapping
        Entries of meta that must be the same: the method, the counts, the model, ...

    Warns
    -----
    CheckpointWarning
        Where a damaged checkpoint is passed over; it names that one and the one taken.

    Raises
    ------
    CheckpointError
        If all are damaged, or the newest whole one has another format or belongs to another run. Nothing is changed.
    """
    epochs = _epochs(folder)
    faults: list[str] = []
    for epoch in epochs:
        try:
            tensors, meta = _read(folder, epoch)
        except _Damaged as damaged:
            faults.append(str(damaged))
            continue
        _agree(_json(folder, epoch), meta, expects)
        if faults:
            words = f"{'; '.join(faults)}; going on from the one before, {_json(folder, epoch)} (epoch {epoch})"
            warnings.warn(words, CheckpointWarning, stacklevel=2)
        return epoch, tensors, meta
    if faults:
        raise CheckpointError(
            f"every checkpoint is damaged: {'; '.join(faults)}. Delete {folder} to begin anew; nothing was changed"
        )
    if folder.is_dir() and any(folder.glob("*.safetensors")):
        words = f"{folder} holds weights but no finished checkpoint (stopped during the first save); beginning anew"
        warnings.warn(words, CheckpointWarning, stacklevel=2)
    return None


def tidy(folder: Path) -> None:
    """Remove what a killed save left half written."""
    for part in folder.glob(".*.tmp"):
        part.unlink(missing_ok=True)


class CheckpointWarning(UserWarning):
    """A run goes on, but not as if nothing had happened."""


class _Damaged(LtvizError):
    """A checkpoint that is not whole."""


def _read(folder: Path, epoch: int) -> tuple[Tensors, dict[str, Any]]:
    path, weights = _json(folder, epoch), _weights(folder, epoch)
    try:
        body = json.loads(path.read_bytes(), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError) as error:
        raise _Damaged(f"{path} is damaged: {error}") from error
    if isinstance(body, dict) and body.get("format", FORMAT) != FORMAT:
        raise CheckpointError(
            f"{path} has format {body['format']!r}; this version of ltviz reads format {FORMAT}: resume with the "
            f"version that wrote it, or delete {folder} to begin anew"
        )
    fields = {"format", "epoch", "tensors", "meta", "sha256"}
    if not isinstance(body, dict) or set(body) != fields or not isinstance(body["meta"], dict):
        raise _Damaged(f"{path} is not a checkpoint of ltviz")
    if body.pop("sha256") != _digest(body) or body["epoch"] != epoch:
        raise _Damaged(f"{path} is damaged: its SHA-256 is another")
    try:
        data = weights.read_bytes()
    except OSError as error:
        raise _Damaged(f"{weights} is damaged: {error}") from error
    if hashlib.sha256(data).hexdigest() != body["tensors"]:
        raise _Damaged(f"{weights} is damaged: its SHA-256 is not the one in {path.name} ({len(data)} bytes)")
    try:
        tensors = from_bytes(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _Damaged(f"{weights} is not a safetensors file: {error}") from error
    broken = _not_finite(tensors)
    if broken:
        raise _Damaged(f"{weights} is damaged: {broken} holds NaN or infinity")
    return tensors, body["meta"]


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _agree(path: Path, meta: Mapping[str, Any], expects: Mapping[str, Any]) -> None:
    wanted = json.loads(files.to_json(expects))
    there = {key: meta.get(key) for key in wanted}
    for each in (there, wanted):  # what an earlier version left unsaid was plain
        if isinstance(said := each.get("settings"), dict):
            each["settings"] = completed(said)
    differing = list(_differences("", there, wanted))
    if differing:
        raise CheckpointError(
            f"{path} belongs to another run: {'; '.join(differing)}; give the same arguments to go on with it, or "
            "--overwrite to begin anew. Nothing was changed"
        )


def _differences(name: str, there: Any, here: Any) -> Iterator[str]:
    """Say what differs, entry by entry."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in {**here, **there}:
            yield from _differences(key, there.get(key), here.get(key))
    elif there != here:
        yield f"{name} is {there!r} there and {here!r} here"


def _not_finite(tensors: Mapping[str, Tensor]) -> str:
    """Return the name of a tensor with NaN or infinity, or nothing."""
    bad = (name for name, t in tensors.items() if t.is_floating_point() and not bool(torch.isfinite(t).all()))
    return next(bad, "")


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(files.to_json(body).encode()).hexdigest()


def _epochs(folder: Path) -> list[int]:
    """Return the epochs that have a JSON, newest first: as numbers, so that 100 comes after 99."""
    matches = (re.fullmatch(r"epoch(\d+)\.json", path.name) for path in folder.glob("epoch*.json"))
    return sorted((int(match[1]) for match in matches if match), reverse=True)


def _json(folder: Path, epoch: int) -> Path:
    return folder / f"epoch{epoch}.json"


def _weights(folder: Path, epoch: int) -> Path:
    return folder / f"epoch{epoch}.safetensors"
