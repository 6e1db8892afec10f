"""The arrays that CIFAR's files hold; nothing is read without its hash."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ltviz.core.errors import DataError
from ltviz.datasets.cifar import _pickle
from ltviz.datasets.cifar.published import PIXELS, PUBLISHED, File, Published, Version
from ltviz.datasets.cifar.source import Source

LARGEST = 400_000_000  # bytes of a file or of an archive's member; the largest published one has 170 million
_TAR_FAULTS = (tarfile.TarError, OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class Split:
    """Images (N, 32, 32, 3) uint8 and labels (N,) int64, in the published order."""

    images: np.ndarray
    labels: np.ndarray


def read(dataset: str, source: Source, *, verify: bool = True) -> dict[str, Split]:
    """Return the splits "train" and "test" of a source.

    Raises
    ------
    DataError
        Where a file is not the published one (expected and actual SHA-256), or, with ``verify=False``, cannot be read
        as one.
    """
    published, version = PUBLISHED[dataset], source.version
    held = unpack(source, verify=verify) if source.is_archive else {}
    splits = {}
    for name, files in (("train", version.train), ("test", version.test)):
        parts = []
        for file in files:
            data = held.pop(file.name) if source.is_archive else _bytes_of(source.path / file.name, file, verify)
            parts.append(_decode(data, source.path / file.name, published, version))
        images = np.concatenate([images for images, _ in parts])
        splits[name] = Split(images, np.concatenate([labels for _, labels in parts]).astype(np.int64))
        if verify and content(splits[name]) != published.content[name]:
            raise DataError(f"{source.path}: the {name} images are not those of {published.title}")
    return splits


def unpack(source: Source, *, verify: bool = True) -> dict[str, bytes]:
    """Return the files of an archive by name; nothing is written, wherever its members point.

    Raises
    ------
    DataError
        For another archive than the published one, or one with a member that is no plain file of the version.
    """
    version, path = source.version, source.path
    if verify:
        check(path, version.archive)
    wanted, held = {file.name: file for file in version.files}, {}
    try:
        with _Bounded(path) as whole, tarfile.open(fileobj=whole, mode="r|") as archive:
            for member in archive:
                name = _member(member, version, path)
                stream = archive.extractfile(member) if name in wanted else None
                if stream is not None:
                    held[name] = stream.read(LARGEST)
    except _TAR_FAULTS as error:
        raise DataError(f"{path} is cut off or no .tar.gz: {error}") from error
    for name, file in wanted.items():
        if name not in held and file not in version.others:
            raise DataError(f"{path} has no {version.folder}/{name}; download it again")
        if name in held and verify:
            _compare(f"{path}: {name}", file, held[name])
    return held


class _Bounded(gzip.GzipFile):
    """Unpacks a file to a limit: a small archive may unpack to any size."""

    left = LARGEST

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        data = super().read(self.left + 1 if size is None or size < 0 else min(size, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise OSError(f"it unpacks to more than {LARGEST} bytes")
        return data


def check_files(source: Source) -> None:
    """Raise `DataError` where a file of a source is not the published one; none is parsed."""
    files = [source.version.archive] if source.is_archive else [*source.version.train, *source.version.test]
    for path, file in zip(source.paths, files, strict=True):
        check(path, file)


def check(path: Path, file: File) -> None:
    """Raise `DataError` where a file on disk is not the published one."""
    try:
        size = path.stat().st_size
        if size != file.size:
            raise DataError(f"{path} has {size} bytes, the published file {file.size}; {_advice()}")
        with open(path, "rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    if found != file.sha256:
        raise DataError(f"{path} is not the published file: SHA-256 {found}, expected {file.sha256}; {_advice()}")


def content(split: Split) -> str:
    """Return the SHA-256 of a split: the labels as bytes, then the images."""
    labels = split.labels.astype(np.uint8)
    digest = hashlib.sha256(labels.tobytes() if np.array_equal(labels, split.labels) else b"labels above 255")
    for images in blocks(split.images):
        digest.update(images.tobytes())
    return digest.hexdigest()


def blocks(images: np.ndarray, size: int = 4096) -> Iterator[np.ndarray]:
    """Yield images some thousands at a time: a memory-mapped file is then never whole in memory."""
    for start in range(0, len(images), size):
        yield images[start : start + size]


def _advice() -> str:
    return "download it again; ltviz train and ltviz data pack take it unchecked with --no-verify"


def _bytes_of(path: Path, file: File, verify: bool) -> bytes:
    """Read a file once; what is hashed is what is used."""
    try:
        size = path.stat().st_size
        if verify and size != file.size:
            raise DataError(f"{path} has {size} bytes, the published file {file.size}; {_advice()}")
        if size > LARGEST:
            raise DataError(f"{path} has {size} bytes; a file of CIFAR has at most {LARGEST}")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    if verify:
        _compare(str(path), file, data)
    return data


def _compare(place: str, file: File, data: bytes) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise DataError(f"{place} is not the published file: SHA-256 {found}, expected {file.sha256}; {_advice()}")


def _member(member: tarfile.TarInfo, version: Version, path: Path) -> str:
    """Return a member's name within the version's folder, if it is a plain file or folder there."""
    parts = PurePosixPath(member.name.removeprefix("./")).parts
    inside = bool(parts) and parts[0] == version.folder and ".." not in parts
    if not inside or not (member.isreg() or member.isdir()) or member.size > LARGEST:
        raise DataError(
            f"{path} has the member {member.name[:80]!r} ({member.size} bytes): only plain files of at most {LARGEST} "
            f"bytes in {version.folder}/ are read; download it again"
        )
    return "/".join(parts[1:])


def _decode(data: bytes, path: Path, published: Published, version: Version) -> tuple[np.ndarray, np.ndarray]:
    """Return the images of one file as (N, 32, 32, 3), and its labels."""
    if version.label_bytes:
        rows = _records(data, path, version.label_bytes + PIXELS)
        flat: Any = rows[:, version.label_bytes :]
        labels: np.ndarray | None = rows[:, version.label_bytes - 1]  # of CIFAR-100 the coarse label is first
    else:
        found = _pickle.read(data, str(path))
        flat, labels = found.get("data"), _labels(found.get(published.label_key))
        if not isinstance(flat, np.ndarray) or flat.dtype != np.uint8 or flat.ndim != 2 or flat.shape[1] != PIXELS:
            raise DataError(f"{path}: 'data' must be an array (N, {PIXELS}) of uint8; {_seen(flat)}")
    classes = len(published.class_names)
    if labels is None or len(labels) != len(flat) or not len(labels) or not 0 <= labels.min() <= labels.max() < classes:
        raise DataError(
            f"{path}: {published.label_key!r} must be a class id in 0..{classes - 1} for each of the {len(flat)} "
            f"images; {_seen(labels)}"
        )
    return np.ascontiguousarray(flat.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels.astype(np.int64)


def _records(data: bytes, path: Path, record: int) -> np.ndarray:
    if not data or len(data) % record:
        raise DataError(f"{path} has {len(data)} bytes; the binary version has {record} for each image")
    return np.frombuffer(data, np.uint8).reshape(-1, record)


def _labels(found: object) -> np.ndarray | None:
    if isinstance(found, np.ndarray):
        return found if found.ndim == 1 and found.dtype.kind in "iu" else None
    if not isinstance(found, list | tuple) or not all(isinstance(each, int) and abs(each) < 2**31 for each in found):
        return None
    return np.asarray(found, np.int64)


def _seen(found: object) -> str:
    if isinstance(found, np.ndarray):
        return f"it is an array {found.shape} of {found.dtype}" + (f" up to {found.max()}" if found.size else "")
    return "it is missing or of another kind"
