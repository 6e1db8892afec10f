"""One portable file for machines without a network: images as lossless WebP, labels, rows, and the hash of them all."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError, LtvizError
from ltviz.core.files import to_json, write_bytes
from ltviz.datasets._cifar_files import PUBLISHED
from ltviz.datasets._cifar_read import Split, content
from ltviz.datasets._cifar_set import Cifar

FORMAT = "ltviz-cifar-pack"
VERSION = 1
_SHEET = 256  # images in one WebP picture, one below the other: 7 % smaller than one picture each
_PARTS = ("train", "val", "test")
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
        Where it cannot be written.
    """
    from safetensors.numpy import save

    tensors = {"train_rows": cifar.train_rows, "val_rows": cifar.val_rows}
    for part in _PARTS:
        tensors[f"{part}_webp"], tensors[f"{part}_ends"] = _encode(getattr(cifar, f"{part}_images"))
        tensors[f"{part}_labels"] = getattr(cifar, f"{part}_labels")
    about = {
        "format": FORMAT, "version": VERSION, "name": cifar.name, "profile": cifar.profile,
        "imbalance": cifar.imbalance, "seed": cifar.seed, "order": cifar.order, "verified": cifar.verified,
        "sha256": _digest(cifar),
    }  # fmt: skip
    return write_bytes(path, save(tensors, {"ltviz": to_json(about)}))


def read_pack(path: str | os.PathLike[str]) -> Cifar:
    """Read a data set from a file that `write_pack` or `ltviz data pack` wrote.

    Raises
    ------
    DataError
        For a file that is no pack, is cut off or changed, or was written by a newer version.
    """
    path = Path(path)
    about, tensors = _open(path)
    name = _checked(path, about)["name"]
    try:
        images = {part: _decode(tensors[f"{part}_webp"], tensors[f"{part}_ends"]) for part in _PARTS}
        classes = len(PUBLISHED[name].class_names)
        cifar = Cifar(
            name, images["train"], tensors["train_labels"], images["val"], tensors["val_labels"], images["test"],
            tensors["test_labels"], tensors["train_rows"], tensors["val_rows"],
            ClassCounts(np.bincount(tensors["train_labels"], minlength=classes)), str(about["profile"]),
            float(about["imbalance"]), int(about["seed"]), tuple(int(each) for each in about["order"]),
            PUBLISHED[name].class_names, bool(about["verified"]),
        )  # fmt: skip
        whole = _digest(cifar) == about["sha256"]
    except (KeyError, TypeError, ValueError, OSError, SyntaxError, MemoryError, LtvizError) as error:
        raise DataError(f"{path} is damaged: {error or type(error).__name__}; copy or pack it again") from error
    if not whole:
        raise DataError(f"{path} is damaged: its content has another SHA-256 than it says; copy or pack it again")
    if cifar.verified and content(Split(cifar.test_images, cifar.test_labels)) != PUBLISHED[name].content["test"]:
        raise DataError(f"{path} says that it is verified, but its test set is not {PUBLISHED[name].title}'s")
    return cifar


def heading(path: Path) -> dict[str, Any]:
    """Return what a pack says of itself (name, profile, imbalance, seed, ...); no image is read.

    Raises
    ------
    DataError
        For a file that is no pack, or was written by a newer version.
    """
    return _checked(path, _open(path, whole=False)[0])


def pack_counts(path: str | os.PathLike[str]) -> ClassCounts:
    """Return the training counts of a pack; its labels are read, and no image.

    Raises
    ------
    DataError
        For a file that is no pack, was written by a newer version, or whose labels are no class ids.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    classes = len(PUBLISHED[heading(path)["name"]].class_names)
    try:
        with safe_open(path, framework="np") as file:
            labels = file.get_tensor("train_labels")
        if labels.dtype.kind not in "iu" or not ((labels >= 0) & (labels < classes)).all():
            raise DataError(f"labels must be class ids 0 to {classes - 1}")
        return ClassCounts(np.bincount(labels, minlength=classes))
    except (SafetensorError, OSError, ValueError, LtvizError) as error:
        raise DataError(f"{path} is damaged: {error}; copy or pack it again") from error


def what_is(path: Path) -> str:
    """Say in a few words what a file holds; of a pack only what it says of itself is read."""
    try:
        about = heading(path)
    except DataError:
        return "no pack"
    return f"a pack of {about['name']}, {about['profile']} {about['imbalance']:g}"


def _checked(path: Path, about: dict[str, Any]) -> dict[str, Any]:
    if about.get("format") != FORMAT or about.get("name") not in PUBLISHED:
        raise DataError(f"{path} is no pack of CIFAR; `ltviz data pack cifar10 --out FILE` writes one")
    if about.get("version") != VERSION:
        raise DataError(f"{path} is a pack of version {about.get('version')}, this ltviz reads {VERSION}: update it")
    if not isinstance(about.get("profile"), str) or not isinstance(about.get("imbalance"), (int, float)):
        raise DataError(f"{path} is damaged: it does not say profile and imbalance; copy or pack it again")
    return about


def _open(path: Path, *, whole: bool = True) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what a pack says of itself, and its arrays; none where not the whole is asked for."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise DataError(f"there is no file {path}; `ltviz data pack cifar10 --out FILE` writes one")
    try:
        with safe_open(path, framework="np") as file:
            about = json.loads((file.metadata() or {}).get("ltviz", "{}"))
            names = file.keys() if whole else ()
            tensors = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, ValueError) as error:
        raise DataError(f"{path} is no pack, or is cut off: {error}") from error
    return (about if isinstance(about, dict) else {}), tensors


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


def _decode(stream: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the images of a stream of pictures; a picture of another size is refused before it is decoded."""
    from PIL import Image

    def one(bounds: tuple[int, int]) -> np.ndarray:
        with Image.open(io.BytesIO(stream[slice(*bounds)].tobytes()), formats=["WEBP"]) as picture:
            wide, high = picture.size
            if wide != 32 or high % 32 or high > 32 * _SHEET:
                raise ValueError(f"a picture of {wide} x {high}")
            return np.asarray(picture.convert("RGB")).reshape(-1, 32, 32, 3)

    stops = [0, *ends.tolist()]
    with ThreadPoolExecutor(_WORKERS) as pool:
        sheets = list(pool.map(one, itertools.pairwise(stops)))
    return np.concatenate([np.empty((0, 32, 32, 3), np.uint8), *sheets])


def _digest(cifar: Cifar) -> str:
    """Return the SHA-256 of everything that the data set holds: pixels, not their compressed form."""
    digest = hashlib.sha256(to_json([cifar.name, cifar.profile, cifar.imbalance, cifar.seed, cifar.order]).encode())
    for part in _PARTS:
        images, labels = getattr(cifar, f"{part}_images"), getattr(cifar, f"{part}_labels")
        digest.update(f"{part} {images.shape} {labels.shape}".encode())
        digest.update(images.tobytes())
        digest.update(labels.astype(np.int64).tobytes())
    for rows in (cifar.train_rows, cifar.val_rows):
        digest.update(rows.astype(np.int64).tobytes())
    return digest.hexdigest()
