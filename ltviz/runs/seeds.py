"""Many seeds of many methods on the digits: what lacks in their tables is trained, and written as it comes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax

from ltviz import methods
from ltviz.core.checks import one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.errors import BadInput
from ltviz.core.profiles import PROFILES
from ltviz.datasets import digits
from ltviz.methods.objective import objective, spelling
from ltviz.metrics.calibration import ece
from ltviz.metrics.geometry import angle_to_own, centres, compactness, neural_collapse, separation
from ltviz.records import record, seeds
from ltviz.records.identity import planned
from ltviz.runs.digits import Run, train_each
from ltviz.runs.guard import locked, whole

WAIT = 60.0  # seconds: another process may be writing its line into the same table


@dataclass(frozen=True)
class Setting:
    """What the runs of a table have in common beside the method: the data, and how long they are trained."""

    imbalance: float = 50
    profile: str = "exp"
    epochs: int = 60

    @classmethod
    def named(cls, data: str) -> Setting:
        """Read the name of tables, ``"digits-exp50"``.

        Raises
        ------
        BadInput
            If it is not that of tables of digits.
        """
        match = re.fullmatch(r"digits-([a-z]+)(\d+(?:\.\d+)?)", data)
        if match is None:
            raise BadInput(f"many seeds are trained on digits alone, as digits-exp50 or digits-step20; got {data!r}")
        return cls(float(match[2]), one_of("profile", match[1], PROFILES))

    def table(self, text: str, home: Path) -> tuple[Path, seeds.SeedTable]:
        """Return where the table of a method lies, and the table, an empty one if there is none.

        Raises
        ------
        BadInput
            For an unknown method or parameter.
        DataError
            If the table is damaged, or of runs by other settings.
        """
        name, params = methods.parse(text)
        method = methods.on_digits(methods.given(methods.find(name), params), self.epochs)
        counts = digits.counts_of(self.imbalance, self.profile)
        loss, _ = objective(method, counts)
        about = planned(method, spelling(method, loss), "digits", self.profile, float(self.imbalance), 0)
        del about["seed"]
        about |= {"counts": counts.values.tolist(), "epochs": self.epochs, "device": "cpu"}
        about["spelled"] = methods.spelled(name, params)
        path = seeds.path_of(home, about, params)
        return path, seeds.begun(path, about)


def lacking(
    texts: Sequence[str], some: Sequence[int], home: Path, setting: Setting | None = None, *, anew: bool = False
) -> dict[int, list[str]]:
    """Return the methods that each seed lacks in the tables of a folder.

    Parameters
    ----------
    texts, some, home, setting
        See `fill`.
    anew : bool
        Whether a line of an older form, which holds no best epoch, counts as lacking too.

    Raises
    ------
    BadInput, DataError
        See `Setting.table`; also for a bad seed.
    """
    held = {text: (setting or Setting()).table(text, home)[1].lines for text in texts}
    there = {
        text: {seed for seed, line in lines.items() if not anew or seeds.BEST in line} for text, lines in held.items()
    }
    return {
        seed: left for seed in map(checked_seed, some) if (left := [text for text in texts if seed not in there[text]])
    }


def fill(
    texts: Sequence[str], some: Sequence[int], home: Path, setting: Setting | None = None, *, anew: bool = False
) -> Iterator[tuple[str, int]]:
    """Train what the tables lack, seed by seed; a run that is done is written before the next one begins.

    Parameters
    ----------
    texts : sequence of str
        Methods, with parameters in brackets if need be; those that differ in their second stages alone share one
        training.
    some : sequence of int
        Seeds: each draws subset, initial weights and order, so that methods with one seed are paired.
    home : Path
        Folder of records.
    setting : Setting, optional
        The data, and how long.
    anew : bool
        Whether to train again what stands in a line of an older form, which holds no best epoch.

    Yields
    ------
    str and int
        The method and the seed that was written.

    Raises
    ------
    BadInput, DataError
        See `lacking`; nothing is trained then.
    """
    setting = setting or Setting()
    for seed, left in lacking(texts, some, home, setting, anew=anew).items():
        data = digits.load(imbalance=setting.imbalance, profile=setting.profile, seed=seed)
        rows = [(methods.find(name), params) for name, params in map(methods.parse, left)]
        for text, run in zip(left, train_each(rows, data, seed=seed, epochs=setting.epochs), strict=True):
            path, _ = setting.table(text, home)
            with locked(path.parent, wait=WAIT), whole():
                seeds.write(path, setting.table(text, home)[1].with_line(seed, line(run)))
            yield text, seed


def line(run: Run) -> dict[str, Any]:
    """Return what a table holds of a run; see `ltviz.records.seeds.SeedTable`."""
    classes, last = len(run.counts), run.history[-1].measures
    test, labels = run.embedding("test"), run.labels("test")
    means = centres(test, labels, classes)
    near, between = angle_to_own(test, labels, means), separation(means)
    np.fill_diagonal(between, np.inf)
    on_train = record.measure(run.predictions("train"), run.labels("train"), run.counts)
    collapse = neural_collapse(run.embedding("train"), run.labels("train"), run.class_vectors())
    probabilities = softmax(run.logits("test").astype(np.float64), axis=1)
    return {
        "overall": _short(last["overall"]),
        "balanced": _short(last["balanced"]),
        "by_class": _short(last["by_class"]),
        seeds.BEST: best(run),
        "train_by_class": _short(on_train["by_class"]),
        "angle": _short(compactness(run.angles("test"), labels, classes)),
        "spread": _short(compactness(near, labels, classes)),
        "apart": _short(between.min(axis=1)),
        "ece": _short(ece(probabilities, labels, balanced=True)),
        "nc1": _short(collapse.nc1),
        "nc2": _short(collapse.nc2),
        "nc3": _short(collapse.nc3),
        "seconds": round(run.seconds, 3),
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": record.versions(),
    }


def best(run: Run) -> dict[str, Any]:
    """Return the accuracies of the measured epoch with the largest balanced one on the test set.

    Where second stages are fitted, only the epochs of the last one can be selected: before, the method is not whole.
    """
    looks = [each for each in run.history if each.measures and each.stage == run.history[-1].stage]
    found = max(looks, key=lambda each: each.measures["balanced"])
    accuracies = {name: _short(found.measures[name]) for name in ("overall", "balanced", "by_class")}
    return {**accuracies, "epoch": found.epoch, "looks": len(looks)}


def _short(values: Any) -> Any:
    """Return numbers with the digits that mean something: a test set has 440 images."""
    return np.round(values, 5).tolist()
