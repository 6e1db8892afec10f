"""How a ``geometry.npz`` is read: only what is asked, in the size that its record allows, and held to the record."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from ltviz.core import files
from ltviz.metrics import accuracy
from ltviz.records._reading import Damaged, damaged
from ltviz.records.identity import foreign, is_sealed

SPLITS = ("train", "test")
WHOLE = ("label", "prediction")
REAL = ("own_cosine", "rival_cosine", "own_angle", "rival_angle", "margin")
IMAGES = tuple(f"{split}_{name}" for split in SPLITS for name in (*WHOLE, *REAL))
PROTOTYPES = "prototypes"

_MOST = 2**20  # images of a split
_WIDEST = 2**14  # numbers of a class vector
_LARGEST = 2**28  # bytes of the file, whose hash is taken
_ROUNDED = 2e-5  # accuracies of a record have five decimals
_MOVED = 2e-3  # on a GPU, two looks at the test images may round a score to either side
_HALF = 2e-3  # by how much half precision moves a cosine or an angle at most
_RANGES = {"cosine": (-1 - _HALF, 1 + _HALF), "angle": (-_HALF, math.pi + _HALF), "margin": (-1e6, 1e6)}


def read_geometry(
    path: Path, record: Mapping[str, Any], names: Iterable[str] = (*IMAGES, PROTOTYPES)
) -> dict[str, np.ndarray]:
    """Read arrays of a ``geometry.npz``; nothing is unpickled, and nothing larger than the record allows.

    Parameters
    ----------
    path : Path
        The file.
    record : mapping
        What ``run.json`` beside it holds.
    names : iterable of str
        Of `IMAGES` or `PROTOTYPES`. Labels and predictions are read with them, since the record is held to these.

    Returns
    -------
    dict of str to ndarray
        Of each split (N,), the ids int64 and all else as it stands there; ``prototypes`` (C, D).

    Raises
    ------
    Damaged
        If it cannot be read, is not the one that was written with the record, or does not belong to it.
    """
    names = tuple(names)
    splits = [split for split in SPLITS if any(name.startswith(f"{split}_") for name in names)]
    asked = dict.fromkeys([*(f"{split}_{name}" for split in splits for name in WHOLE), *names])
    try:
        if files.regular_file(path).stat().st_size > _LARGEST:
            raise _Wrong(f"it is larger than {_LARGEST // 2**20} MiB, which no geometry is")
        if wrong := foreign(record, path):
            raise _Wrong(wrong)
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            arrays = {name: _array(archive, name) for name in asked}
        classes = len(record["last"]["by_class"])
        for split in splits:
            _hold(split, {name: each for name, each in arrays.items() if name.startswith(f"{split}_")}, record)
        if PROTOTYPES in arrays and len(arrays[PROTOTYPES]) != classes:
            raise _Wrong(f"{PROTOTYPES} has {len(arrays[PROTOTYPES])} rows for {classes} classes")
    except _Wrong as error:
        raise _unusable(path, str(error)) from error
    except Exception as error:  # zipfile, numpy and the disk each have their own
        raise _unusable(path, f"cannot read it as arrays of numbers: {error}") from error
    return arrays


class _Wrong(Exception):
    """What is wrong with the file."""


def _unusable(path: Path, why: str) -> Damaged:
    return damaged(path, f"{path} cannot be used: {why}", "train the run again")


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Read one array: what its header says is checked before, and no more than that is read, whatever the zip says."""
    held = [each for each in archive.infolist() if each.filename == f"{name}.npy"]
    if len(held) != 1:
        raise _Wrong(f"it has {'no' if not held else 'more than one'} {name}")
    if held[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Wrong(f"{name} is packed in a way that numpy does not use")
    with archive.open(held[0]) as file:
        return _numbers(file, name)


def _numbers(file: IO[bytes], name: str) -> np.ndarray:
    if np.lib.format.read_magic(file) != (1, 0):
        raise _Wrong(f"{name} is in a form that numpy does not write")
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(file)
    kinds = "ui" if name.endswith(WHOLE) else "f"
    if dtype.kind not in kinds or dtype.itemsize > 8:
        raise _Wrong(f"{name} holds {dtype}, not {'class ids' if kinds == 'ui' else 'real numbers'}")
    sizes = (_MOST, _WIDEST) if name == PROTOTYPES else (_MOST,)
    if len(shape) != len(sizes) or not all(1 <= n <= most for n, most in zip(shape, sizes, strict=True)):
        raise _Wrong(f"{name} has the shape {shape}; it must have {len(sizes)} axes, none empty, none beyond {sizes}")
    size = math.prod(shape) * dtype.itemsize
    if size > _LARGEST:
        raise _Wrong(f"{name} has the shape {shape}, which no run has")
    data = file.read(size)
    if len(data) != size or file.read(1):
        raise _Wrong(f"{name} has not the {size} bytes that its shape {shape} needs")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if by_column else "C")
    if kinds == "ui":
        if array.min() < 0 or array.max() > 2**31:
            raise _Wrong(f"{name} holds {array.min()} to {array.max()}, which are no class ids")
        return array.astype(np.int64)
    if not np.isfinite(array).all():
        raise _Wrong(f"{name} holds {int((~np.isfinite(array)).sum())} numbers that are not finite")
    low, high = _RANGES.get(name.rpartition("_")[2], (-math.inf, math.inf))
    least, most = float(array.min()), float(array.max())
    if not (low <= least and most <= high):
        raise _Wrong(f"{name} holds {least:.4g} to {most:.4g}; it must lie in [{low:.4g}, {high:.4g}]")
    return array


def _hold(split: str, arrays: Mapping[str, np.ndarray], record: Mapping[str, Any]) -> None:
    """Hold the images of a split to the record: how many of each class there are, and how many of them are right."""
    label, guess = (arrays[f"{split}_{name}"] for name in WHOLE)
    lengths = {len(each) for each in arrays.values()}
    if len(lengths) > 1:
        raise _Wrong(f"its arrays of {split} have {min(lengths)} to {max(lengths)} numbers, not one for each image")
    measured = record["last"] if split == "test" else record.get("train")
    classes = len(record["last"]["by_class"])
    if max(label.max(), guess.max()) >= classes:
        raise _Wrong(f"its class ids of {split} reach to {max(label.max(), guess.max())}, of {classes} classes")
    numbers = np.bincount(label, minlength=classes)
    if not numbers.all():
        raise _Wrong(f"it has no image of class {int(np.argmin(numbers))} in {split}")
    if split == "train" and "counts" in record and numbers.tolist() != record["counts"]:
        raise _Wrong("its training images by class are not the counts of the record")
    if measured is None or is_sealed(record):
        return
    off = np.abs(accuracy.by_class(label, guess, classes) - measured["by_class"])
    if not off.max() <= (_MOVED if split == "test" else _ROUNDED):
        c = int(np.argmax(off))
        raise _Wrong(f"its predictions give class {c} in {split} an accuracy {off[c]:.5f} off the record's")
    margin = arrays.get(f"{split}_margin", np.zeros(len(label)))  # 0 where half precision knows no sign
    if ((margin != 0) & ((margin > 0) != (guess == label))).any():
        raise _Wrong(f"its margins in {split} are not those of its predictions")
