"""The hashes that bind a record to itself and to the geometry beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ltviz.core import files

RECORD, GEOMETRY = "run.json", "geometry.npz"
_FIELD = "sha256"


def sealed(record: Mapping[str, Any], geometry: Path | None) -> dict[str, Any]:
    """Return a record with the hash of its content, and that of the file of its geometry if it has one."""
    beside = {} if geometry is None else {"geometry": files.sha256(geometry)}
    return {**record, _FIELD: {"record": _digest(record, beside), **beside}}


def broken(record: Mapping[str, Any]) -> str:
    """Say that a record is not as it was written; nothing where it is, or has no hash."""
    if _FIELD not in record:
        return ""
    held = record[_FIELD]
    beside = {name: value for name, value in held.items() if name != "record"}
    if held["record"] == _digest(record, beside):
        return ""
    return "its content is not what was recorded: the SHA-256 differs"


def is_sealed(record: Mapping[str, Any]) -> bool:
    """Return whether a record has hashes: those of earlier versions have none."""
    return _FIELD in record


def has_geometry(record: Mapping[str, Any]) -> bool:
    """Return whether a record says that a geometry was written with it."""
    return "geometry" in record.get(_FIELD, {})


def foreign(record: Mapping[str, Any], geometry: Path) -> str:
    """Say that a file is not the geometry that was written with a record; nothing where it is, or no one can know."""
    if not is_sealed(record):
        return ""
    if not has_geometry(record):
        return f"it belongs to another run: {RECORD} was recorded without a geometry"
    if files.sha256(geometry) != record[_FIELD]["geometry"]:
        return f"it is not what was recorded with {RECORD}: the SHA-256 differs"
    return ""


def _digest(record: Mapping[str, Any], beside: Mapping[str, str]) -> str:
    """Return the hash of content, however it is laid out in the file."""
    told = {**json.loads(files.to_json(record)), _FIELD: dict(beside)}
    return hashlib.sha256(json.dumps(told, sort_keys=True, allow_nan=False).encode()).hexdigest()
