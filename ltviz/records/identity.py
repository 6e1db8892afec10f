"""What makes a run this one and no other: its identity, held by checkpoints and records, and how two are compared."""

from __future__ import annotations

import hashlib
import reprlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ltviz.methods import Method
from ltviz.methods.in_words import completed, settings

if TYPE_CHECKING:
    from ltviz.datasets.cifar import Cifar

_DATA = ("dataset", "profile", "imbalance", "counts", "images", "test_images", "data_seed", "verified")
_ALIKE = ("method", "loss", "recipe", "epochs", "settings")


def planned(method: Method, loss: str, dataset: str, profile: str, imbalance: float, seed: int) -> dict[str, Any]:
    """Return what is known of a run before its images are read; `loss` is the spelling of its loss."""
    return {
        "method": method.name,
        "loss": loss,
        "dataset": dataset,
        "profile": profile,
        "imbalance": imbalance,
        "seed": seed,
        "recipe": method.recipe.name,
        "settings": settings(method),
    }


def identity(method: Method, loss: str, data: Cifar, seed: int) -> dict[str, Any]:
    """Return what two halves of one run have in common, and a record with the run that is asked for."""
    return {
        **planned(method, loss, data.name, data.profile, data.imbalance, seed),
        "counts": data.counts.values.tolist(),
        "images": _hash(data.train_images, data.train_labels),
        "test_images": _hash(data.test_images, data.test_labels, data.val_images, data.val_labels),
        "data_seed": data.seed,
        "verified": data.verified,
    }


def of_data(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a record's identity that runs of one figure have in common: the data."""
    return {name: record[name] for name in _DATA if name in record}


def but_seed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a record's identity that runs have in common whose mean is taken over seeds."""
    return of_data(record) | {name: record[name] for name in _ALIKE if name in record}


def differences(there: Any, here: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Give each entry that both hold and in which they differ: its name, and both values.

    What only one of them holds is no difference: records of an earlier version hold less. Only of settings it is known
    what was meant where nothing is said.
    """
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        if name == "settings":
            there, here = completed(there), completed(here)
        for key in here:
            if key in there:
                yield from differences(there[key], here[key], key)
    elif there != here:
        yield name, there, here


def in_words(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """Say in which entries two identities differ; nothing where they do not."""
    told = (f"{name} is {short(old)} there and {short(new)} here" for name, old, new in differences(there, here))
    return "; ".join(told)


def short(value: Any) -> str:
    """Return a value as a message shows it."""
    return repr(value) if len(repr(value)) <= 80 else reprlib.repr(value)


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two identities without a difference hold together."""
    return {
        key: merged(one[key], other[key])
        if isinstance(one.get(key), Mapping) and isinstance(other.get(key), Mapping)
        else other.get(key, one.get(key))
        for key in {**one, **other}
    }


def _hash(*arrays: np.ndarray) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
