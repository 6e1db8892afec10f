"""What makes a run this one and no other: its identity, held by checkpoints and records, and how two are compared.

A record is sealed too: hashes bind it to itself, as it was written, and to the geometry beside it.
"""

from __future__ import annotations

import hashlib
import json
import reprlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ltviz.core import files
from ltviz.datasets import DataSet
from ltviz.methods import Method
from ltviz.methods.in_words import completed, settings

_DATA = ("dataset", "profile", "imbalance", "counts", "images", "test_images", "data_seed", "verified")
RECORD, GEOMETRY = "run.json", "geometry.npz"
_SEAL = "sha256"
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
    entries = (f"{name} is {short(old)} there and {short(new)} here" for name, old, new in differences(there, here))
    return "; ".join(entries)


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


def sealed(record: Mapping[str, Any], geometry: Path | None, weights: Path | None = None) -> dict[str, Any]:
    """Return a record with the hash of its content, and those of its geometry and weights if it has them."""
    places = {"geometry": geometry, "weights": weights}
    beside = {name: files.sha256(place) for name, place in places.items() if place is not None}
    return {**record, _SEAL: {"record": _digest(record, beside), **beside}}


def broken(record: Mapping[str, Any]) -> str:
    """Say that a record is not as it was written; nothing where it is, or has no hash."""
    if _SEAL not in record:
        return ""
    held = record[_SEAL]
    beside = {name: value for name, value in held.items() if name != "record"}
    if held["record"] == _digest(record, beside):
        return ""
    return "its content is not what was recorded: the SHA-256 differs"


def is_sealed(record: Mapping[str, Any]) -> bool:
    """Return whether a record has hashes: those of earlier versions have none."""
    return _SEAL in record


def has_geometry(record: Mapping[str, Any]) -> bool:
    """Return whether a record says that a geometry was written with it."""
    return "geometry" in record.get(_SEAL, {})


def foreign(record: Mapping[str, Any], geometry: Path) -> str:
    """Say that a file is not the geometry that was written with a record; nothing where it is, or no one can know."""
    if not is_sealed(record):
        return ""
    if not has_geometry(record):
        return f"it belongs to another run: {RECORD} was recorded without a geometry"
    if files.sha256(geometry) != record[_SEAL]["geometry"]:
        return f"it is not what was recorded with {RECORD}: the SHA-256 differs"
    return ""


def trained_alike(record: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Return whether a record's training is that of a run: all of it, and nothing that followed it."""
    plain = completed(record.get("settings", {}))
    if plain["stages"] or "images" not in record:
        return False
    first = {**own, "settings": {**own["settings"], "stages": []}, "method": record["method"]}
    return not in_words(record, first)


def has_weights(record: Mapping[str, Any], weights: Path) -> bool:
    """Return whether a file is the net that was written with a record."""
    return bool(record.get(_SEAL, {}).get("weights") == files.sha256(weights))


def _digest(record: Mapping[str, Any], beside: Mapping[str, str]) -> str:
    """Return the hash of content, however it is laid out in the file."""
    content = {**json.loads(files.to_json(record)), _SEAL: dict(beside)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()
