"""A folder of images to practise on, for who has none: some of scikit-learn's handwritten digits, as PNG files."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ltviz.core.errors import BadInput

COUNTS = {3: 160, 5: 110, 8: 75, 9: 50, 1: 34, 7: 24}  # images of each digit
NAME = "my_digits"


def practice(home: str | os.PathLike[str] | None = None, counts: Mapping[int, int] = COUNTS) -> Path:
    """Write a folder of images, one sub-folder for each class, and return it.

    Parameters
    ----------
    home : path, optional
        The folder, which must not be there yet. By default one named ``my_digits`` in a place of its own, which is
        removed when Python ends.
    counts : mapping of int to int
        How many images of each digit, at most 174. Digit 3 is in the sub-folder ``digit 3``.

    Raises
    ------
    BadInput
        For a folder that is there already, or a digit that has not so many images.

    Examples
    --------
    >>> from pathlib import Path
    >>> folder = practice()
    >>> sorted(each.name for each in folder.iterdir())
    ['digit 1', 'digit 3', 'digit 5', 'digit 7', 'digit 8', 'digit 9']
    """
    from PIL import Image
    from sklearn.datasets import load_digits

    found = load_digits()
    for digit, count in counts.items():
        there = int((found.target == digit).sum())
        if not 0 < count <= there:
            raise BadInput(f"counts[{digit!r}] must be from 1 to {there}, the images that there are; got {count}")
    place = _own() if home is None else Path(home)
    if place.exists():
        raise BadInput(f"{place} is there already: practice writes a new folder")
    for digit, count in counts.items():
        of_class = place / f"digit {digit}"
        of_class.mkdir(parents=True)
        for row in np.flatnonzero(found.target == digit)[:count]:
            grey = np.rint(found.images[row] * (255 / 16)).astype(np.uint8)
            Image.fromarray(grey).save(of_class / f"{row:04}.png")
    return place


def _own() -> Path:
    place = tempfile.mkdtemp(prefix="ltviz-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place, NAME)
