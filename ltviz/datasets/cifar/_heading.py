"""What a pack says of itself: every field by its rule, before any of it becomes a number, a title or a path."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ltviz.core.checks import one_of
from ltviz.core.checks import seed as checked_seed
from ltviz.core.errors import BadInput, DataError
from ltviz.core.profiles import PROFILES, checked_ratio
from ltviz.datasets.cifar._set import checked_order
from ltviz.datasets.cifar.published import PUBLISHED

FORMAT = "ltviz-cifar-pack"
VERSION = 1
_LONGEST = 100_000  # letters; CIFAR-100's heading has 700


@dataclass(frozen=True)
class Heading:
    """A pack's data set, choice of images, and hash of everything that it holds; see `ltviz.datasets.cifar.Cifar`."""

    name: str
    profile: str
    imbalance: float
    seed: int
    order: tuple[int, ...]
    verified: bool
    sha256: str


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"verified must be true or false; got {value!r}")
    return value


def _hash(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise BadInput(f"sha256 must be 64 digits in hex; got {value!r}")
    return value


_RULES: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: one_of("name", value, PUBLISHED),
    "profile": lambda value: one_of("profile", value, PROFILES),
    "imbalance": checked_ratio,
    "seed": checked_seed,
    "order": lambda value: tuple(value) if isinstance(value, list | tuple) else value,  # its rule needs the classes
    "verified": _flag,
    "sha256": _hash,
}


def heading(fields: Mapping[str, Any]) -> Heading:
    """Return the fields as a heading if each keeps its rule.

    Raises
    ------
    DataError
        Naming the first that is missing or wrong, the value and the rule.
    """
    try:
        found = Heading(**{name: rule(fields[name]) for name, rule in _RULES.items()})
        order = checked_order(found.order, len(PUBLISHED[found.name].class_names))
    except KeyError as error:
        raise DataError(f"it does not say its {error.args[0]}") from error
    except BadInput as error:
        raise DataError(str(error)[:300]) from error
    return dataclasses.replace(found, order=order)


def from_text(text: str) -> Heading:
    """Read a heading from JSON; the errors go on from the name of the file.

    Raises
    ------
    DataError
        For anything but the heading of a pack of this version; see `heading`.
    """
    try:
        fields = json.loads(text if len(text) <= _LONGEST else "")
    except (ValueError, RecursionError) as error:  # no JSON, a number or a nest beyond all measure
        raise DataError(f"is damaged: what it says of itself is no JSON of at most {_LONGEST} letters") from error
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise DataError("is no pack of CIFAR; `ltviz data pack cifar10 --out FILE` writes one")
    if fields.get("version") != VERSION:
        raise DataError(
            f"is a pack of version {str(fields.get('version'))[:20]}, this ltviz reads {VERSION}: update it"
        )
    try:
        return heading(fields)
    except DataError as error:
        raise DataError(f"is damaged: {error}; copy or pack it again") from error
