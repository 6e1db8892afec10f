"""Where CIFAR lies on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ltviz.core.cache import cache_folder
from ltviz.core.errors import DataError
from ltviz.datasets.cifar.published import PUBLISHED, SITE, File, Version


class Absent(DataError):
    """Nothing of a data set lies in a place; what is there in part, or cannot be read, is a `DataError` of its own."""


@dataclass(frozen=True)
class Source:
    """A version of a data set that was found: a folder with its files, or its archive."""

    version: Version
    path: Path
    is_archive: bool = False

    @property
    def paths(self) -> list[Path]:
        """The files on disk that are read."""
        return [self.path] if self.is_archive else [self.path / file.name for file in _needed(self.version)]


def _needed(version: Version) -> tuple[File, ...]:
    return (*version.train, *version.test)


def default_root() -> Path:
    """Return the folder in ``LTVIZ_CIFAR``, or the one into which `ltviz data fetch` writes."""
    return Path(os.environ.get("LTVIZ_CIFAR") or cache_folder() / "cifar")


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a ``.tar.gz`` by its first bytes, or has the name of one of CIFAR's."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            if file.read(3) == b"\x1f\x8b\x08":
                return True
    except OSError:
        pass
    return _named(Path(path)) is not None


def _named(path: Path) -> tuple[str, Version] | None:
    """Return the data set and version of an archive by its name, or by its size where it has another name."""
    every = [(dataset, version) for dataset, published in PUBLISHED.items() for version in published.versions]
    by_name = [each for each in every if each[1].archive.name == path.name]
    by_size = [each for each in every if each[1].archive.size == os.path.getsize(path)]
    return next(iter(by_name + by_size), None)


def place_of(dataset: str, root: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder to look in, or the archive: `root` or the default one.

    Raises
    ------
    DataError
        Where it was named, and there is no such folder or none that can be read.
    """
    place = Path(root) if root is not None else default_root()
    named = root is not None or bool(os.environ.get("LTVIZ_CIFAR"))
    fault = ""
    if os.path.isfile(place):
        if not is_archive(place):
            fault = "is a file"
        elif not _named(place):
            fault = "is an archive, but by its name and its size none of CIFAR's"
    elif not os.path.isdir(place):
        fault = "is no folder" if os.path.lexists(place) else "does not exist"
    elif not os.access(place, os.R_OK | os.X_OK):
        fault = "is not open to reading"
    if named and fault:
        by = "" if root is not None else ", which LTVIZ_CIFAR names,"
        raise DataError(
            f"the folder {place}{by} {fault}; name the one that has {PUBLISHED[dataset].title} (torchvision's root, "
            f"the binary version, or the archive), or download it: ltviz data fetch {dataset} --to FOLDER"
        )
    return place


def find(dataset: str, root: str | os.PathLike[str] | None = None) -> Source:
    """Find a data set below a folder: torchvision's `root`, the folder of the files itself, or the archive's.

    Raises
    ------
    Absent
        Where none is there: it says which file to put where.
    DataError
        Where files are missing, or may not be read.
    """
    published, place = PUBLISHED[dataset], place_of(dataset, root)
    if is_archive(place) and (known := _named(place)):
        if known[0] != dataset:
            raise Absent(
                f"{place} is the archive of {PUBLISHED[known[0]].title}, not {published.title}'s: choose {known[0]}"
            )
        return Source(known[1], place, is_archive=True)
    faults = []
    for version in published.versions:
        for folder in (place / version.folder, place):
            missing = [file.name for file in _needed(version) if not os.path.isfile(folder / file.name)]
            if not missing:
                return Source(version, folder)
            if _is_meant(folder, version):
                open_ = os.access(folder, os.R_OK | os.X_OK)
                faults.append(f"; {folder} " + (f"lacks {', '.join(missing)}" if open_ else "is not open to reading"))
    for version in published.versions:
        if os.path.isfile(place / version.archive.name):
            return Source(version, place / version.archive.name, is_archive=True)
    raise (DataError if faults else Absent)(
        f"no {published.title} in {place}{''.join(faults)}. `ltviz data fetch {dataset}` downloads it; or name the "
        "folder that has it (torchvision's root, or the binary version) or its archive: by --data, in Python by root, "
        "or in LTVIZ_CIFAR. " + by_hand(dataset, place) + ". Images of your own: ltviz train --dataset folder"
    )


def _is_meant(folder: Path, version: Version) -> bool:
    """Whether a folder is a version's, complete or not: by its name, or by a file of the published name and size."""
    if not os.path.isdir(folder):
        return False
    sizes = {file.size for file in _needed(version) if _size(folder / file.name) == file.size}
    return bool(sizes) or os.path.basename(os.path.realpath(folder)) == version.folder


def _size(path: Path) -> int:
    return os.path.getsize(path) if os.path.isfile(path) else -1


def by_hand(dataset: str, place: Path) -> str:
    """Say which file to put where without a network."""
    archive = PUBLISHED[dataset].versions[0].archive
    return (
        f"Without a network: put {archive.name} ({archive.size / 2**20:.0f} MiB, from {SITE}{archive.name}, "
        f"SHA-256 {archive.sha256}) into {place}"
    )
