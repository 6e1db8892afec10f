"""How often does the worse of two methods win a table that shows a few seeds of each?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ltviz import methods
from ltviz.core.checks import number
from ltviz.core.errors import BadInput, DataError
from ltviz.metrics.lottery import UNIT, sums, wins
from ltviz.records import record
from ltviz.records.names import named
from ltviz.records.seeds import paths
from ltviz.studies._tables import Tables, tables

FEWEST = 3  # seeds: of fewer no chance can be read
MOST = 10
DRAWS = 24  # tables that are shown one by one
_BIN = 0.5  # points


@dataclass(frozen=True)
class Contender:
    """One of the two methods.

    Parameters
    ----------
    method, title : str
        As spelled, and as figures have it.
    values : ndarray (S,)
        Balanced test accuracy of each recorded seed, in percent.
    mean : float
        Over all of them.
    shares : ndarray (B,)
        Of all tables: those whose mean lies in each bin, in percent.
    drawn : ndarray (D, n)
        Which of the seeds some tables show.
    """

    method: str
    title: str
    values: np.ndarray
    mean: float
    shares: np.ndarray
    drawn: np.ndarray


@dataclass(frozen=True)
class LeaderboardLottery:
    """Two methods and the tables that could have been printed of them; see `leaderboard_lottery`.

    Parameters
    ----------
    better, worse : Contender
        By their mean over all recorded seeds.
    seeds : int
        Of each method in a table: as asked for, or as many as there are.
    edges : ndarray (B + 1,)
        Of the bins, in percent.
    wins, ties : float
        Of all choices of seeds those in which the worse one is above, or both are equal, in percent.
    by_seeds : ndarray (N,)
        `wins` of tables with 1, 2, ... seeds.
    draw : int
        Which of the tables is printed.
    data, caption : str
        On what, and how it was counted.
    """

    better: Contender
    worse: Contender
    seeds: int
    edges: np.ndarray
    wins: float
    ties: float
    by_seeds: np.ndarray
    draw: int
    data: str
    caption: str

    def printed(self, of: Contender) -> float:
        """Return what the drawn table says of a method, in percent."""
        return float(of.values[of.drawn[self.draw]].mean())


def leaderboard_lottery(
    *,
    rows: str = "ce_drw, class_balanced",
    seeds: int = 1,
    select: str = "last",
    paired: bool = False,
    draw: int = 0,
    table: str = "digits-exp50",
) -> LeaderboardLottery:
    """Count over all choices of seeds how often the worse of two methods comes out above the better one.

    Parameters
    ----------
    rows : str
        Two methods, with a comma; a method may be set against itself.
    seeds : int
        Of each method in a table, whose mean it prints.
    select : {"last", "best-on-test"}
        The epoch of each run that counts.
    paired : bool
        Whether both methods are trained on the same seeds; else each on its own.
    draw : int
        Which of some tables is printed.
    table : str
        Which tables of seeds, or recorded runs.

    Raises
    ------
    BadInput
        For a name or number that is none.
    DataError
        If a method has fewer than three seeds, or its seeds hold no such epoch.
    """
    n = number("seeds", seeds, 1, MOST, whole=True)
    number("draw", draw, 0, DRAWS - 1, whole=True)
    names = methods.apart(rows)
    if len(names) != 2:
        raise BadInput(f"rows must name two methods, with a comma; got {rows!r}")
    held = _held(table, _stamp(table))
    one, other = (_accuracies(held, name, select) for name in names)
    common = sorted(set(one) & set(other))
    if paired and len(common) < FEWEST:
        raise DataError(f"{' and '.join(names)} have {len(common)} seeds in common; a lottery needs {FEWEST}")
    found = [np.array([each[seed] for seed in (common if paired else sorted(each))]) for each in (one, other)]
    titles = [methods.titled(name) for name in names]
    if found[0].mean() < found[1].mean():
        found.reverse()
        names.reverse()
        titles.reverse()
    most = min(MOST, *map(len, found))
    n = min(n, most)
    won, tied = (100 * share for share in wins(found[1], found[0], most, paired=paired))
    low, high = (100 * end(np.concatenate(found)) for end in (np.min, np.max))
    edges = np.arange(np.floor(low / _BIN), np.ceil(high / _BIN) + 1.5) * _BIN
    generator = np.random.default_rng(len(common))
    picks = [np.array([generator.permutation(len(each))[:n] for _ in range(DRAWS)]) for each in found]
    if paired:
        picks[1] = picks[0]
    better, worse = (
        Contender(name, title, 100 * values, float(100 * values.mean()), _shares(values, n, edges), drawn)
        for name, title, values, drawn in zip(names, titles, found, picks, strict=True)
    )
    seen = f"seeds recorded: {len(found[0])} and {len(found[1])}"
    how = "both methods on the same seeds" if paired else "each method on seeds of its own"
    caption = f"{held.caption} {seen.capitalize()}; {record.RULES[select]}. All choices of {n}, {how}."
    return LeaderboardLottery(
        better, worse, n, edges, float(won[n - 1]), float(tied[n - 1]), won, draw, held.title, caption
    )


def _stamp(table: str) -> tuple[int, ...]:
    """Return what changes when the tables do."""
    homes = record.homes()
    files = [*paths(homes, table), *named(table, tables=True).files()]
    return tuple(file.stat().st_mtime_ns for file in files)


@lru_cache(maxsize=4)
def _held(table: str, stamp: tuple[int, ...]) -> Tables:
    return tables(table)


def _accuracies(held: Tables, name: str, select: str) -> dict[int, float]:
    """Return balanced accuracy by seed, in [0, 1]."""
    methods.parse(name)
    if name not in held.held:
        raise DataError(f"no seeds of {name} are recorded for {held.title}; there are {', '.join(held.held)}")
    chosen = held.held[name].selected(select)
    if len(chosen.lines) < FEWEST:
        of = "" if select == "last" else f" with {record.RULES[select].split(' (')[0]}"
        raise DataError(f"{name} has {len(chosen.lines)} recorded seeds{of}; a lottery needs {FEWEST}")
    some = sorted(chosen.lines)
    return dict(zip(some, chosen.of("balanced", some).tolist(), strict=True))


def _shares(values: np.ndarray, n: int, edges: np.ndarray) -> np.ndarray:
    """Return how many of all means over n seeds lie in each bin, in percent."""
    low, shares = sums(np.rint(values / UNIT).astype(int), n)
    at = 100 * UNIT * (low + np.arange(shares.shape[1]) / n)
    return np.asarray(100 * np.histogram(at, edges, weights=shares[n])[0])
