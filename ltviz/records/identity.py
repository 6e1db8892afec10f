"""What makes a run this one and no other: its identity, held by checkpoints and records, and how two are compared."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from ltviz.datasets import DataSet
from ltviz.methods import Method
from ltviz.methods.in_words import completed, settings

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


def identity(method: Method, loss: str, data: DataSet, seed: int) -> dict[str, Any]:
    """Return what two halves of one run have in common, and a record with the run that is asked for."""
    return {
        **planned(method, loss, data.name, data.profile, data.imbalance, seed),
        "counts": data.counts.values.tolist(),
        "class_names": list(data.class_names),
        **data.fingerprint(),
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
