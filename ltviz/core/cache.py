"""The folder for what can be made again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


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
