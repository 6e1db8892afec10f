"""Where CIFAR lies on this machine."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ltviz.core.errors import DataError
from ltviz.datasets._cifar_files import PUBLISHED, SITE, Version


@dataclass(frozen=True)
class Source:
    """A version of a data set that was found: a folder with its files, or its archive."""

    version: Version
    path: Path

    @property
    def is_archive(self) -> bool:
        """Whether the files lie in a ``.tar.gz``."""
        return self.path.name == self.version.archive.name

    @property
    def paths(self) -> list[Path]:
        """The files on disk that are read."""
        names = [file.name for file in (*self.version.train, *self.version.test)]
        return [self.path] if self.is_archive else [self.path / name for name in names]


def cache_folder() -> Path:
    """Return the folder for what can be made again: the system's place for such, then ``ltviz``."""
    if place := os.environ.get("XDG_CACHE_HOME"):
        return Path(place) / "ltviz"
    try:
        home = Path.home()
    except RuntimeError:  # no HOME and no such user
        return Path(".cache") / "ltviz"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "ltviz"
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ltviz"


def default_root() -> Path:
    """Return the folder in ``LTVIZ_CIFAR``, or the one into which `ltviz data fetch` writes."""
    return Path(os.environ.get("LTVIZ_CIFAR") or cache_folder() / "cifar")


def place_of(dataset: str, root: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder to look in: `root` or the default one.

    Raises
    ------
    DataError
        Where it was named, and there is no such folder or none that can be read.
    """
    place = Path(root) if root is not None else default_root()
    named = root is not None or bool(os.environ.get("LTVIZ_CIFAR"))
    fault = ""
    if not os.path.isdir(place):
        fault = "is a file" if os.path.exists(place) else "does not exist"
    elif not os.access(place, os.R_OK | os.X_OK):
        fault = "is not open to reading"
    if named and fault:
        by = "" if root is not None else ", which LTVIZ_CIFAR names,"
        raise DataError(
            f"the folder {place}{by} {fault}; name the one that has {PUBLISHED[dataset].title} (torchvision's root, or "
            f"the binary version), or download it: ltviz data fetch {dataset} --to FOLDER"
        )
    return place


def find(dataset: str, root: str | os.PathLike[str] | None = None) -> Source:
    """Find a data set below a folder: torchvision's `root`, the folder of the files itself, or the archive's.

    Raises
    ------
    DataError
        Where none is there, or files are missing: it says which file to put where.
    """
    published, place = PUBLISHED[dataset], place_of(dataset, root)
    lacking = ""
    for version in published.versions:
        for folder in (place / version.folder, place):
            there = [file.name for file in (*version.train, *version.test) if (folder / file.name).is_file()]
            missing = [file.name for file in (*version.train, *version.test) if file.name not in there]
            if not missing:
                return Source(version, folder)
            if there and folder != place and not lacking:
                lacking = f"; {folder} lacks {', '.join(missing)}"
    for version in published.versions:
        if (place / version.archive.name).is_file():
            return Source(version, place / version.archive.name)
    raise DataError(
        f"no {published.title} in {place}{lacking}. `ltviz data fetch {dataset}` downloads it; or name the folder that "
        "has it (torchvision's root, or the binary version): by --data, in Python by root, or in LTVIZ_CIFAR. "
        + by_hand(dataset, place)
    )


def by_hand(dataset: str, place: Path) -> str:
    """Say which file to put where without a network."""
    archive = PUBLISHED[dataset].versions[0].archive
    return (
        f"Without a network: put {archive.name} ({archive.size / 2**20:.0f} MiB, from {SITE}{archive.name}, "
        f"SHA-256 {archive.sha256}) into {place}"
    )
