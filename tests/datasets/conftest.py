"""A small CIFAR-10 in every form that users have it, with hashes of its own in the place of the published ones."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import struct
import tarfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ltviz.datasets.cifar import _rows
from ltviz.datasets.cifar.published import PUBLISHED, File
from ltviz.datasets.cifar.read import Split, content

PER_BATCH, PER_TEST = 60, 40  # of them a tenth in each class


@cache
def batches() -> dict[str, tuple[np.ndarray, list[int]]]:
    """Every batch: flat images and labels, as the python version has them."""
    random = np.random.default_rng(0)
    sizes = {f"data_batch_{k}": PER_BATCH for k in range(1, 6)} | {"test_batch": PER_TEST}
    return {
        name: (random.integers(0, 256, (n, 3072), np.uint8), random.permutation(np.arange(n) % 10).tolist())
        for name, n in sizes.items()
    }


def python2(data: np.ndarray, labels: list[int]) -> bytes:
    """Write a batch step by step as Python 2 did: every string without an encoding."""

    def text(value: bytes) -> bytes:
        return b"U" + bytes([len(value)]) + value if len(value) < 256 else b"T" + struct.pack("<i", len(value)) + value

    numbers = b"".join(b"K" + bytes([label]) for label in labels)
    shape = b"M" + struct.pack("<H", len(data)) + b"M" + struct.pack("<H", data.shape[1]) + b"\x86"
    dtype = (
        b"cnumpy\ndtype\n"
        + text(b"u1")
        + b"K\x00K\x01\x87R(K\x03"
        + text(b"|")
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + text(b"b") + b"\x87R(K\x01"
    array += shape + dtype + b"\x89" + text(data.tobytes()) + b"tb"
    return b"\x80\x02}q\x01(" + text(b"labels") + b"](" + numbers + b"e" + text(b"data") + array + b"u."


def spell(data: np.ndarray, labels: list[int], protocol: int) -> bytes:
    """Write a batch: -1 as Python 2 did, else in a protocol of this Python's pickle."""
    return python2(data, labels) if protocol < 0 else pickle.dumps({b"labels": labels, b"data": data}, protocol)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """The small data set; the cache is an empty folder and LTVIZ_CIFAR is not set."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LTVIZ_CIFAR", raising=False)
    return Small(tmp_path, monkeypatch)


class Small:
    """Writes the small data set and declares what it writes to be what was published."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        found = batches()
        images = np.concatenate([each for each, _ in found.values()]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        labels = np.concatenate([each for _, each in found.values()]).astype(np.int64)
        self.train = Split(images[: 5 * PER_BATCH], labels[: 5 * PER_BATCH])
        self.test = Split(images[5 * PER_BATCH :], labels[5 * PER_BATCH :])

    def python(self, protocol: int = -1) -> Path:
        """Write the python version below a root; return the root."""
        files = {name: spell(*each, protocol) for name, each in batches().items()} | {"batches.meta": b"names"}
        return self._write(0, files)

    def binary(self) -> Path:
        """Write the binary version below a root; return the root."""
        files = {}
        for name, (data, labels) in batches().items():
            files[f"{name}.bin"] = np.column_stack([np.array(labels, np.uint8), data]).tobytes()
        return self._write(1, files)

    def archive(self, which: int = 0) -> Path:
        """Write an archive of a version into a folder of its own; return the folder."""
        root = self.python() if which == 0 else self.binary()
        version = PUBLISHED["cifar10"].versions[which]
        place = self.folder / "archives"
        place.mkdir(exist_ok=True)
        with tarfile.open(place / version.archive.name, "w:gz") as file:
            file.add(root / version.folder, version.folder)
        self.publish(which, archive=(place / version.archive.name).read_bytes())
        return place

    def publish(self, which: int, files: dict[str, bytes] | None = None, archive: bytes | None = None) -> None:
        """Put hashes of these bytes in the place of the published ones."""
        published = PUBLISHED["cifar10"]
        version = published.versions[which]

        def known(file: File, data: bytes | None) -> File:
            if data is None:
                return file
            return File(file.name, len(data), hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest())

        version = replace(
            version,
            archive=known(version.archive, archive),
            **{
                part: tuple(known(file, (files or {}).get(file.name)) for file in getattr(version, part))
                for part in ("train", "test", "others")
            },
        )
        versions = tuple(version if k == which else each for k, each in enumerate(published.versions))
        hashes = {"train": content(self.train), "test": content(self.test)}
        new = replace(published, versions=versions, content=hashes)
        self.monkeypatch.setitem(PUBLISHED, "cifar10", new)
        self.monkeypatch.setattr(_rows, "known", lambda name: _rows.rows_of(self.train))

    def _write(self, which: int, files: dict[str, bytes]) -> Path:
        root = self.folder / "root"
        place = root / PUBLISHED["cifar10"].versions[which].folder
        place.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (place / name).write_bytes(data)
        self.publish(which, files)
        return root


def tar(members: list[tarfile.TarInfo], data: bytes = b"") -> bytes:
    """Return a .tar.gz with these members, each with the same few bytes where it is a file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for member in members:
            file.addfile(member, io.BytesIO(data) if member.isreg() and member.size == len(data) else None)
    return buffer.getvalue()


@pytest.fixture
def real(request: pytest.FixtureRequest) -> Path:
    """A folder with the real CIFAR-10 and CIFAR-100; without one the test is skipped."""
    place = Path(os.environ.get("LTVIZ_CIFAR", ""))
    if not ((place / "cifar-10-batches-py").is_dir() and (place / "cifar-100-python").is_dir()):
        pytest.skip("LTVIZ_CIFAR names no folder with the real CIFAR-10 and CIFAR-100")
    return place
