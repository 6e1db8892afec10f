"""Steps: what one batch does, one file each, found by name.

Names come from the files, so listing them imports nothing; a step is imported when it is first made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ltviz.methods._part import Folder

if TYPE_CHECKING:
    from ltviz.methods.steps._base import At, Batch, Step, Training

__all__ = ["NAMES", "At", "Batch", "Step", "Training", "given", "make", "sentence"]

_FOLDER = Folder(__name__, "step")
NAMES, given, sentence = _FOLDER.names, _FOLDER.given, _FOLDER.sentence
make: Callable[[str], Step] = _FOLDER.make


def __getattr__(name: str) -> Any:
    if name in ("At", "Batch", "Step", "Training"):
        from ltviz.methods.steps import _base

        return getattr(_base, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
