"""Second stages: what follows the training, one file each, found by name.

Names come from the files, so listing them imports nothing; a stage is imported when it is first made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ltviz.methods._part import Folder

if TYPE_CHECKING:
    from ltviz.methods.stages._base import At, Stage

__all__ = ["NAMES", "At", "Stage", "make", "sentence"]

_FOLDER = Folder(__name__, "stage")
NAMES = _FOLDER.names


def make(text: str) -> Stage:
    """Return the stage that a text spells: a name of `NAMES`, or with parameters, ``"crt(share=0.1)"``.

    Raises
    ------
    BadInput
        For an unknown name or parameter, or a value outside its range.
    """
    found: Stage = _FOLDER.make(text)
    return found


def sentence(text: str) -> str:
    """Return what a stage does, the first sentence of its file."""
    return _FOLDER.sentence(text)


def __getattr__(name: str) -> Any:
    if name in ("At", "Stage"):
        from ltviz.methods.stages import _base

        return getattr(_base, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
