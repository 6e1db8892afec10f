"""Many seeds of one method on one data set, in one file: a line of numbers for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core import files
from ltviz.core.checks import one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError
from ltviz.records import record
from ltviz.records._reading import damaged
from ltviz.records.identity import broken, in_words, sealed

FILE = "seeds.json"
ABOUT = ("method", "spelled", "loss", "dataset", "profile", "imbalance", "counts", "recipe", "epochs", "settings")
# What a line holds: by class (C,), or one number.
BY_CLASS = ("by_class", "train_by_class", "angle", "spread", "apart")
NUMBERS = ("overall", "balanced", "ece", "nc1", "nc2", "nc3", "seconds")
BEST = "best"  # of newer lines: test accuracies of the best measured epoch, that epoch, and how many were measured


@dataclass(frozen=True)
class SeedTable:
    """The seeds of one method.

    Parameters
    ----------
    about : mapping
        What the runs have in common: method, loss, dataset, profile, imbalance, counts, recipe, settings; and the
        method as it is spelled, with its parameters.
    lines : dict of int to mapping
        By seed. Test accuracy ``overall``, ``balanced`` and ``by_class``, training accuracy ``train_by_class``, all in
        [0, 1]; ``angle``, the mean angle of a class's test images to its class vector, and ``spread``, that to the mean
        direction of the class's test images, and ``apart``, the angle of that direction to the nearest other class's,
        radians; ``ece``, the calibration error with every class weighing alike,
        in [0, 1]; ``nc1`` to ``nc3``, see `ltviz.metrics.geometry.neural_collapse`; ``seconds``, the
        processor time of the training and its second stages; ``date`` and ``versions``. Newer lines hold ``best``: of
        the epoch with the largest balanced accuracy on the test set ``overall``, ``balanced``, ``by_class`` and
        ``epoch``, and ``looks``, among how many epochs it was chosen. A table made from records of runs has
        accuracies, ``best`` and ``seconds`` alone.
    """

    about: Mapping[str, Any]
    lines: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def counts(self) -> ClassCounts:
        """Training counts."""
        return ClassCounts(self.about["counts"])

    def of(self, name: str, seeds: Sequence[int]) -> np.ndarray:
        """Return one of `NUMBERS` (S,), or of `BY_CLASS` (S, C), for some seeds.

        Raises
        ------
        DataError
            If the seeds were recorded without it.
        """
        if lacking := [seed for seed in seeds if name not in self.lines[seed]]:
            raise DataError(f"{self.about['spelled']} was recorded without {name} for seed {lacking[0]}")
        return np.array([self.lines[seed][name] for seed in seeds], np.float64)

    def has(self, name: str) -> bool:
        """Whether every seed holds a number, or numbers by class, of that name."""
        return all(name in line for line in self.lines.values())

    def selected(self, rule: str) -> SeedTable:
        """Return the table whose accuracies are those of the epoch that a rule selects, without the seeds that lack it.

        Parameters
        ----------
        rule : {"last", "val", "best-on-test"}
            See `record.RULES`; none of the lines keeps what "val" selects.
        """
        if one_of("select", rule, record.RULES) == "last":
            return self
        some = self.lines.items() if rule == "best-on-test" else ()
        return SeedTable(self.about, {seed: {**line, **line[BEST]} for seed, line in some if BEST in line})

    def with_line(self, seed: int, line: Mapping[str, Any]) -> SeedTable:
        """Return the table with one more seed."""
        return SeedTable(self.about, dict(sorted({**self.lines, checked_seed(seed): line}.items())))


def path_of(home: Path, about: Mapping[str, Any], params: Mapping[str, Any]) -> Path:
    """Return where a table lies: ``<dataset>-<profile><imbalance>/<method>-<recipe>/seeds.json``.

    Parameters that are not the method's own stand behind its name, as in the folder of a run.
    """
    told = {name: about[name] for name in ("dataset", "profile", "imbalance", "method", "recipe")}
    return record.place(home, **told, seed=0, **params).with_name(FILE)


def write(path: Path, table: SeedTable) -> None:
    """Write a table in place of the one that is there, whole or not at all."""
    content = {**table.about, "lines": {str(seed): dict(line) for seed, line in table.lines.items()}}
    files.write_json(path, sealed(content, None))


def read(path: Path) -> SeedTable:
    """Read a table.

    Raises
    ------
    Damaged
        If it cannot be read, is not as it was written, or lacks what its readers need; the message names the file.
    """
    try:
        content = files.read_json(files.regular_file(path))
        wrong = broken(content) or _fault(content)
    except OSError as error:
        raise damaged(path, f"cannot read {path}: {error.strerror or error}") from error
    except DataError as error:
        raise damaged(path, str(error)) from error
    if wrong:
        raise damaged(path, f"{path} is no table of seeds: {wrong}")
    about = {name: value for name, value in content.items() if name not in ("lines", "sha256")}
    return SeedTable(about, {int(seed): line for seed, line in content["lines"].items()})


def begun(path: Path, about: Mapping[str, Any]) -> SeedTable:
    """Return the table that lies there, or an empty one to begin with.

    Raises
    ------
    DataError
        If what lies there is damaged, or of runs by other settings.
    """
    if not path.exists():
        return SeedTable(about)
    table = read(path)
    if other := in_words(table.about, about):
        raise DataError(f"{path} holds runs by other settings: {other}; move it away, or measure into another folder")
    return table


def tables(homes: Sequence[Path], data: str) -> tuple[dict[str, SeedTable], tuple[record.Damaged, ...]]:
    """Return the tables of one data set by the method as it is spelled, and what is damaged.

    Where several folders have a method, the first one counts.

    Parameters
    ----------
    homes : sequence of Path
        Folders of records.
    data : str
        ``"digits-exp50"``.
    """
    found: dict[str, SeedTable] = {}
    faults = []
    for path in paths(homes, data):
        try:
            table = read(path)
        except record.Damaged as fault:
            faults.append(fault)
        else:
            found.setdefault(table.about["spelled"], table)
    return found, tuple(faults)


def paths(homes: Sequence[Path], data: str) -> list[Path]:
    """Return where tables of one data set lie, folder by folder."""
    return [path for home in homes for path in sorted((home / data).glob(f"*/{FILE}"))]


def costs(homes: Sequence[Path], data: str = "digits-exp50", base: str = "erm") -> dict[str, float]:
    """Return each method's processor time over that of a plain one: the median over the seeds that both have."""
    held, _ = tables(homes, data)
    told = {}
    for name, table in held.items():
        common = sorted(set(table.lines) & set(held[base].lines)) if base in held else []
        if common:
            told[name] = float(np.median(table.of("seconds", common) / held[base].of("seconds", common)))
    return told


def _fault(content: Any) -> str:
    needed = (
        "method",
        "loss",
        "dataset",
        "profile",
        "imbalance",
        "counts",
        "recipe",
        "epochs",
        "settings",
        "spelled",
        "lines",
    )
    if not isinstance(content, dict) or (lacking := [name for name in needed if name not in content]):
        return f"it lacks {', '.join(lacking) if isinstance(content, dict) else 'everything'}"
    classes = len(content["counts"])
    for seed, line in content["lines"].items():
        wrong = _odd(line, (*BY_CLASS, *NUMBERS), classes)
        if not wrong and BEST in line:
            wrong = _odd(line[BEST], ("overall", "balanced", "by_class", "epoch", "looks"), classes, f"{BEST}.")
        if wrong or not seed.isdecimal():
            return f"seed {seed}: {wrong or 'it is no whole number'}"
    return ""


def _odd(line: Any, names: Sequence[str], classes: int, place: str = "") -> str:
    """Say which name of a line has no numbers, or not as many as it must have."""
    for name in names:
        values = np.asarray(line.get(name) if isinstance(line, Mapping) else None, object)
        shape = (classes,) if name in BY_CLASS else ()
        if values.shape != shape or not all(isinstance(v, int | float) for v in values.ravel()):
            return f"{place}{name} must be {'one number' if not shape else f'{classes} numbers'}"
    return ""
