"""The losses: one file each, found by name.

``ltviz.losses`` is this package, and calling it gives the field: ``ltviz.losses()["ldam"]`` is the class.
Names come from the files, so listing them imports nothing; a class is imported when it is first looked up.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ltviz.losses._places import PLACES, lettered, places, settings, titled, within
from ltviz.losses._registry import (
    Field,
    constant,
    names,
    sentence,
    shipped,
    split,
)
from ltviz.losses._spec import LossSpec

if TYPE_CHECKING:
    from ltviz.losses._base import Loss, Outputs
    from ltviz.losses._numpy import Case

__all__ = [
    "PLACES",
    "Case",
    "Field",
    "Loss",
    "LossSpec",
    "Outputs",
    "constant",
    "lettered",
    "make_loss",
    "names",
    "places",
    "sentence",
    "settings",
    "shipped",
    "split",
    "titled",
    "within",
]


def make_loss(name: str | LossSpec, counts: Any, **params: Any) -> Loss:
    """Return the loss of that name for these class counts.

    Parameters
    ----------
    name : str or LossSpec
        One of `names()`, or a spelling such as ``"ldam(max_margin=0.3)"``; keywords win over the spelling.
    counts : ClassCounts or anything that makes one
        The training set's counts by class id, in any order.
    **params
        The loss's own parameters, and `reduction`, `weights_by`, `seed`.

    Raises
    ------
    BadInput
        For an unknown name or parameter, a value outside its range, or bad counts.

    Examples
    --------
    >>> import torch
    >>> loss = make_loss("logit_adjustment", [500, 60, 7], tau=1.0)
    >>> loss(torch.zeros(2, 3), torch.tensor([0, 2]))  # logits of two images, of class 0 and class 2
    tensor(2.2601)
    """
    return LossSpec.of(name).make(counts, **params)


def __getattr__(name: str) -> Any:
    if name in ("Case", "Loss", "Outputs"):
        from ltviz.losses import _base

        return getattr(_base, name)
    raise AttributeError(f"module 'ltviz.losses' has no attribute {name!r}")


class _CallablePackage(ModuleType):
    """Lets ``ltviz.losses()`` and ``ltviz.losses.names()`` live under one name."""

    def __call__(self) -> Field:
        return Field()


sys.modules[__name__].__class__ = _CallablePackage
