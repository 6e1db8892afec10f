"""A record is checked as a whole when it is read; what is wrong is named with its place, its value and its rule."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core.errors import DataError
from ltviz.training import record

from .recorded import write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, "erm", "basic", 0, 0.7, counts=[10] * 10, settings={"head": "linear"})


FAULTS: list[tuple[str, Any, str]] = [
    ("last", None, "last is None, not a mapping"),
    ("last", [], "last is [], not a mapping"),
    ("last.balanced", "abc", "last.balanced is 'abc', not a share in [0, 1]"),
    ("last.balanced", math.nan, "last.balanced is nan, not a share in [0, 1]"),
    ("best.balanced", 1.5, "best.balanced is 1.5, not a share in [0, 1]"),
    ("best.overall", True, "best.overall is True, not a share"),
    ("last.by_group", ..., "last has no by_group"),
    ("last.by_group", {"many": 0.5}, "last.by_group has no medium, few"),
    ("last.by_group.few", "x", "last.by_group.few is 'x', not a share in [0, 1] or null"),
    ("last.by_class", 0.5, "last.by_class is 0.5, not a list"),
    ("last.by_class", [0.5] * 9, "last.by_class has 9 numbers for 10 classes"),
    ("last.by_class.3", None, "last.by_class[3] is None, not a share"),
    ("history", [], "history is [], not a list that holds something"),
    ("history", {}, "history is {}, not a list"),
    ("history.0", 7, "history[0] is 7, not a mapping"),
    ("history.0.loss", math.inf, "history[0].loss is inf, not a finite number"),
    ("history.0.rate", ..., "history[0] has no rate"),
    ("history.0.by_class", ..., "history[0] has no by_class"),
    ("history.0.epoch", -1, "history[0].epoch is -1, not the number of an epoch"),
    ("counts.0", 0, "counts[0] is 0, not a whole number from 1"),
    ("counts", [1.5, 1], "counts[0] is 1.5, not a whole number"),
    ("seed", "0", "seed is '0', not a whole number in 0 .. 2^32-1"),
    ("epochs", 0, "epochs is 0, not a whole number from 1"),
    ("epochs", 10**400, "not a whole number"),
    ("imbalance", None, "imbalance is None, not a ratio from 1"),
    ("method", "", "method is '', not a name"),
    ("recipe", "best", "recipe is 'best', not one of paper, basic, strong, short"),
    ("seconds", ..., "it has no seconds"),
    ("val", {"balanced": 0.5}, "val has no epoch, loss"),
    ("settings.head", 1, "settings.head is 1, not text"),
]


@pytest.mark.parametrize(("place", "value", "words"), FAULTS)
def test_a_fault_is_named(place: str, value: Any, words: str, path: Path) -> None:
    told = json.loads(path.read_text())
    *way, last = (int(part) if part.isdigit() else part for part in place.split("."))
    held = told
    for part in way:
        held = held[part]
    if value is ...:
        del held[last]
    else:
        held[last] = value
    path.write_text(json.dumps(told))
    with pytest.raises(DataError) as caught:
        record.read(path)
    assert str(caught.value).startswith(f"{path} is no record of a run: ")
    assert words in str(caught.value)
    assert str(caught.value).endswith("; move it out of the folder")


@pytest.mark.parametrize("content", ["[]", "null", "7", '"run"', "{}"])
def test_what_is_no_mapping_of_fields_is_no_record(content: str, path: Path) -> None:
    path.write_text(content)
    with pytest.raises(DataError, match=r"run\.json is no record of a run: it (is|has no method, dataset, profile)"):
        record.read(path)


@pytest.mark.parametrize("content", ["", "{", "\xff", "1" * 5000, "[" * 100_000])
def test_what_is_no_json_is_no_record(content: str, path: Path) -> None:
    path.write_bytes(content.encode("latin1"))
    with pytest.raises(DataError, match=r"run\.json as JSON: .*; move it out of the folder"):
        record.read(path)


def test_epochs_need_not_be_measured_and_some_fields_may_be_absent(path: Path) -> None:
    told = json.loads(path.read_text())
    plain = {key: told["last"][key] for key in ("epoch", "loss", "rate", "reweighted")}
    for name in ("counts", "settings", "loss"):
        del told[name]
    path.write_text(json.dumps({**told, "history": [plain, told["last"]]}))
    assert record.read(path)["history"][0] == plain


def test_every_record_that_comes_with_ltviz_is_one() -> None:
    files = [file for held in record.places(record.shipped()).values() for file in held]
    assert files
    for file in files:
        assert record.selected(record.read(file), "last")["balanced"] > 0.1


def test_truncated_geometry_is_named_and_closed(tmp_path: Path) -> None:
    file = tmp_path / "geometry.npz"
    np.savez(file, test_label=np.arange(1000))
    data = file.read_bytes()
    for length in (0, 3, 100, len(data) - 30):
        file.write_bytes(data[:length])  # a file left open is a ResourceWarning, which fails a test
        with pytest.raises(DataError, match=r"geometry\.npz as arrays of numbers.*train the run again"):
            record.read_geometry(file)
