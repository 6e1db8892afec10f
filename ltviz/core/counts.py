"""`ClassCounts`: how many training samples each class has, by class id, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ltviz.core.by_class import brief, by_class, readable
from ltviz.core.checks import one_of
from ltviz.core.errors import BadInput

_MOST = 2**53  # above it a float64 no longer holds every whole number
_ALL, _SOME = 2000, 97  # classes of which every one is drawn; else a hundred with the ends and the middle
_RULE = "a 1-D sequence of counts by class id"
_PAIRS = (
    "classes that stand beside their counts go in as a dict: dict(zip(*np.unique(labels, return_counts=True))), "
    "dict(pairs)"
)


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
    counts : sequence of int, 1-D array, mapping from class id to int, pandas Series, or ClassCounts
        At least 2 classes, each with at least 1 sample. No order is assumed. What carries class ids is read by them:
        the keys of a mapping or Counter, the index of a Series such as ``labels.value_counts()``.
    names : sequence of str, optional
        The classes' names, by class id; by default those of the given ClassCounts.

    Raises
    ------
    BadInput
        For anything else; see the message.

    Examples
    --------
    >>> counts = ClassCounts({0: 500, 1: 60, 2: 7})
    >>> counts.most_frequent, counts.rarest, round(counts.imbalance, 1)
    (0, 2, 71.4)
    """

    values: np.ndarray
    names: tuple[str, ...]

    def __init__(
        self, counts: ClassCounts | Sequence[Any] | Mapping[Any, Any] | np.ndarray, names: Sequence[str] = ()
    ) -> None:
        values = counts.values if isinstance(counts, ClassCounts) else _checked(counts)
        values.setflags(write=False)
        if isinstance(counts, ClassCounts) and not names:
            names = counts.names
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "names", _checked_names(names, len(values)))

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

    def label(self, class_id: int) -> str:
        """Return a class's name, or "class 3"."""
        return self.names[class_id] if self.names else f"class {class_id}"

    @property
    def plain(self) -> Any:
        """What JSON can hold: the counts, with the names where there are some."""
        counts = self.values.tolist()
        return {"names": list(self.names), "counts": counts} if self.names else counts

    @classmethod
    def from_plain(cls, plain: Any) -> ClassCounts:
        """Return the counts that `plain` was told of."""
        return cls(plain["counts"], plain["names"]) if isinstance(plain, Mapping) else cls(plain)

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
    def drawn(self) -> np.ndarray:
        """Class ids, ascending, through which a curve over the classes is drawn.

        All of them; of more than 2,000 at most a hundred, evenly by the logarithm of the count, among them the most
        frequent, the middle and the rarest of `by_frequency`.
        """
        if len(self) <= _ALL:
            return np.arange(len(self))
        order = self.by_frequency
        places = np.searchsorted(-self.values[order], -np.geomspace(self.largest, self.smallest, _SOME))
        return np.unique(order[[0, len(order) // 2, *places.clip(max=len(order) - 1), -1]])

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
    counts = readable("counts", by_class("counts", counts))
    if isinstance(counts, np.ndarray) and counts.dtype.hasobject:
        counts = counts.tolist()
    if not isinstance(counts, (Sequence, np.ndarray)) or isinstance(counts, (str, bytes)):
        raise BadInput(f"counts must be {_RULE}; got {brief(counts)}")
    if any(each is np.ma.masked for each in counts):
        raise BadInput(f"counts must be whole numbers, none of them masked; got {brief(counts)}")
    try:
        array = np.asarray(counts)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        array = np.empty((0, 0))
    if array.ndim != 1:
        raise BadInput(f"counts must be {_RULE}; got {brief(counts)}; {_PAIRS}")
    if len(array) < 2:
        raise BadInput(f"counts need at least 2 classes, got {len(array)}")
    if array.dtype.kind == "b" or any(isinstance(c, (bool, np.bool_)) for c in counts):
        raise BadInput(f"counts must be whole numbers, not booleans; got {brief(counts)}")
    if array.dtype.kind == "O" and all(isinstance(c, int) for c in counts):
        raise BadInput(f"counts are too large: {brief(counts)}; a count may be at most 2^53")
    if array.dtype.kind not in "iuf":
        raise BadInput(f"counts must be whole numbers; got {brief(counts)}")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise BadInput(f"counts must be finite; got {brief(counts)}")
        if not (array == np.floor(array)).all():
            raise BadInput(f"counts must be whole numbers; got {brief(counts)}{_shares(array)}")
    for class_id, count in enumerate(array.tolist()):
        if not count >= 1:
            raise BadInput(
                f"class {class_id} has {count:g} samples; each class needs at least 1: drop a class without "
                "samples and number the others anew"
            )
    if int(array.max()) > _MOST or float(array.astype(np.float64).sum()) > 2.0**63 - 1025:
        raise BadInput(f"counts are too large: the largest is {array.max()}; a count may be at most 2^53")
    return array.astype(np.int64)


def _shares(array: np.ndarray) -> str:
    """Say what to give in place of shares of the samples; nothing where the numbers are no shares."""
    for whole in (1, 100):
        if (array >= 0).all() and abs(float(array.sum()) - whole) < 1e-6 * whole:
            return (
                f". They are shares, which add up to {whole}: give how many samples each class has, as value_counts() "
                "says it without normalize=True"
            )
    return ""


def _checked_names(names: Sequence[str], classes: int) -> tuple[str, ...]:
    names = tuple(names)
    if not all(isinstance(each, str) and each.strip() for each in names):
        raise BadInput(f"names of classes must be text that is not empty; got {brief(names)}")
    if names and len(names) != classes:
        raise BadInput(f"{len(names)} names for {classes} classes: there must be one each")
    if len(set(names)) < len(names):
        twice = next(each for each, count in Counter(names).items() if count > 1)
        raise BadInput(f"the name {twice!r} stands for two classes; give each a name of its own")
    return names
