"""Your own images: one sub-folder for each class, or a CSV of path and label, brought to one size.

It takes data (the folder or the .csv file), size (32: the side of the square in pixels), name (what records and titles
call it; else as the folder is called), model (resnet32: the net; resnet8 is quick on a CPU) and seed (0: of the split).

Classes are sorted by name, numbers as numbers, and the counts are as they are: no imbalance is imposed. Each class
gives the same number of images to the test set: a quarter of the smallest class, rounded down, but at least one; and
half as many, an eighth, to the validation set, which is empty where the smallest class has fewer than 8. All others are
trained on. Copies of one file stay in one set.

An image is turned as its EXIF orientation says, laid on white where it is transparent, cut to the square in its middle
and resized. Read are PNG, JPEG, WebP, BMP, GIF, TIFF and PPM, whatever case their ending has. Files of other kinds,
hidden files and folders within a class are left out, and counted. No link may lead out of the folder.

While they are trained on, images of any size are cropped and cut out in the proportions that CIFAR's of 32 pixels have.

From Python: ``ltviz.datasets.folder.load("pets", size=32)``. Without images of one's own, `practice` writes some.
"""

from __future__ import annotations

import os
import re
import unicodedata
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import number, one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, DataError
from ltviz.core.files import regular_file, sha256
from ltviz.datasets._base import Images, Selection, Source
from ltviz.datasets.folder._listing import FolderWarning, Listing, first_of, listing, several
from ltviz.datasets.folder._pixels import squares
from ltviz.datasets.folder._practice import practice
from ltviz.datasets.folder._split import Split, split

__all__ = ["NETS", "SOURCE", "FolderWarning", "load", "practice"]

_LARGEST = 2**32  # bytes of all pixels
_FEW = 10  # test images of a class
NETS = tuple(f"resnet{depth}" for depth in (8, 14, 20, 32, 44, 56))


def load(
    data: str | os.PathLike[str],
    size: int = 32,
    seed: int = 0,
    name: str | None = None,
    model: str | None = None,
) -> Images:
    """Return a user's own images, split into training, validation and test.

    Parameters
    ----------
    data : path
        A folder with one sub-folder for each class, or a ``.csv`` file with a line ``path,label`` for each image (paths
        from where it lies; the first line may say ``path,label``).
    size : int
        The side of the square to which images are brought, from 8 to 512 pixels.
    seed : int
        Of the split.
    name : str, optional
        What records and titles call it: letters, digits, ``.``, ``_`` and ``-``. By default as the folder is called.
    model : str, optional
        The net that is trained, by default a ResNet-32: one of `NETS`. A ResNet-8 is quick on a CPU.

    Returns
    -------
    Images
        Its counts are those of the training set.

    Raises
    ------
    BadInput
        For a bad size, seed, name or model, or where `data` is neither folder nor CSV.
    DataError
        For images that cannot be read, fewer than two classes, a class with one image, links out of the folder.

    Warns
    -----
    FolderWarning
        Of what is left out, of copies, of images of several sizes, and of a test set that is small.
    """
    return _read(*_chosen(Path(data), size, seed, name, model))


class _Folder(Source):
    """What ``--dataset folder`` means."""

    title = "own images"
    takes = ("data", "size", "name", "model", "seed")
    profiles = ("own",)
    defaults = {"size": 32, "seed": 0}

    def select(
        self,
        data: Path | None = None,
        size: int = 32,
        name: str | None = None,
        model: str | None = None,
        seed: int = 0,
        **rest: Any,
    ) -> Selection:
        """See `Source`."""
        if data is None:
            raise BadInput(
                "folder needs --data: a folder with one sub-folder of images for each class, or a .csv file of "
                "path,label"
            )
        chosen = _chosen(Path(data), size, seed, name, model)
        counts, (called, net) = _counts(*chosen[:2]), chosen[-2:]
        return Selection(called, "own", _ratio(counts), counts, partial(_read, *chosen), net)

    def titled(self, dataset: str) -> str:
        """See `Source`."""
        return dataset.partition("-")[2] or self.title


SOURCE = _Folder()


def _chosen(
    data: Path, size: int, seed: int, name: str | None, model: str | None
) -> tuple[Listing, Split, int, int, str, str]:
    """Return what is to be read, how it is split, the size, the seed, the name and the net; no image is decoded."""
    size = number("size", size, 8, 512, whole=True)
    called = f"folder-{_name(data, name)}"
    seed = checked_seed(seed)
    net = SOURCE.model if model is None else one_of("model", model, NETS)
    images = listing(data)
    if len(images.paths) * size * size * 3 > _LARGEST:
        raise DataError(
            f"{len(images.paths)} images of {size} x {size} pixels need more than {_LARGEST // 2**30} GiB; choose a "
            "smaller size"
        )
    return images, split(images.labels, _hashes(images.paths), images.class_names, seed), size, seed, called, net


def _read(images: Listing, parts: Split, size: int, seed: int, name: str, model: str) -> Images:
    pixels, shapes, faults = squares(images.paths, size)
    if faults:
        told = first_of([f"{path} ({why})" for path, why in faults.items()])
        raise DataError(f"cannot read {several(len(faults), 'image{}')}: {told}; mend or remove what cannot be read")
    _warn(images, parts, shapes, size)
    labels, counts = np.array(images.labels, np.int64), _counts(images, parts)
    mean, std = _colours(pixels[parts.train])
    return Images(
        name=name,
        profile="own",
        imbalance=_ratio(counts),
        seed=seed,
        counts=counts,
        class_names=images.class_names,
        train_images=pixels[parts.train],
        train_labels=labels[parts.train],
        val_images=pixels[parts.val],
        val_labels=labels[parts.val],
        test_images=pixels[parts.test],
        test_labels=labels[parts.test],
        mean=mean,
        std=std,
        model=model,
        recipes=SOURCE.recipes,
    )


def _counts(images: Listing, parts: Split) -> ClassCounts:
    trained = np.bincount(np.array(images.labels)[parts.train], minlength=len(images.class_names))
    return ClassCounts(trained, images.class_names)


def _ratio(counts: ClassCounts) -> float:
    """Return the imbalance, short enough for the name of a folder."""
    return round(counts.largest / counts.smallest, 2)


def _name(data: Path, name: str | None) -> str:
    """Return what records call the data: as given, or by the folder's own name in plain letters."""
    folder = data.parent if data.is_file() else data
    plain = unicodedata.normalize("NFKD", folder.resolve().name)
    called = re.sub(r"[^A-Za-z0-9._-]+", "_", plain.encode("ascii", "ignore").decode()).strip("._-")[:40]
    if name is None and not called:
        raise BadInput(f"{data} has no name in plain letters to record it by: give one by --name, in Python by name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
        raise BadInput(
            f"name must be 1 to 40 letters, digits, '.', '_' or '-', and begin with a letter or digit; got {name!r}"
        )
    return name or called


def _hashes(paths: Sequence[Path]) -> list[str]:
    found = []
    for path in paths:
        try:
            found.append(sha256(regular_file(path)))
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    return found


def _colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of each colour of pixels / 255; the deviation is at least one step of 255."""
    grey = np.arange(256) / 255
    shares = [np.bincount(pixels[..., c].ravel(), minlength=256) / pixels[..., c].size for c in range(3)]
    mean = np.array([share @ grey for share in shares])
    spread = np.array([share @ (grey - middle) ** 2 for share, middle in zip(shares, mean, strict=True)])
    return mean, np.sqrt(spread).clip(1 / 255)


def _warn(images: Listing, parts: Split, shapes: set[tuple[int, int]], size: int) -> None:
    """Say what was done that the user may not expect."""
    told = []
    if len(shapes) > 1 or any(width != height for width, height in shapes):
        narrow, wide = min(shapes), max(shapes)
        from_ = f"{narrow[0]} x {narrow[1]}" + f" to {wide[0]} x {wide[1]}" * (len(shapes) > 1)
        told.append(f"images of {from_} pixels are cut to the square in their middle and resized to {size} x {size}")
    if parts.copies:
        some = first_of([" = ".join(map(images.place, rows)) for rows in parts.copies])
        told.append(f"{several(len(parts.copies), 'file{}')} more than once, each kept in one set: {some}")
    clash = [rows for rows in parts.copies if len({images.labels[row] for row in rows}) > 1]
    if clash:
        some = first_of([" = ".join(map(images.place, rows)) for rows in clash])
        told.append(f"the same file in two classes, which is trained on and never tested: {some}")
    tests = len(parts.test) // len(images.class_names)
    if tests < _FEW:
        told.append(
            f"the test set has {several(tests, 'image{}')} of each class, a quarter of the smallest: one image more "
            f"or less is {100 / tests:.0f} points of a class, so small differences say nothing"
        )
    for each in told:
        warnings.warn(f"{images.home}: {each}", FolderWarning, stacklevel=4)
