"""ltviz: see why long-tailed losses work.

The public names below load what they need when they are first used, so importing ltviz costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "make_loss": "losses",
    "Outputs": "losses",
    "Loss": "losses",
    "ClassCounts": "core.counts",
    "show": "views",
    "explore": "notebook",
    "exercise": "course.exercises",
    "check": "course.exercises",
}
_PACKAGES = (
    *("core", "losses", "samplers", "datasets", "models", "metrics", "plane", "methods"),
    *("training", "runs", "records", "studies", "figures", "views", "gallery", "explorers", "web", "notebook"),
)

__all__ = ["ClassCounts", "Loss", "Outputs", "check", "exercise", "explore", "losses", "make_loss", "show"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"ltviz.{_HOME[name]}"), name)
    if name in _PACKAGES:
        return importlib.import_module(f"ltviz.{name}")
    raise AttributeError(f"module 'ltviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_PACKAGES})
