"""What a loss declares about itself, checked when its class statement runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ltviz.core.errors import BadDeclaration

if TYPE_CHECKING:
    from ltviz.losses._base import Loss

KEYWORDS = ("reduction", "weights_by", "seed")  # of every loss's constructor
MARGIN_UNITS = ("logit", "cosine", "radian")
SIDES = ("positive", "negative")  # of the boundary, right and wrong: the margin of one side can act alone
USES = ("logits", "cosine", "embedding")


def check(cls: type[Loss], base: type[Loss]) -> None:
    """Refuse a declaration that the rest of the house could not read.

    Raises
    ------
    BadDeclaration
        The message names the class, what it declares, and the rule.
    """
    for field in ("title", "source"):
        if not getattr(cls, field):
            raise BadDeclaration(f"the loss {cls.__name__} needs a `{field}` (see ltviz.losses.ce for the pattern)")
    if cls.uses not in USES:
        raise BadDeclaration(f"{cls.__name__}.uses must be 'logits', 'cosine' or 'embedding'; got {cls.uses!r}")
    if cls.margin_unit not in MARGIN_UNITS:
        raise BadDeclaration(f"{cls.__name__}.margin_unit must be {', '.join(MARGIN_UNITS)}; got {cls.margin_unit!r}")
    if other := set(cls.halves) - set(SIDES):
        raise BadDeclaration(f"{cls.__name__}.halves are of the sides {', '.join(SIDES)}; got {min(other)!r}")
    if clash := [key for key in cls.params if hasattr(base, key) or key in KEYWORDS]:
        raise BadDeclaration(f"{cls.__name__}: the parameter {clash[0]!r} has the name of what every loss has")
