"""Trained nets that a study asks: on digits, trained here; on CIFAR-LT, read from recorded runs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ltviz.core.counts import ClassCounts
from ltviz.records import record
from ltviz.records.finished import FinishedRun
from ltviz.records.names import named, net_words
from ltviz.records.shelf import Shelf
from ltviz.studies._digits import runs_of, setting, spelled


@dataclass(frozen=True)
class Nets:
    """What a study asks, and what its title and its caption say of it.

    Parameters
    ----------
    data : str
        For a title: the data set, and what has no record.
    setting : str
        For a caption: a sentence on data and training.
    of : mapping of str to tuple of FinishedRun
        For each method, as it was spelled, the same seeds.
    """

    data: str
    setting: str
    of: Mapping[str, tuple[FinishedRun, ...]]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of each method."""
        return tuple(net.seed for net in next(iter(self.of.values())))

    @property
    def counts(self) -> ClassCounts:
        """Training counts, the same for all."""
        return next(iter(self.of.values()))[0].counts


def nets_of(
    methods: str,
    imbalance: float,
    profile: str,
    epochs: int,
    seeds: Sequence[int],
    records: str = "",
    *,
    images: bool = False,
    paper: str = "",
) -> Nets:
    """Return recorded nets where `records` names some; else nets trained on digits, and say what has no record.

    Parameters
    ----------
    methods : str
        See `runs_of`.
    imbalance, profile, epochs
        Of the digits, where nets are trained on them.
    seeds : sequence of int
        Those wanted. Of recorded runs, those that every method has are taken.
    records : str
        Empty, or recorded runs: ``"cifar10-exp100-short"`` (data set, profile and imbalance, recipe). Without a
        recipe, that of the most epochs which has every method.
    images : bool
        Whether angles or margins of single images will be asked, which only some records have.
    paper : str
        The data of the paper's own figure, for the title of a figure on other data.

    Raises
    ------
    BadInput
        If `records` is no such name, or methods are not different ones.
    DataError
        If a record cannot be read.
    """
    missing, left = _other("digits", paper), ""
    if records:
        shelf = Shelf(named(records), images)
        recorded = _recorded(methods, seeds, shelf)
        left = record.left_out(shelf.faults)
        if isinstance(recorded, Nets):
            return replace(
                recorded, data=recorded.data + _other(shelf.records.title, paper), setting=recorded.setting + left
            )
        missing = f"; no record of {recorded}"
        warnings.warn(
            f"no record of {recorded}, so that every method is trained on digits instead: ltviz train "
            f"{shelf.records.flags} --method NAME records one",
            record.RecordWarning,
            stacklevel=2,
        )
    trained = runs_of(methods, imbalance, profile, epochs, seeds)
    nets = {name: tuple(runs) for name, runs in trained.items()}
    return Nets(f"digits{missing}", setting(imbalance, profile) + left, nets)


def _other(data: str, paper: str) -> str:
    """Say for a title which data the paper's figure has, where it is other data."""
    return f"; the paper has {paper}" if paper not in ("", data) else ""


def _lengths(nets: Mapping[str, Sequence[FinishedRun]]) -> str:
    """Say how many epochs the nets were trained, a second stage's not among them."""
    of = {text: {sum("stage" not in row for row in net.rows) for net in each} for text, each in nets.items()}
    every = set().union(*of.values())
    if len(every) == 1:
        (epochs,) = every
        return f"{epochs} epoch{'s' * (epochs != 1)}"
    return "epochs: " + ", ".join(f"{text} {' and '.join(map(str, sorted(each)))}" for text, each in of.items())


def _recorded(methods: str, seeds: Sequence[int], shelf: Shelf) -> Nets | str:
    """Return the recorded nets, or in words what has no record."""
    texts, best, lacking = spelled(methods), None, spelled(methods)
    records = shelf.records
    for recipe in records.recipes:
        held = shelf.of(texts, recipe, seeds)
        none = [text for text, of in held.items() if not of and not shelf.holds_others(text, recipe, seeds)]
        lacking = min(lacking, none, key=len)
        common = [seed for seed in seeds if all(seed in of for of in held.values())]
        if not common:
            continue
        nets = {text: tuple(of[seed] for seed in common) for text, of in held.items()}
        epochs = min(len(net.rows) for each in nets.values() for net in each)
        if best is None or epochs > best[0]:
            best = epochs, recipe, nets
    if best is None:
        which = f"seed {seeds[0]}" if len(seeds) == 1 else "a seed in common"
        whose = f"{'single images of ' * shelf.images}{', '.join(lacking or texts)}"
        return f"{whose} on {records.words}" if lacking else f"{whose} with {which} on {records.words}"
    _, recipe, nets = best
    verified = all(net.verified for each in nets.values() for net in each)
    models = net_words(net.model for each in nets.values() for net in each)
    words = f"Recorded runs: {records.words}, {models}, recipe {recipe}, {_lengths(nets)}."
    words += "" if verified else " Not verified: the images are not the published ones."
    return Nets(records.title + ", images not verified" * (not verified), words, nets)
