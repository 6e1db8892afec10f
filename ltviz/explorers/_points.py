"""A control for points that a hand adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ltviz.core.errors import BadInput


@dataclass(frozen=True)
class Points:
    """Points that a hand has added: (x, y, class) each."""

    help: str
    default: tuple[tuple[float, float, int], ...] = ()
    kind: ClassVar[str] = "points"
    most: ClassVar[int] = 100

    def check(self, name: str, value: Any) -> tuple[tuple[float, float, int], ...]:
        """Return the points if they are numbers and not too many."""
        try:
            points = tuple((float(x), float(y), int(label)) for x, y, label in value)
        except (TypeError, ValueError) as error:
            raise BadInput(f"{name} must be triples (x, y, class); got {value!r}") from error
        if len(points) > self.most:
            raise BadInput(f"{name} takes at most {self.most} points; got {len(points)}")
        return points
