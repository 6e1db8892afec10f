"""How long a run should take on this machine, by how fast it was found to train; in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ltviz.core.errors import LtvizError
from ltviz.methods import Method
from ltviz.records import seeds
from ltviz.training.pace import Pace
from ltviz.training.probe import Measured, remembered


def expected(
    method: Method, trained: int, seen: int, precision: str, pace: Pace | None, homes: Sequence[Path]
) -> float | None:
    """Return the seconds that a method should take on this CPU, or None where it was not tried how fast that trains.

    Parameters
    ----------
    method : Method
        What its step costs beside a plain one is read from what was recorded on digits.
    trained, seen : int
        Images of all epochs together: of training, and of evaluation.
    precision : {"fp32", "bf16"}
        In which the net computes.
    pace : Pace or None
        How; None is the fastest way that is remembered.
    homes : sequence of Path
        Folders of records.
    """
    known = [each for each in remembered(precision) if pace is None or each.pace == pace]
    if not known:
        return None
    measured: Measured = min(known, key=lambda each: each.seconds(trained))
    return measured.seconds(round(trained * costs(tuple(homes)).get(method.name, 1.0)), seen)


@cache
def costs(homes: tuple[Path, ...]) -> dict[str, float]:
    """Return what methods cost beside a plain one; see `ltviz.records.seeds.costs`."""
    try:
        return seeds.costs(homes)
    except LtvizError:
        return {}


def in_words(seconds: float) -> str:
    """Return ``"40 s"``, ``"25 min"``, ``"3.5 h"``."""
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )
