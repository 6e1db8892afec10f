"""What a file was made from and what was written: nothing is made again that still stands as it was written."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ltviz import __version__
from ltviz.core.errors import DataError
from ltviz.core.files import read_json, sha256, to_json, write_bytes, write_json

HOME = Path(__file__).resolve().parents[1]
COMPUTING = (
    *("core", "losses", "samplers", "datasets", "models", "metrics"),
    *("plane", "methods", "training", "runs", "records"),
)

LEDGER = ".drawn"  # a folder's file of notes


class Ledger:
    """For each file of a folder, the hash of what it was made from and the hash of what was written.

    A file is kept while it is, byte for byte, what was written from the same state, code and versions: whatever was
    deleted, cut, edited or brought back from an older copy is made again, and so is everything if the notes are lost.

    Parameters
    ----------
    folder : path
        The folder; files are noted by their place in it.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def keeps(self, path: Path, key: str) -> bool:
        """Whether a file stands as it was written, and was made from this."""
        return self._noted(path)[:1] == [key] and self.whole(path)

    def whole(self, path: Path) -> bool:
        """Whether a file stands as it was written, whatever it was made from."""
        try:
            return path.is_file() and self._noted(path)[1:] == [sha256(path)]
        except OSError:
            return False

    def write(self, path: Path, key: str, content: bytes | str) -> Path:
        """Write a file, and note what it was made from."""
        data = content.encode() if isinstance(content, str) else content
        write_bytes(path, data)
        notes = self._read()  # anew: another command may have written here
        notes[self._name(path)] = [key, hashlib.sha256(data).hexdigest()]
        write_json(self.folder / LEDGER, notes)
        return path

    def _noted(self, path: Path) -> list[str]:
        noted = self._read().get(self._name(path))
        return noted if isinstance(noted, list) else []

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _read(self) -> dict[str, Any]:
        try:
            notes = read_json(self.folder / LEDGER)
        except DataError:
            return {}
        return notes if isinstance(notes, dict) else {}


def fingerprint(content: Any) -> str:
    """Return the hash of anything that can be written as JSON."""
    return hashlib.sha256(to_json(content).encode()).hexdigest()


def sources(files: Iterable[Path]) -> list[tuple[str, str]]:
    """Return files of the package with their hashes."""
    return [(path.relative_to(HOME).as_posix(), sha256(path)) for path in files]


def computing() -> list[Path]:
    """Return the files on which the numbers of every study may depend."""
    files = sorted((HOME / "studies").glob("_*.py"))
    for tier in COMPUTING:
        files += sorted((HOME / tier).rglob("*.py"))
    return files


def versions() -> dict[str, str]:
    """Return the versions on which a view's numbers depend."""
    found = {"ltviz": __version__, "python": ".".join(platform.python_version_tuple()[:2])}
    for package in ("numpy", "scikit-learn", "scipy", "torch"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
