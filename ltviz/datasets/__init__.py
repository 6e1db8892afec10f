"""Data: toy problems in the plane with known densities, and data sets of images, each found by the name of its file.

A file or folder here that has a `SOURCE` is a data set: `ltviz list datasets` names it, and so do the flags, records
and comparisons. What it answers is `DataSet`; `Images` answers it for images in memory.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from ltviz.core.checks import did_you_mean, one_of
from ltviz.core.errors import BadInput
from ltviz.datasets._base import SPLITS, TAKES, DataSet, Images, Selection, Source, fingerprint
from ltviz.datasets._contact_sheet import contact_sheets

__all__ = [
    "SPLITS",
    "TAKES",
    "DataSet",
    "Images",
    "Selection",
    "Source",
    "contact_sheets",
    "fingerprint",
    "names",
    "recorded",
    "select",
    "source",
    "source_of",
]

_HERE = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """Return the names of all data sets, from their files; none is imported."""
    files = [*_HERE.glob("[a-z]*.py"), *_HERE.glob("[a-z]*/__init__.py")]
    own = [path for path in files if re.search(r"(?m)^SOURCE\b", path.read_text("utf-8"))]
    return tuple(sorted(path.parent.name if path.stem == "__init__" else path.stem for path in own))


def source(name: str) -> Source:
    """Return the source of that name.

    Raises
    ------
    BadInput
        For an unknown name; the message lists them.
    """
    one_of("dataset", name, names())
    found: Source = importlib.import_module(f"{__name__}.{name}").SOURCE
    found.name = name
    return found


def recorded() -> tuple[str, ...]:
    """Return the names of those whose runs are recorded."""
    return tuple(name for name in names() if source(name).recorded)


def source_of(dataset: str) -> Source:
    """Return the source of a data set by the name that its records have: ``"cifar10"``, ``"folder-pets"``.

    Raises
    ------
    BadInput
        Where there is none.
    """
    first, dash, _ = dataset.partition("-")
    found = source(first) if first in names() else None
    if found is None or (dash and "name" not in found.takes):
        raise BadInput(
            f"no data set is called {dataset!r}; there are {', '.join(names())}.{did_you_mean(dataset, names())}"
        )
    return found


def select(dataset: str, /, **choice: Any) -> Selection:
    """Choose a data set: its name and counts at once, its images when they are read.

    Parameters
    ----------
    dataset : str
        One of `names`.
    **choice
        What the data set takes (see `TAKES`); None is as if it were left out.

    Raises
    ------
    BadInput
        For an unknown name, a word that does nothing for this data set, or a bad value.
    DataError
        Where its files are not what they should be.

    Examples
    --------
    >>> chosen = select("digits", imbalance=20)
    >>> chosen.name, chosen.counts.largest, chosen.counts.smallest
    ('digits', 110, 5)
    >>> data = chosen.read()
    >>> data.take([0, 1], "test").shape
    (2, 8, 8, 3)
    """
    found = source(dataset)
    return found.select(**found.checked(choice))
