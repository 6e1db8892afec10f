"""The parsed images of a verified source, kept as files that are mapped into memory.

A cached file is used only if its content has the published hash, so whoever writes into the cache can break nothing;
and only for a source whose files it was made from, so a source that has changed since is read, and checked, again.
"""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.cache import cache_folder
from ltviz.core.errors import DataError, LtvizError
from ltviz.core.files import read_json, remove_leftovers, write_bytes, write_json
from ltviz.datasets.cifar.published import PUBLISHED
from ltviz.datasets.cifar.read import Split, content, read
from ltviz.datasets.cifar.source import Source

_NAMES, _KINDS = ("train", "test"), ("images", "labels")


def load(dataset: str, source: Source) -> dict[str, Split]:
    """Return the splits of a source, from the cache where it has them; else they are read, checked and kept.

    Raises
    ------
    DataError
        See `ltviz.datasets.cifar.read.read`. A cache that cannot be written is no fault: it is only slower.
    """
    folder = cache_folder() / dataset
    remove_leftovers(folder)  # a killed writer's, up to 154 MB
    kept = _kept(dataset, folder, source)
    if kept is None:
        splits = read(dataset, source)
        with contextlib.suppress(LtvizError):
            _keep(folder, source, splits)
            kept = _kept(dataset, folder, source)
        if kept is None:
            return splits
    return kept


def is_known(dataset: str, source: Source) -> bool:
    """Whether the files were found to be the published ones when they were last read, and have not changed since."""
    try:
        return _stamp(source) in _sources(cache_folder() / dataset)
    except (DataError, OSError):
        return False


def _kept(dataset: str, folder: Path, source: Source) -> dict[str, Split] | None:
    """Map the cached splits, or return None where they are missing, of another source, or not what they should be."""
    try:
        if _stamp(source) not in _sources(folder):
            return None
        splits = {name: Split(*(_mapped(folder / f"{name}_{kind}.npy") for kind in _KINDS)) for name in _NAMES}
    except (DataError, OSError, ValueError, TypeError, EOFError, MemoryError, RecursionError):
        return None
    for name, split in splits.items():
        fits = split.labels.ndim == 1 and split.images.shape == (len(split.labels), 32, 32, 3)
        kinds = split.images.dtype == np.uint8 and split.labels.dtype == np.int64
        if not (fits and kinds) or content(split) != PUBLISHED[dataset].content[name]:
            return None
    return {name: Split(split.images, np.array(split.labels)) for name, split in splits.items()}


def _mapped(path: Path) -> np.ndarray:
    """Map an array of the cache: what it claims to hold takes no memory."""
    return np.load(_plain(path), mmap_mode="r", allow_pickle=False)


def _sources(folder: Path) -> list[Any]:
    """Return the stamps of the sources that the cache was made from."""
    found = read_json(_plain(folder / "sources.json"))
    if not isinstance(found, list):
        raise DataError(f"{folder} has no list of sources")
    return found


def _plain(path: Path) -> Path:
    if not os.path.isfile(path):  # a pipe in its place would never end
        raise DataError(f"there is no file {path}")
    return path


def _keep(folder: Path, source: Source, splits: dict[str, Split]) -> None:
    for name, split in splits.items():
        _write(folder / f"{name}_images.npy", split.images)
        _write(folder / f"{name}_labels.npy", split.labels)
    try:
        known = [stamp for stamp in _sources(folder) if stamp != _stamp(source)]
    except DataError:
        known = []
    write_json(folder / "sources.json", [*known[-9:], _stamp(source)])


def _write(path: Path, array: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    write_bytes(path, buffer.getvalue())


def _stamp(source: Source) -> list[list[str | int]]:
    """Return what tells a file that has changed since: path, bytes, time."""
    stats = [(path, path.stat()) for path in source.paths]
    return [[str(path.resolve()), stat.st_size, stat.st_mtime_ns] for path, stat in stats]
