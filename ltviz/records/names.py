"""Names of recorded runs, as the control ``records`` takes them, and the files that they mean; no torch."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ltviz import datasets, methods
from ltviz.core.checks import file_name, one_of, spelled
from ltviz.core.errors import BadInput
from ltviz.records import record

_NAME = re.compile(
    r"(?P<data>(?P<dataset>[A-Za-z0-9][A-Za-z0-9._-]*)-(?P<profile>[a-z]+)(?P<imbalance>\d+(\.\d+)?))(-(?P<recipe>[a-z]+))?"
)


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
        return datasets.source_of(self.dataset).titled(self.dataset)

    @property
    def folder(self) -> str:
        """The folder of this data below one of records."""
        return f"{self.dataset}-{self.profile}{spelled(self.imbalance)}"

    @property
    def words(self) -> str:
        """The data as captions have it."""
        return f"{self.title}, imbalance {spelled(self.imbalance)} ({self.profile})"

    @property
    def flags(self) -> str:
        """What `ltviz train` is told to record runs of this data."""
        source = datasets.source_of(self.dataset)
        told = {"name": source.titled(self.dataset), "profile": self.profile, "imbalance": spelled(self.imbalance)}
        said = [f"--{word} {value}" for word, value in told.items() if word in source.takes]
        return " ".join([f"--dataset {source.name}", *said, *(["--data DIR"] if "name" in source.takes else [])])

    def files(self) -> list[Path]:
        """Return the files of all records of this data, of any method and recipe, that can be read."""
        runs = record.places(record.homes(), self.folder).files.values()
        some = (file.with_name(name) for of in runs for file in of for name in ("run.json", "geometry.npz"))
        return [file for file in some if file.is_file() and os.access(file, os.R_OK)]


def net_words(models: Iterable[str]) -> str:
    """Return nets as captions have them: ``"ResNet-32"`` of ``["resnet32"]``."""
    return " and ".join(sorted({re.sub(r"^resnet(\d+)", r"ResNet-\1", model).replace("_", " ") for model in models}))


def named(text: str, *, tables: bool = False) -> Records:
    """Read ``"cifar10-exp100-short"``: data set, profile and imbalance, and a recipe where one is meant.

    Parameters
    ----------
    text : str
        The name.
    tables : bool
        Whether data of which there are tables of seeds alone may be meant as well, as ``"digits-exp50"``.

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
    file_name("data set", match["data"])
    source = datasets.source_of(match["dataset"])
    one_of("the records' data set", source.name, datasets.names() if tables else datasets.recorded())
    return Records(
        match["dataset"],
        one_of("the records' profile", match["profile"], source.profiles),
        float(match["imbalance"]),
        (one_of("the records' recipe", match["recipe"], methods.RECIPES),) if match["recipe"] else methods.RECIPES,
    )
