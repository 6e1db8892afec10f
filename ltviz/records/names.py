"""Names of recorded runs, as the control ``records`` takes them, and the files that they mean; no torch."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ltviz import methods
from ltviz.core.checks import one_of, spelled
from ltviz.core.errors import BadInput
from ltviz.core.profiles import PROFILES
from ltviz.records import record

_NAME = re.compile(r"(?P<dataset>[a-z]+\d*)-(?P<profile>[a-z]+)(?P<imbalance>\d+(\.\d+)?)(-(?P<recipe>[a-z]+))?")
TITLES = {"cifar10": "CIFAR-10-LT", "cifar100": "CIFAR-100-LT"}


@dataclass(frozen=True)
class Records:
    """Which recorded runs are meant.

    Parameters
    ----------
    dataset, profile : str
        The data, and the profile of its tail.
    imbalance : float
        Most frequent over rarest class.
    recipes : tuple of str
        The one that was named, or all.
    """

    dataset: str
    profile: str
    imbalance: float
    recipes: tuple[str, ...]

    @property
    def title(self) -> str:
        """The data set as titles have it."""
        return TITLES[self.dataset]

    @property
    def folder(self) -> str:
        """The folder of this data below one of records."""
        return f"{self.dataset}-{self.profile}{spelled(self.imbalance)}"

    @property
    def words(self) -> str:
        """The data as captions have it."""
        return f"{self.title}, imbalance {spelled(self.imbalance)} ({self.profile})"

    def files(self) -> list[Path]:
        """Return the files of all records of this data, of any method and recipe, that can be read."""
        runs = record.places(record.shipped(), self.folder).files.values()
        some = (file.with_name(name) for of in runs for file in of for name in ("run.json", "geometry.npz"))
        return [file for file in some if file.is_file() and os.access(file, os.R_OK)]


def named(text: str) -> Records:
    """Read ``"cifar10-exp100-short"``: data set, profile and imbalance, and a recipe where one is meant.

    Raises
    ------
    BadInput
        If the text is no such name.
    """
    match = _NAME.fullmatch(text)
    if match is None:
        raise BadInput(
            f"records must be empty or name recorded runs, such as cifar10-exp100 or cifar10-exp100-short; got {text!r}"
        )
    return Records(
        one_of("the records' data set", match["dataset"], tuple(TITLES)),
        one_of("the records' profile", match["profile"], PROFILES),
        float(match["imbalance"]),
        (one_of("the records' recipe", match["recipe"], methods.RECIPES),) if match["recipe"] else methods.RECIPES,
    )
