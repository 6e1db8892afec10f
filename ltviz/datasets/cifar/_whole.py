"""Whether what a pack holds belongs together: labels, rows, counts and choice; and whether it is what was published."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ltviz.core.errors import BadInput, DataError
from ltviz.datasets.cifar import _rows
from ltviz.datasets.cifar._heading import Heading
from ltviz.datasets.cifar._set import counts_of, split
from ltviz.datasets.cifar.published import PUBLISHED, TRAIN_IMAGES
from ltviz.datasets.cifar.read import Split, content


def check(about: Heading, labels: Mapping[str, np.ndarray], rows: Mapping[str, np.ndarray]) -> None:
    """Raise `DataError` where labels, rows and heading do not fit each other.

    Parameters
    ----------
    about : Heading
    labels : dict of str to ndarray (N,)
        Of ``"train"``, ``"val"`` and ``"test"``.
    rows : dict of str to ndarray (N,)
        Of ``"train"`` and ``"val"``: each image's place in the published training set.
    """
    classes = len(PUBLISHED[about.name].class_names)
    for part, each in labels.items():
        check_labels(part, each, classes)
    for part, each in rows.items():
        if len(each) != len(labels[part]):
            raise DataError(f"it has {len(labels[part])} {part} labels and {len(each)} rows")
    places, times = np.unique(np.concatenate([*rows.values()]), return_counts=True)
    if places[0] < 0 or times.max() > 1:
        fault = f"it has the row {places[0]}" if places[0] < 0 else f"row {places[times.argmax()]} stands in it twice"
        raise DataError(f"{fault}: each training and validation image has a place of its own")
    counts = np.bincount(labels["train"], minlength=classes)
    try:
        due = counts_of(int(counts.max()), classes, about.imbalance, about.profile, about.order).values
    except BadInput as error:
        raise DataError(str(error)) from error
    if not np.array_equal(counts, due):
        k = int(np.flatnonzero(counts != due)[0])
        raise DataError(
            f"it says {about.profile} {about.imbalance:g}, by which class {k} has {due[k]} training images; it has "
            f"{counts[k]}"
        )
    held = np.bincount(labels["val"], minlength=classes)
    if len(labels["val"]) and (len(set(held[held > 0].tolist())) > 1 or np.count_nonzero(held) < classes - 1):
        raise DataError("its validation images are not balanced over all classes but the largest")


def check_labels(part: str, labels: np.ndarray, classes: int) -> None:
    """Raise `DataError` where a part's labels are no class ids, too many, or, but for validation, lack a class."""
    if len(labels) > TRAIN_IMAGES:
        raise DataError(f"it has {len(labels)} {part} images; CIFAR has at most {TRAIN_IMAGES}")
    if len(labels) and not 0 <= labels.min() <= labels.max() < classes:
        wrong = labels[(labels < 0) | (labels >= classes)][0]
        raise DataError(f"its {part} labels must be class ids in 0..{classes - 1}; got {wrong}")
    lacking = np.flatnonzero(np.bincount(labels, minlength=classes) == 0)
    if part != "val" and len(lacking):
        raise DataError(f"it has no {part} images" + (f" of class {lacking[0]}" if len(labels) else ""))


def check_published(about: Heading, splits: Mapping[str, Split], rows: Mapping[str, np.ndarray]) -> None:
    """Raise `DataError` unless every image and label is published, and those of training are the choice that is named.

    Parameters
    ----------
    about : Heading
    splits : dict of str to Split
        ``"train"``, ``"val"`` and ``"test"``, as `check` found them to fit.
    rows : dict of str to ndarray (N,)
        Of ``"train"`` and ``"val"``.
    """
    published, known = PUBLISHED[about.name], _rows.known(about.name)
    train, val, *_ = split(known[:, 0], about.imbalance, about.profile, about.seed, about.order)
    for part, chosen in (("train", train), ("val", val)):
        if not np.array_equal(rows[part], chosen):
            raise DataError(
                f"it says that it is verified, but its {part} rows are not those that seed {about.seed} takes"
            )
        if not np.array_equal(_rows.rows_of(splits[part]), known[chosen]):
            raise DataError(f"it says that it is verified, but its {part} images are not {published.title}'s")
    if content(splits["test"]) != published.content["test"]:
        raise DataError(f"it says that it is verified, but its test images are not {published.title}'s")
