"""Compare: a loss or method against others over seeds, by what each seed makes of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltviz import datasets, methods
from ltviz.core.checks import number, spelled
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import DataSet, Selection
from ltviz.metrics.interval import Interval, over_seeds, paired
from ltviz.records import record
from ltviz.runs._pairs import Entry, Run, Say, hash_of, on_digits, on_recorded


@dataclass(frozen=True)
class Scores:
    """One method's numbers, each array one per seed (S,).

    Parameters
    ----------
    name : str
        As it was spelled; of a loss of one's own, its name.
    loss : str
        The loss with the parameters that it was trained with, as spelled for flags.
    epochs : int
        How long.
    file_sha256 : str or None
        Of the file of a loss of one's own.
    runs : tuple of str
        Where each seed's run is recorded; none on digits.
    balanced : ndarray
        Balanced test accuracy after the last epoch, in [0, 1].
    by_class : ndarray (S, C)
        Test accuracy of each class.
    by_group : dict of str to ndarray, or None
        Of many, medium and few; None where there are no such classes.
    angle : ndarray or None
        Mean angle of test images to the vector of their class, every class counting alike, radians; None where a run
        was recorded without its angles.
    apart : ndarray or None
        Smallest angle between two class vectors, radians.
    """

    name: str
    loss: str
    epochs: int
    file_sha256: str | None
    runs: tuple[str, ...]
    balanced: np.ndarray
    by_class: np.ndarray
    by_group: dict[str, np.ndarray | None]
    angle: np.ndarray | None
    apart: np.ndarray | None


@dataclass(frozen=True)
class Difference:
    """The first method minus another one, seed by seed: what a seed does to both cancels.

    Parameters
    ----------
    against : str
        The other one.
    seeds : ndarray (S,)
        Differences of balanced accuracy.
    balanced : Interval
        Over them.
    groups : dict of str to Interval or None
        The same for many, medium and few.
    """

    against: str
    seeds: np.ndarray
    balanced: Interval
    groups: dict[str, Interval | None]


@dataclass(frozen=True)
class Comparison:
    """One method beside others; see `compare`. By the papers' recipes `epochs` may differ: it is None then.

    `verified` is whether the images are the published ones, `tested` how many test images each class has.
    """

    dataset: str
    profile: str
    imbalance: float
    recipe: str
    epochs: int | None
    versions: dict[str, str]
    counts: ClassCounts
    tested: np.ndarray
    verified: bool
    rule: str
    groups: str
    seeds: tuple[int, ...]
    scores: tuple[Scores, ...]
    means: tuple[Interval, ...]
    differences: tuple[Difference, ...]

    @property
    def data(self) -> str:
        """What was trained on, and how, in words."""
        lengths = sorted({each.epochs for each in self.scores})
        ratio = f"imbalance {spelled(self.imbalance)}"
        words = [self.dataset, self.profile, ratio, f"{' or '.join(map(str, lengths))} epochs"]
        words += [f"recipe {self.recipe}"] if datasets.source_of(self.dataset).recorded else []
        return ", ".join([*words, *([] if self.verified else ["images not verified"])])


def compare(
    own: str | Path,
    against: Sequence[str],
    *,
    dataset: str = "digits",
    seeds: int = 5,
    epochs: int | None = None,
    recipe: str = "basic",
    device: str = "auto",
    data: DataSet | Selection | None = None,
    out: Path | None = None,
    say: Say = lambda text: None,
    progress: bool = True,
    **choice: Any,
) -> Comparison:
    """Train a loss or method and those it is compared with on the same seeds.

    Parameters
    ----------
    own : str or Path
        A Python file with a loss (it runs as a program), or the name of a method or loss.
    against : sequence of str
        Names of methods or losses, each with parameters in brackets if need be.
    dataset : str
        What on: one of `ltviz.datasets.names`. A seed of digits draws its subset too.
    seeds : int
        How many: 0, 1, ...
    epochs, recipe, device
        See `ltviz.runs.digits.train` and `ltviz.runs.recorded.train`; digits have no recipe and no device.
    data : DataSet or Selection, optional
        Instead of the data set's name and the choice from it.
    out : Path, optional
        The folder where each run is recorded, except on digits. One that is there with the same settings is taken as
        it is, one that was stopped goes on. By default nothing is written. A loss of one's own stands there under its
        name and the beginning of its file's SHA-256: a changed file is trained anew. What the file imports is not
        looked at.
    say : callable, optional
        Hears, in a line of text, what is about to be trained, and where it is recorded what was.
    progress : bool
        Whether lines on stderr say how far each recorded run is.
    **choice
        What the data set takes, such as ``imbalance`` and ``profile``: see `ltviz.datasets.select`.

    Returns
    -------
    Comparison

    Raises
    ------
    BadInput
        For an unknown name or a value out of range; nothing is trained then.
    DataError
        If a record in `out` is that of another run; nothing is trained then.
    LtvizError
        If a run fails; what was recorded stays.

    Examples
    --------
    One epoch of digits, far too few to judge a loss by; the default is 60, and 5 seeds:

    >>> comparison = compare("ldam", ["ce"], seeds=2, epochs=1)
    >>> comparison.data
    'digits, exp, imbalance 50, 1 epochs'
    >>> comparison.differences[0].against, comparison.differences[0].balanced.n
    ('ce', 2)
    """
    some = tuple(range(number("seeds", seeds, 1, 1000, whole=True)))
    if data is not None and choice:
        raise BadInput(f"{', '.join(choice)} would do nothing: the data say themselves what they are")
    asked = datasets.select(dataset, **choice) if data is None else data
    source, entries = datasets.source_of(asked.name), _entries(own, against, asked.counts)
    if source.recorded:
        from ltviz.runs.recorded import Shared

        shared = Shared(
            epochs=epochs, recipe=recipe, device=device, out=out, resume=True, set_aside=True, progress=progress
        )
        images = asked.read() if isinstance(asked, Selection) else asked
        trained = on_recorded(entries, some, images, shared, say)
    else:
        trained = on_digits(entries, some, asked.imbalance, asked.profile, 60 if epochs is None else epochs, say)
    scores = tuple(_scores(entry, runs) for entry, runs in zip(entries, trained.runs, strict=True))
    lengths = {each.epochs for each in scores}
    return Comparison(
        dataset=trained.dataset,
        profile=trained.profile,
        imbalance=trained.imbalance,
        recipe=trained.recipe,
        epochs=lengths.pop() if len(lengths) == 1 else None,
        versions=record.versions(),
        counts=trained.counts,
        tested=trained.tested,
        verified=trained.verified,
        rule="after the last epoch",
        groups=trained.counts.groups().text,
        seeds=some,
        scores=scores,
        means=tuple(over_seeds(each.balanced) for each in scores),
        differences=tuple(_difference(scores[0], other) for other in scores[1:]),
    )


def _entries(own: str | Path, against: Sequence[str], counts: ClassCounts) -> list[Entry]:
    first = str(own)
    if first.endswith(".py"):
        from ltviz.losses.laws import load

        names = [cls.name for cls in load(own)]
        if len(names) > 1:
            raise BadInput(
                f"{own} holds {len(names)} losses, {', '.join(names)}, where one is compared: let the names of the "
                "other classes begin with _"
            )
        first = names[0]
    every = [first, *against]
    entries = []
    for name in every:
        method, params = methods.meant(name, counts)
        entries.append(Entry(name, method, params, hash_of(method.loss)))
    different = {(each.method.name, repr(sorted(each.params.items()))) for each in entries}
    if not against or len(different) < len(entries):
        raise BadInput(f"compare one method with others, each named once; got {', '.join(every)}")
    return entries


def _scores(entry: Entry, runs: Sequence[Run]) -> Scores:
    groups = {
        group: None if value is None else np.array([run.last["by_group"][group] for run in runs])
        for group, value in runs[0].last["by_group"].items()
    }
    known = all(run.angle is not None for run in runs)
    return Scores(
        name=entry.name,
        loss=runs[0].loss,
        epochs=runs[0].epochs,
        file_sha256=entry.sha256,
        runs=tuple(run.place for run in runs if run.place),
        balanced=np.array([run.last["balanced"] for run in runs]),
        by_class=np.array([run.last["by_class"] for run in runs]),
        by_group=groups,
        angle=np.array([run.angle for run in runs]) if known else None,
        apart=np.array([run.apart for run in runs]) if known else None,
    )


def _difference(own: Scores, other: Scores) -> Difference:
    groups: dict[str, Interval | None] = {}
    for group, values in own.by_group.items():
        theirs = other.by_group[group]
        groups[group] = None if values is None or theirs is None else paired(values, theirs)
    return Difference(other.name, own.balanced - other.balanced, paired(own.balanced, other.balanced), groups)
