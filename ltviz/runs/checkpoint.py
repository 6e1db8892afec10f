"""Checkpoints: weights as safetensors, the rest as JSON that holds their SHA-256; never a pickle."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterator, Mapping
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

FORMAT = 1
KEEP = 2  # the newest, and the one before it in case the newest is damaged

Tensors = dict[str, Tensor]


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
            told = f"{'; '.join(faults)}; going on from the one before, {_json(folder, epoch)} (epoch {epoch})"
            warnings.warn(told, CheckpointWarning, stacklevel=2)
        return epoch, tensors, meta
    if faults:
        raise CheckpointError(
            f"every checkpoint is damaged: {'; '.join(faults)}. Delete {folder} to begin anew; nothing was changed"
        )
    if folder.is_dir() and any(folder.glob("*.safetensors")):
        told = f"{folder} holds weights but no finished checkpoint (stopped during the first save); beginning anew"
        warnings.warn(told, CheckpointWarning, stacklevel=2)
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
    found = (re.fullmatch(r"epoch(\d+)\.json", path.name) for path in folder.glob("epoch*.json"))
    return sorted((int(match[1]) for match in found if match), reverse=True)


def _json(folder: Path, epoch: int) -> Path:
    return folder / f"epoch{epoch}.json"


def _weights(folder: Path, epoch: int) -> Path:
    return folder / f"epoch{epoch}.safetensors"
