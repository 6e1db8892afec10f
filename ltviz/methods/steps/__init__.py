"""Steps: what one batch does, one file each, found by name.

Names come from the files, so listing them imports nothing; a step is imported when it is first made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ltviz.methods._part import Folder

if TYPE_CHECKING:
    from ltviz.methods.steps._base import At, Batch, Step, Training

__all__ = ["NAMES", "At", "Batch", "Step", "Training", "make", "sentence"]

_FOLDER = Folder(__name__, "step")
NAMES = _FOLDER.names


def make(text: str) -> Step:
    """Return the step that a text spells: a name of `NAMES`, or with parameters, ``"mixup(alpha=0.4)"``.

    Raises
    ------
    BadInput
        For an unknown name or parameter, or a value outside its range.
    """
    found: Step = _FOLDER.make(text)
    return found


def sentence(text: str) -> str:
    """Return what a step does, the first sentence of its file."""
    return _FOLDER.sentence(text)


def __getattr__(name: str) -> Any:
    if name in ("At", "Batch", "Step", "Training"):
        from ltviz.methods.steps import _base

        return getattr(_base, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
