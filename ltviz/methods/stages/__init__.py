"""Second stages: what follows the training, one file each, found by name.

Names come from the files, so listing them imports nothing; a stage is imported when it is first made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ltviz.methods._part import Folder

if TYPE_CHECKING:
    from ltviz.methods.stages._base import At, Stage

__all__ = ["NAMES", "At", "Stage", "given", "make", "sentence"]

_FOLDER = Folder(__name__, "stage")
NAMES, given, sentence = _FOLDER.names, _FOLDER.given, _FOLDER.sentence
make: Callable[[str], Stage] = _FOLDER.make


def __getattr__(name: str) -> Any:
    if name in ("At", "Stage"):
        from ltviz.methods.stages import _base

        return getattr(_base, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
