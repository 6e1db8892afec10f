"""What a file was made from, as a hash: nothing is made again from the same state, code and versions."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ltviz import __version__
from ltviz.core.files import sha256, to_json

HOME = Path(__file__).resolve().parents[1]
COMPUTING = ("core", "losses", "samplers", "datasets", "models", "metrics", "training")


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
