"""What a plan may try before its runs: checks by name, each a command of its own process."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
# name -> what Python runs, and what must be there
CHECKS: dict[str, tuple[tuple[str, ...], str, Path]] = {
    "bench-train": (("-m", "ltviz", "bench", "train"), "ltviz", _ROOT),
    "cuda-tests": (
        ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/training/test_cuda.py"),
        "pytest",
        _ROOT / "tests",
    ),
}


def lacks(name: str) -> str:
    """Return why a check cannot be tried here; an empty text if it can."""
    _, module, place = CHECKS[name]
    if importlib.util.find_spec(module) is None:
        return f"{module} is not installed"
    return "" if place.exists() else f"{place} is not there"


def tried(name: str) -> int:
    """Run a check, whose output goes where this process's does, and return its exit code."""
    return subprocess.run([sys.executable, *CHECKS[name][0]], cwd=_ROOT, check=False).returncode
