"""`ClassCounts`: how many training samples each class has, by class id, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ltviz.core.checks import one_of
from ltviz.core.errors import BadInput

_MOST = 2**53  # above it a float64 no longer holds every whole number


@dataclass(frozen=True)
class Groups:
    """The classes sorted into many, medium and few; a group may be empty.

    Parameters
    ----------
    rule : str
        ``"thresholds"`` or ``"terciles"``.
    text : str
        The rule in words, for axes and tables.
    members : dict of str to ndarray
        Class ids per group, in the order many, medium, few.
    sizes : dict of str to str
        How many training samples make a class one of the group; empty where that is no matter of how many.
    """

    rule: str
    text: str
    members: dict[str, np.ndarray]
    sizes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, init=False, eq=False)
class ClassCounts:
    """The number of training samples of each class; the position is the class id.

    Parameters
    ----------
    counts : sequence of int, 1-D array, mapping from class id to int, or ClassCounts
        At least 2 classes, each with at least 1 sample. No order is assumed.

    Raises
    ------
    BadInput
        For anything else; see the message.
    """

    values: np.ndarray

    def __init__(self, counts: ClassCounts | Sequence[int] | Mapping[int, int] | np.ndarray) -> None:
        values = counts.values if isinstance(counts, ClassCounts) else _checked(counts)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[int]:
        return iter(self.values.tolist())

    def __getitem__(self, class_id: int) -> int:
        return int(self.values[class_id])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.values, dtype=dtype, copy=True if copy is None else copy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClassCounts) and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"ClassCounts({self.values.tolist()})"

    @property
    def total(self) -> int:
        """All samples."""
        return int(self.values.sum())

    @property
    def largest(self) -> int:
        """The size of the most frequent class."""
        return int(self.values.max())

    @property
    def smallest(self) -> int:
        """The size of the rarest class."""
        return int(self.values.min())

    @property
    def most_frequent(self) -> int:
        """The id of the most frequent class (of equals, the first)."""
        return int(self.values.argmax())

    @property
    def rarest(self) -> int:
        """The id of the rarest class (of equals, the last in the order of frequency)."""
        return int(self.by_frequency[-1])

    @property
    def by_frequency(self) -> np.ndarray:
        """Class ids from the most frequent to the rarest; equals keep their order."""
        return np.argsort(-self.values, kind="stable")

    @property
    def prior(self) -> np.ndarray:
        """The share of each class, (C,) float64."""
        return self.values / self.values.sum()

    @property
    def imbalance(self) -> float:
        """The imbalance ratio n_max / n_min, at least 1."""
        return self.largest / self.smallest

    def groups(self, rule: str = "thresholds") -> Groups:
        """Sort the classes into many, medium and few.

        Parameters
        ----------
        rule : {"thresholds", "terciles"}
            ``"thresholds"`` is the field's rule (many > 100, medium 20-100, few < 20 training samples), under
            which a group may be empty; ``"terciles"`` puts a third of the classes into each.
        """
        one_of("groups", rule, ("thresholds", "terciles"))
        if rule == "thresholds":
            many, few = self.values > 100, self.values < 20
            masks = {"many": many, "medium": ~many & ~few, "few": few}
            members = {name: np.flatnonzero(mask) for name, mask in masks.items()}
            sizes = {"many": "> 100", "medium": "20-100", "few": "< 20"}
            text = ", ".join(f"{name} {size}" for name, size in sizes.items())
            return Groups(rule, f"{text} training samples", members, sizes)
        parts = np.array_split(self.by_frequency, 3)
        members = {name: np.sort(part) for name, part in zip(("many", "medium", "few"), parts, strict=True)}
        return Groups(rule, "terciles of the classes by training samples", members)


def _checked(counts: Any) -> np.ndarray:
    """Turn the user's counts into int64, or say what is wrong with them."""
    if isinstance(counts, Mapping):
        counts = _from_mapping(counts)
    if hasattr(counts, "__array__"):  # a tensor, a pandas column
        counts = np.asarray(counts)
        counts = counts.tolist() if counts.dtype.hasobject else counts
    if not isinstance(counts, (Sequence, np.ndarray)) or isinstance(counts, (str, bytes)):
        raise BadInput(f"counts must be a 1-D sequence of counts by class id; got {counts!r}")
    try:
        array = np.asarray(counts)
    except (ValueError, OverflowError):
        array = np.empty((0, 0))
    if array.ndim != 1:
        raise BadInput(f"counts must be a 1-D sequence of counts by class id; got {counts!r}")
    if len(array) < 2:
        raise BadInput(f"counts need at least 2 classes, got {len(array)}")
    if array.dtype.kind == "b" or any(isinstance(c, (bool, np.bool_)) for c in counts):
        raise BadInput(f"counts must be whole numbers, not booleans; got {counts!r}")
    if array.dtype.kind == "O" and all(isinstance(c, int) for c in counts):
        raise BadInput(f"counts are too large: {counts!r}; a count may be at most 2^53")
    if array.dtype.kind not in "iuf":
        raise BadInput(f"counts must be whole numbers; got {counts!r}")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise BadInput(f"counts must be finite; got {counts!r}")
        if not (array == np.floor(array)).all():
            raise BadInput(f"counts must be whole numbers; got {counts!r}")
    for class_id, count in enumerate(array.tolist()):
        if not count >= 1:
            raise BadInput(
                f"class {class_id} has {count:g} samples; each class needs at least 1: drop a class without "
                "samples and number the others anew"
            )
    if int(array.max()) > _MOST or float(array.astype(np.float64).sum()) > 2.0**63 - 1025:
        raise BadInput(f"counts are too large: the largest is {array.max()}; a count may be at most 2^53")
    return array.astype(np.int64)


def _from_mapping(counts: Mapping[Any, Any]) -> list[Any]:
    for key in counts:
        if isinstance(key, (bool, np.bool_)) or not isinstance(key, (int, np.integer)):
            raise BadInput(f"class ids must be integers from 0; got the key {key!r} ({type(key).__name__})")
    for class_id in range(len(counts)):
        if class_id not in counts:
            raise BadInput(f"class {class_id} is missing: class ids must run from 0 to {len(counts) - 1}")
    return [counts[class_id] for class_id in range(len(counts))]
