"""The parsed images of a verified source, kept as files that are mapped into memory.

A cached file is used only if its content has the published hash, so whoever writes into the cache can break nothing;
and only for a source whose files it was made from, so a source that has changed since is read, and checked, again.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np

from ltviz.core.errors import DataError, LtvizError
from ltviz.core.files import read_json, write_bytes, write_json
from ltviz.datasets._cifar_files import PUBLISHED
from ltviz.datasets._cifar_read import Split, content, read
from ltviz.datasets._cifar_source import Source, cache_folder

_NAMES = ("train", "test")


def load(dataset: str, source: Source) -> dict[str, Split]:
    """Return the splits of a source, from the cache where it has them; else they are read, checked and kept.

    Raises
    ------
    DataError
        See `ltviz.datasets._cifar_read.read`. A cache that cannot be written is no fault: it is only slower.
    """
    folder = cache_folder() / dataset
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
        return _stamp(source) in read_json(cache_folder() / dataset / "sources.json")
    except (DataError, OSError, TypeError):
        return False


def _kept(dataset: str, folder: Path, source: Source) -> dict[str, Split] | None:
    """Map the cached splits, or return None where they are missing, of another source, or not what they should be."""
    try:
        if _stamp(source) not in read_json(folder / "sources.json"):
            return None
        splits = {
            name: Split(
                np.load(folder / f"{name}_images.npy", mmap_mode="r", allow_pickle=False),
                np.load(folder / f"{name}_labels.npy", allow_pickle=False).astype(np.int64),
            )
            for name in _NAMES
        }
        whole = all(
            split.images.dtype == np.uint8
            and split.images.shape == (len(split.labels), 32, 32, 3)
            and content(split) == PUBLISHED[dataset].content[name]
            for name, split in splits.items()
        )
    except (DataError, OSError, ValueError, TypeError, EOFError):
        return None
    return splits if whole else None


def _keep(folder: Path, source: Source, splits: dict[str, Split]) -> None:
    for name, split in splits.items():
        _write(folder / f"{name}_images.npy", split.images)
        _write(folder / f"{name}_labels.npy", split.labels)
    try:
        known = [stamp for stamp in read_json(folder / "sources.json") if stamp != _stamp(source)]
    except (DataError, TypeError):
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
