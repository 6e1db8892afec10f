"""Which of the papers' claims do many seeds bear out, and what is a choice of epoch or seed alone worth?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ltviz.core.checks import number, one_of
from ltviz.metrics.interval import Interval, over_seeds
from ltviz.records.names import named
from ltviz.studies._choices import Choice, choices
from ltviz.studies._claimed import CLAIMS
from ltviz.studies._claimed_in_plane import DATA, EXACT
from ltviz.studies._tables import Tables, tables

PARTS = ("all", "plane", "tables", "records")
VERDICTS = ("holds", "does not", "the opposite", "not decided", "not tested")


@dataclass(frozen=True)
class Finding:
    """What the seeds make of a claim.

    Parameters
    ----------
    says, source : str
        The claim, and who makes it.
    side : {"larger", "smaller", "equal"}
        Which the number should be: than 0, or equal to it.
    data, number, unit : str
        Of what, what and in what was measured.
    least : float
        What is less than that makes no difference, in that unit.
    seeds : tuple of int
        Of the nets; in the plane, draws of the points.
    values : ndarray (S,)
        The number, seed by seed.
    over : Interval or None
        Its mean, standard error and 95 % interval; None where there is no seed.
    verdict : str
        One of `VERDICTS`; see `verdict`.
    command : str
        The command line that shows it.
    """

    says: str
    source: str
    side: str
    data: str
    number: str
    unit: str
    least: float
    seeds: tuple[int, ...]
    values: np.ndarray
    over: Interval | None
    verdict: str
    command: str


@dataclass(frozen=True)
class Claims:
    """Claims and what many seeds make of them, and what a choice alone is worth; see `claims`."""

    data: tuple[str, ...]
    findings: tuple[Finding, ...]
    choices: tuple[Choice, ...]
    caption: str


def claims(
    *, part: str = "all", table: str = "digits-exp50", records: str = "cifar10-exp100", draws: int = 6
) -> Claims:
    """Set each claim against the paired differences of many seeds, and those of the plane against many draws.

    A seed draws the subset, the initial weights and the order of both methods, which cancel in its difference.

    Parameters
    ----------
    part : {"all", "plane", "tables", "records"}
        Which claims: on small nets, on recorded runs, on losses in the plane.
    table : str
        Tables of seeds: data set, profile and imbalance.
    records : str
        Recorded runs: data set, profile and imbalance, and a recipe where several have one.
    draws : int
        Of the points in the plane.

    Raises
    ------
    BadInput, DataError
        See `ltviz.studies._tables.tables`.
    """
    one_of("part", part, PARTS)
    number("draws", draws, 1, 100, whole=True)
    named(records)  # a name that is none is a mistake; a name without runs is one only where nothing else is asked for
    held = [tables(table)] if part in ("all", "tables") else []
    if part == "records" or (part == "all" and named(records).files()):
        held.append(tables(records))
    found = [each for some in held for each in _of_tables(some)]
    found += _in_plane(draws) if part in ("all", "plane") else []
    worth = tuple(each for some in held for each in choices(some))
    return Claims(tuple(dict.fromkeys(each.data for each in found)), tuple(found), worth, _caption(held, found, worth))


def methods() -> list[str]:
    """Return the methods that claims compare, each once."""
    return list(dict.fromkeys(method for claim in CLAIMS for method in (claim.one, claim.other)))


def verdict(over: Interval | None, side: str, least: float) -> str:
    """Return what a mean and its interval say of a claim.

    It holds where the interval lies wholly on its side of 0; the opposite where it lies wholly on the other. It does
    not hold where what is claimed could at most be less than makes a difference. Otherwise it is not decided: that is
    no proof that it is wrong. A claim of equality holds where the interval has no room for a difference, and does not
    where it lies beyond one.

    Parameters
    ----------
    over : Interval or None
        Of the differences; None where nothing was measured.
    side : {"larger", "smaller", "equal"}
        Which the number should be.
    least : float
        What is less makes no difference.
    """
    if over is None:
        return "not tested"
    if over.interval is None:
        return "not decided"
    low, high = over.interval
    if side == "equal":
        if -least < low and high < least:
            return "holds"
        return "does not" if low > least or high < -least else "not decided"
    if side == "smaller":
        low, high = -high, -low
    if low > 0:
        return "holds"
    if high < 0:
        return "the opposite"
    return "does not" if high < least else "not decided"


def _caption(held: Sequence[Tables], found: Sequence[Finding], worth: Sequence[Choice]) -> str:
    judged = sum(each.over is not None and each.over.interval is not None for each in found)
    chance = f"of {judged} claims, about {max(1, round(judged / 20))} would be judged wrongly by chance"
    thirds = ["Rare and frequent: thirds of the classes."] * bool(held)
    alone = (f"{each.what}: {each.mean:.2f} ({each.methods})" for each in worth)
    words = "What a choice alone is worth, in points, mean of methods (in brackets how many)"
    said = [f"{words}: {'; '.join(alone)}."] if worth else []
    paired = f"Paired over seeds, 95 % intervals{f': {chance}' * (judged > 0)}."
    return " ".join([*dict.fromkeys(each.caption for each in held), paired, *thirds, *said])


def _of_tables(held: Tables) -> Iterator[Finding]:
    for claim in CLAIMS:
        if not held.trains and claim.measure != "accuracy":
            continue  # of records of runs accuracies alone are known
        seeds, values = claim.values(held)
        over = over_seeds(values) if seeds else None
        measure, command = claim.measured, claim.command(held, len(seeds))
        yield Finding(
            claim.says, claim.source, claim.side, held.title, claim.number, measure.unit, measure.least, tuple(seeds),
            values, over, verdict(over, claim.side, measure.least), command,
        )  # fmt: skip


def _in_plane(draws: int) -> Iterator[Finding]:
    for claim in EXACT:
        values = claim.measure(draws)
        over = over_seeds(values)
        yield Finding(
            claim.says, claim.source, claim.side, DATA, claim.number, claim.unit, claim.least, tuple(range(draws)),
            values, over, verdict(over, claim.side, claim.least), claim.command(draws),
        )  # fmt: skip
