"""Compare: a loss or method against others over seeds, by what each seed makes of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import number, one_of
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.losses import make_loss, names, parse
from ltviz.metrics.geometry import angle_to_own, separation
from ltviz.metrics.interval import Interval, over_seeds, paired
from ltviz.training import methods
from ltviz.training.methods import METHODS, Method

Told = Callable[[str, int], object]


@dataclass(frozen=True)
class Scores:
    """One method's numbers, each array one per seed (S,).

    Parameters
    ----------
    name : str
        As it was spelled.
    balanced : ndarray
        Balanced test accuracy after the last epoch, in [0, 1].
    by_class : ndarray (S, C)
        Test accuracy of each class.
    by_group : dict of str to ndarray, or None
        Of many, medium and few; None where there are no such classes.
    angle : ndarray
        Mean angle of test images to the vector of their class, every class counting alike, radians.
    apart : ndarray
        Smallest angle between two class vectors, radians.
    """

    name: str
    balanced: np.ndarray
    by_class: np.ndarray
    by_group: dict[str, np.ndarray | None]
    angle: np.ndarray
    apart: np.ndarray


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
    """One method beside others; see `compare`."""

    data: str
    counts: ClassCounts
    rule: str
    groups: str
    seeds: tuple[int, ...]
    scores: tuple[Scores, ...]
    means: tuple[Interval, ...]
    differences: tuple[Difference, ...]


def compare(
    own: str | Path,
    against: Sequence[str],
    *,
    dataset: str = "digits",
    seeds: int = 5,
    imbalance: float | None = None,
    profile: str = "exp",
    epochs: int | None = None,
    recipe: str = "basic",
    device: str = "auto",
    data: Any = None,
    told: Told | None = None,
) -> Comparison:
    """Train a loss or method and those it is compared with on the same seeds.

    Parameters
    ----------
    own : str or Path
        A Python file with a loss (it runs as a program), or the name of a method or loss.
    against : sequence of str
        Names of methods or losses, each with parameters in brackets if need be.
    dataset : {"digits", "cifar10", "cifar100"}
        What on. A seed of digits draws its subset too.
    seeds : int
        How many: 0, 1, ...
    imbalance : float, optional
        By default 50 for digits and 100 for CIFAR.
    profile, epochs, recipe, device
        See `ltviz.training.runs.train` and `ltviz.training.cifar_runs.train`; recipe and device are CIFAR's.
    data : Cifar, optional
        Instead of the data set's name.
    told : callable, optional
        Hears which method and seed is about to be trained.

    Returns
    -------
    Comparison

    Raises
    ------
    BadInput
        For an unknown name or a value out of range; nothing is trained then.
    """
    one_of("dataset", dataset, ("digits", "cifar10", "cifar100"))
    count = number("seeds", seeds, 1, 1000, whole=True)
    spelled, rows = _methods(own, against)
    if imbalance is None:
        imbalance = 50 if dataset == "digits" else 100
    train = (
        _on_digits(imbalance, profile, 60 if epochs is None else epochs)
        if dataset == "digits"
        else _on_cifar(dataset, imbalance, profile, epochs, recipe, device, data)
    )
    scores = []
    for name, (method, params) in zip(spelled, rows, strict=True):
        found = []
        for seed in range(count):
            if told:
                told(name, seed)
            found.append(train(method, params, seed))
        scores.append(_scores(name, [each for each, _ in found]))
        counts, words = found[0][1]
    return Comparison(
        data=words,
        counts=counts,
        rule="after the last epoch",
        groups=counts.groups().text,
        seeds=tuple(range(count)),
        scores=tuple(scores),
        means=tuple(over_seeds(each.balanced) for each in scores),
        differences=tuple(_difference(scores[0], other) for other in scores[1:]),
    )


def find(text: str) -> tuple[Method, dict[str, Any]]:
    """Return the method of that name, or one that is a loss and nothing else, and its loss's parameters.

    Raises
    ------
    BadInput
        If there is neither.
    """
    name = text.partition("(")[0].strip()
    if name in METHODS:
        return methods.find(name), methods.parse(text)[1]
    if name not in names():
        raise BadInput(f"{name!r} is neither a method (ltviz list methods) nor a loss (ltviz list losses)")
    params = parse(text)[1]
    needs = make_loss(name, [2, 1], **params).needs()
    return Method(name, name, "the loss by itself", head="cosine" if "cosine" in needs else "linear"), params


def _methods(own: str | Path, against: Sequence[str]) -> tuple[list[str], list[tuple[Method, dict[str, Any]]]]:
    first = str(own)
    if first.endswith(".py"):
        from ltviz.losses._laws import load

        first = load(own)[0].name
    every = [first, *against]
    if len(every) < 2 or len(set(every)) != len(every):
        raise BadInput(f"compare one method with others, each named once; got {', '.join(every)}")
    return every, [find(name) for name in every]


_Outcome = tuple[dict[str, Any], tuple[ClassCounts, str]]
_Train = Callable[[Method, dict[str, Any], int], _Outcome]


def _on_digits(imbalance: float, profile: str, epochs: int) -> _Train:
    from ltviz.datasets import digits
    from ltviz.training import runs

    def train(method: Method, params: dict[str, Any], seed: int) -> _Outcome:
        data = digits.load(imbalance=imbalance, profile=profile, seed=seed)
        run = runs.train(method, data, seed=seed, epochs=epochs, **params)
        angles = angle_to_own(run.test_embedding, run.test_labels, run.prototypes)
        told = _numbers(run.record()["last"], angles, run.test_labels, run.prototypes)
        return told, (run.counts, f"digits, {profile}, imbalance {imbalance:g}, {epochs} epochs")

    return train


def _on_cifar(
    dataset: str, imbalance: float, profile: str, epochs: int | None, recipe: str, device: str, data: Any
) -> _Train:
    from ltviz.datasets import cifar
    from ltviz.training import cifar_runs

    given = cifar.load(dataset, imbalance=imbalance, profile=profile) if data is None else data

    def train(method: Method, params: dict[str, Any], seed: int) -> _Outcome:
        run = cifar_runs.train(
            method, given, seed=seed, epochs=epochs, recipe=recipe, device=device, progress=True, **params
        )
        assert run.geometry is not None
        angles, prototypes = (run.geometry[key].astype(np.float64) for key in ("test_own_angle", "prototypes"))
        told = _numbers(run.record["last"], angles, given.test_labels, prototypes)
        words = f"{given.name}, {given.profile}, imbalance {given.imbalance:g}, {run.record['epochs']} epochs, {recipe}"
        return told, (given.counts, words)

    return train


def _numbers(last: dict[str, Any], angles: np.ndarray, labels: np.ndarray, vectors: np.ndarray) -> dict[str, Any]:
    classes = np.unique(labels)
    between = separation(vectors)
    return {
        **{key: last[key] for key in ("balanced", "by_class", "by_group")},
        "angle": float(np.mean([angles[labels == c].mean() for c in classes])),
        "apart": float(between[~np.eye(len(between), dtype=bool)].min()),
    }


def _scores(name: str, runs: Sequence[dict[str, Any]]) -> Scores:
    groups = {
        group: None if runs[0]["by_group"][group] is None else np.array([run["by_group"][group] for run in runs])
        for group in runs[0]["by_group"]
    }
    each = {key: np.array([run[key] for run in runs]) for key in ("balanced", "by_class", "angle", "apart")}
    return Scores(name=name, by_group=groups, **each)


def _difference(own: Scores, other: Scores) -> Difference:
    groups: dict[str, Interval | None] = {}
    for group, values in own.by_group.items():
        theirs = other.by_group[group]
        groups[group] = None if values is None or theirs is None else paired(values, theirs)
    return Difference(other.name, own.balanced - other.balanced, paired(own.balanced, other.balanced), groups)
