"""Digits, long-tailed: scikit-learn's 8x8 handwritten digits, the real data that ltviz carries with it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.counts import ClassCounts, Groups
from ltviz.core.profiles import profile as make_profile
from ltviz.datasets._base import SPLITS, Selection, Source, fingerprint
from ltviz.datasets._subset import take

CLASSES = 10
LARGEST = 110  # training images of the most frequent class: what the rarest digit has beside test and validation
TEST, VALIDATION = 44, 20  # images of each class
FILE = Path("datasets", "data", "digits.csv.gz")  # in scikit-learn's folder


@dataclass(frozen=True)
class Digits:
    """A long-tailed training set, and balanced validation and test sets, with no image in two of them.

    Parameters
    ----------
    train_images, val_images, test_images : ndarray (N, 1, 8, 8)
        float32 in [0, 1].
    train_labels, val_labels, test_labels : ndarray (N,)
        Class ids, int64: the digit.
    counts : ClassCounts
        Training images of each class.
    profile : str
        The profile of the counts.
    imbalance : float
        The ratio that was asked for; `counts.imbalance` is what whole images make of it.
    seed : int
        Of the training subset.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    val_images: np.ndarray
    val_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    counts: ClassCounts
    profile: str
    imbalance: float
    seed: int

    name = "digits"
    class_names = tuple("0123456789")
    verified, streamed, model, recipes = True, False, "digits", ("digits",)

    @property
    def groups(self) -> Groups:
        """See `ltviz.datasets.DataSet`, as for all below."""
        return self.counts.groups()

    @property
    def mean(self) -> np.ndarray:
        """Pixels are taken as they are."""
        return np.zeros(3)

    @property
    def std(self) -> np.ndarray:
        """Pixels are taken as they are."""
        return np.ones(3)

    def labels(self, split: str) -> np.ndarray:
        """Return the class ids of a split."""
        found: np.ndarray = getattr(self, f"{one_of('split', split, SPLITS)}_labels")
        return found

    def take(self, rows: np.ndarray | slice, split: str) -> np.ndarray:
        """Return images in the grey of 0 .. 255, the same in each colour."""
        grey = np.rint(255 * self.whole(split)[rows]).astype(np.uint8)
        return np.repeat(grey.transpose(0, 2, 3, 1), 3, axis=3)

    def whole(self, split: str) -> np.ndarray:
        """Return all images of a split as a net is given them."""
        found: np.ndarray = getattr(self, f"{one_of('split', split, SPLITS)}_images")
        return found

    def fingerprint(self) -> dict[str, str]:
        """Return the hashes of images and labels."""
        return fingerprint(self)


def load(imbalance: float = 50, profile: str = "exp", seed: int = 0) -> Digits:
    """Return digits with a long-tailed training set.

    Parameters
    ----------
    imbalance : float
        The ratio n_max / n_min, from 1 to 110. At 50, ``exp`` gives 305 training images.
    profile : {"exp", "step", "pareto"}
        How the counts fall from digit 0, the most frequent, to digit 9, the rarest.
    seed : int
        Of the training subset. The test set (44 images of each class) and the validation set (20) never change.

    Raises
    ------
    BadInput
        For a bad ratio, profile or seed; see `ltviz.core.profiles.profile`.

    Source
    ------
    scikit-learn's ``load_digits`` (UCI optical recognition of handwritten digits, Alpaydin and Kaynak 1998).

    Examples
    --------
    >>> data = load(imbalance=50)
    >>> data.counts
    ClassCounts([110, 71, 46, 29, 19, 12, 8, 5, 3, 2])
    >>> data.train_images.shape
    (305, 1, 8, 8)
    """
    counts = counts_of(imbalance, profile)
    generator = np.random.default_rng([checked_seed(seed), 1])
    images, labels, parts = _parts()
    test, validation, pools = parts
    train = take(pools, counts, generator)
    return Digits(
        images[train], labels[train], images[validation], labels[validation], images[test], labels[test],
        counts, profile, float(imbalance), seed,
    )  # fmt: skip


def counts_of(imbalance: float, profile: str) -> ClassCounts:
    """Return the training counts that `load` gives, without a look at an image."""
    return make_profile(profile, LARGEST, CLASSES, imbalance)


class _Digits(Source):
    """What ``--dataset digits`` means."""

    title = "digits"
    defaults = {"imbalance": 50, "profile": "exp", "seed": 0}
    model, recipes = Digits.model, Digits.recipes
    recorded = False

    def select(self, imbalance: float = 50, profile: str = "exp", seed: int = 0, **rest: Any) -> Selection:
        """See `Source`."""
        counts = counts_of(imbalance, profile)
        read = partial(load, imbalance=imbalance, profile=profile, seed=checked_seed(seed))
        return Selection("digits", profile, float(imbalance), counts, read, self.model)


SOURCE = _Digits()


@cache
def _parts() -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray, list[np.ndarray]]]:
    """Return images, labels, and the rows of the test set, of the validation set, and of each class's pool."""
    table = _table()
    images, labels = (table[:, :-1] / 16).astype(np.float32).reshape(-1, 1, 8, 8), table[:, -1].astype(np.int64)
    generator = np.random.default_rng(0)
    rows = [generator.permutation(np.flatnonzero(labels == c)) for c in range(CLASSES)]
    test = np.concatenate([r[:TEST] for r in rows])
    validation = np.concatenate([r[TEST : TEST + VALIDATION] for r in rows])
    return images, labels, (test, validation, [r[TEST + VALIDATION :] for r in rows])


def _table() -> np.ndarray:
    """Return each image's 64 pixels, 0 to 16, and its digit (1797, 65).

    They are read from the file inside scikit-learn, whose import takes longer than training on them; from elsewhere
    in it by its own function.
    """
    package = find_spec("sklearn")
    file = Path(package.origin).parent / FILE if package and package.origin else None
    if file is not None and file.is_file():
        with gzip.open(file, "rt", encoding="ascii") as lines:
            return np.loadtxt(lines, delimiter=",")
    from sklearn.datasets import load_digits

    return np.column_stack(load_digits(return_X_y=True))
