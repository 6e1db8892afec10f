"""Wrong variants of losses, and how a law is seen to catch one: it passes the loss that the variant spoils."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from ltviz.losses._base import Loss
from ltviz.losses.laws import run


def cases(wrong: Sequence[tuple[type[Loss], tuple[str, ...]]]) -> list[Any]:
    """Return each variant with each law that it must break."""
    return [pytest.param(cls, law, id=f"{cls.__name__[1:]}-{law}") for cls, laws in wrong for law in laws]


def breaks(cls: type[Loss], law: str) -> None:
    """Assert that a variant breaks a law, and that its parent keeps it."""
    result = run(cls, law)
    assert result.outcome == "failed", f"{cls.__name__} keeps {law}: {result}"
    assert _kept(cls.__mro__[1], law), f"{cls.__mro__[1].__name__} breaks {law} itself"


@cache
def _kept(parent: type[Loss], law: str) -> bool:
    return run(parent, law).outcome == "passed"
