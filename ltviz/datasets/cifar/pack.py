"""One portable file for machines without a network: images as lossless WebP, labels, rows, and the hash of them all."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError
from ltviz.core.files import to_json, write_bytes
from ltviz.datasets.cifar import _whole
from ltviz.datasets.cifar._heading import FORMAT, VERSION, Heading, from_text
from ltviz.datasets.cifar._heading import heading as checked_heading
from ltviz.datasets.cifar._set import Cifar
from ltviz.datasets.cifar.published import PUBLISHED
from ltviz.datasets.cifar.read import LARGEST, Split
from ltviz.datasets.cifar.source import is_archive

_SHEET = 256  # images in one WebP picture, one below the other: 7 % smaller than one picture each
_PARTS, _CHOSEN = ("train", "val", "test"), ("train", "val")
_KINDS = {"webp": "U8", "ends": "I64", "labels": "I64", "rows": "I64"}
_ARRAYS = [f"{part}_{kind}" for part in _PARTS for kind in _KINDS if kind != "rows" or part in _CHOSEN]
_WORKERS = min(8, os.cpu_count() or 1)


def write_pack(cifar: Cifar, path: str | os.PathLike[str]) -> Path:
    """Write a data set as one file that `read_pack` reads, whole or not at all.

    Parameters
    ----------
    cifar : Cifar
    path : path
        Of the file; any name.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        For a data set that `read_pack` would refuse, or where the file cannot be written.
    """
    from safetensors.numpy import save

    def numbers(name: str) -> np.ndarray:  # safetensors writes a view as if it were whole
        return np.ascontiguousarray(getattr(cifar, name), np.int64)

    rows = {part: numbers(f"{part}_rows") for part in _CHOSEN}
    splits = {part: Split(getattr(cifar, f"{part}_images"), numbers(f"{part}_labels")) for part in _PARTS}
    for part, each in splits.items():
        if each.images.dtype != np.uint8 or each.images.shape != (len(each.labels), 32, 32, 3):
            seen = f"{each.images.shape} of {each.images.dtype} for {len(each.labels)} labels"
            raise DataError(f"{part}_images must be (N, 32, 32, 3) of uint8, one for each label; got {seen}")
    try:
        about = checked_heading({**vars(cifar), "sha256": "0" * 64})
        about = dataclasses.replace(about, sha256=_digest(about, splits, rows))
        _whole.check(about, {part: each.labels for part, each in splits.items()}, rows)
        if about.verified:
            _whole.check_published(about, splits, rows)
    except DataError as error:
        raise DataError(f"{path} is not written, since it could not be read: {error}") from error
    tensors = {f"{part}_rows": each for part, each in rows.items()}
    for part, each in splits.items():
        tensors[f"{part}_webp"], tensors[f"{part}_ends"] = _encode(each.images)
        tensors[f"{part}_labels"] = each.labels
    told = {"format": FORMAT, "version": VERSION, **dataclasses.asdict(about)}
    return write_bytes(path, save(tensors, {"ltviz": to_json(told)}))


def read_pack(path: str | os.PathLike[str]) -> Cifar:
    """Read a data set from a file that `write_pack` or `ltviz data pack` wrote.

    Raises
    ------
    DataError
        For a file that is no pack, is cut off or changed, was written by a newer version, holds what does not belong
        together, or says that it is verified where an image is not the published one.
    """
    path = Path(path)
    about, tensors = _open(path, _ARRAYS)
    labels = {part: tensors[f"{part}_labels"] for part in _PARTS}
    rows = {part: tensors[f"{part}_rows"] for part in _CHOSEN}
    try:
        _whole.check(about, labels, rows)  # before a picture is decoded: it says how many there may be
        splits = {
            part: Split(_decode(tensors[f"{part}_webp"], tensors[f"{part}_ends"], len(each)), each)
            for part, each in labels.items()
        }
        if _digest(about, splits, rows) != about.sha256:
            raise DataError("its content has another SHA-256 than it says")
        if about.verified:
            _whole.check_published(about, splits, rows)
    except (TypeError, ValueError, OSError, EOFError, SyntaxError, MemoryError) as error:
        raise DataError(
            f"{path} is damaged: {str(error)[:300] or type(error).__name__}; copy or pack it again"
        ) from error
    names = PUBLISHED[about.name].class_names
    train, val, test = splits.values()
    return Cifar(
        name=about.name,
        train_images=train.images,
        train_labels=train.labels,
        val_images=val.images,
        val_labels=val.labels,
        test_images=test.images,
        test_labels=test.labels,
        train_rows=rows["train"],
        val_rows=rows["val"],
        counts=ClassCounts(np.bincount(train.labels, minlength=len(names))),
        profile=about.profile,
        imbalance=about.imbalance,
        seed=about.seed,
        order=about.order,
        class_names=names,
        verified=about.verified,
    )


def is_pack(path: str | os.PathLike[str]) -> bool:
    """Whether what a user names is to be read as a pack: it is no folder and no archive."""
    return not os.path.isdir(path) and not is_archive(path)


def heading(path: Path) -> Heading:
    """Return what a pack says of itself; no image is read.

    Raises
    ------
    DataError
        For a file that is no pack, or was written by a newer version.
    """
    return _open(path)[0]


def pack_counts(path: str | os.PathLike[str]) -> ClassCounts:
    """Return the training counts of a pack; its labels are read, and no image.

    Raises
    ------
    DataError
        For a file that is no pack, was written by a newer version, or whose labels are no class ids.
    """
    path = Path(path)
    about, tensors = _open(path, ["train_labels"])
    classes, labels = len(PUBLISHED[about.name].class_names), tensors["train_labels"]
    try:
        _whole.check_labels("train", labels, classes)
    except DataError as error:
        raise DataError(f"{path} is damaged: {error}; copy or pack it again") from error
    return ClassCounts(np.bincount(labels, minlength=classes))


def what_is(path: Path) -> str:
    """Say in a few words what a file holds; of a pack only what it says of itself is read."""
    try:
        about = heading(path)
    except DataError:
        return "no pack"
    return f"a pack of {about.name}, {about.profile} {about.imbalance:g}"


def _open(path: Path, wanted: Any = ()) -> tuple[Heading, dict[str, np.ndarray]]:
    """Return what a pack says of itself, and the arrays that are wanted."""
    from safetensors import SafetensorError, safe_open

    if not os.path.isfile(path):
        fault = f"{path} is no plain file" if os.path.exists(path) else f"there is no file {path}"
        raise DataError(f"{fault}; `ltviz data pack cifar10 --out FILE` writes a pack")
    try:
        if os.path.getsize(path) > LARGEST:
            raise ValueError(f"it has {os.path.getsize(path)} bytes, a pack at most {LARGEST}")
        with safe_open(path, framework="np") as file:
            text = (file.metadata() or {}).get("ltviz", "{}")
            there = set(file.keys())
            kinds = {
                name: (part.get_dtype(), len(part.get_shape()))
                for name in wanted
                if name in there
                for part in [file.get_slice(name)]
            }
            tensors = {name: file.get_tensor(name) for name in kinds}
    except (SafetensorError, OSError, ValueError) as error:
        raise DataError(f"{path} is no pack, or is cut off: {str(error)[:300]}") from error
    try:
        about = from_text(text)
    except DataError as error:
        raise DataError(f"{path} {error}") from error
    for name in wanted:
        if kinds.get(name) != (_KINDS[name.rpartition("_")[2]], 1):
            fault = "of another kind" if name in kinds else "missing"
            raise DataError(f"{path} is damaged: its array {name} is {fault}; copy or pack it again")
    return about, tensors


def _encode(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return images as a stream of WebP pictures, and where each picture ends."""
    from PIL import Image

    def one(start: int) -> bytes:
        column = np.ascontiguousarray(images[start : start + _SHEET]).reshape(-1, 32, 3)
        buffer = io.BytesIO()
        Image.fromarray(column).save(buffer, "WEBP", lossless=True, quality=50, method=4)
        return buffer.getvalue()

    with ThreadPoolExecutor(_WORKERS) as pool:
        pictures = list(pool.map(one, range(0, len(images), _SHEET)))
    stream = np.frombuffer(b"".join(pictures), np.uint8)
    return stream, np.cumsum([len(picture) for picture in pictures], dtype=np.int64)


def _decode(stream: np.ndarray, ends: np.ndarray, count: int) -> np.ndarray:
    """Return the images of a stream of pictures; a picture of another size is refused before it is decoded."""
    from PIL import Image

    stops = [0, *ends.tolist()]
    if len(ends) != -(-count // _SHEET) or stops != sorted(stops) or stops[-1] != len(stream):
        raise ValueError(f"{len(ends)} pictures in {len(stream)} bytes for {count} images")

    def one(k: int) -> np.ndarray:
        bounds, due = slice(*stops[k : k + 2]), min(_SHEET, count - k * _SHEET)
        with Image.open(io.BytesIO(stream[bounds].tobytes()), formats=["WEBP"]) as picture:
            wide, high = picture.size
            if (wide, high) != (32, 32 * due):
                raise ValueError(f"a picture of {wide} x {high}")
            return np.asarray(picture.convert("RGB")).reshape(-1, 32, 32, 3)

    with ThreadPoolExecutor(_WORKERS) as pool:
        sheets = list(pool.map(one, range(len(ends))))
    return np.concatenate([np.empty((0, 32, 32, 3), np.uint8), *sheets])


def _digest(about: Heading, splits: dict[str, Split], rows: dict[str, np.ndarray]) -> str:
    """Return the SHA-256 of everything that the data set holds: pixels, not their compressed form."""
    digest = hashlib.sha256(to_json([about.name, about.profile, about.imbalance, about.seed, about.order]).encode())
    for part, each in splits.items():
        digest.update(f"{part} {each.images.shape} {each.labels.shape}".encode())
        digest.update(each.images.tobytes())
        digest.update(each.labels.tobytes())
    for places in rows.values():
        digest.update(places.tobytes())
    return digest.hexdigest()
