"""A record is checked as a whole when it is read; what is wrong is named with its place, its value and its rule."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core import files
from ltviz.core.errors import DataError
from ltviz.records import record

from .recorded import write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, "erm", "basic", 0, 0.7, epochs=3, counts=[10] * 10, settings={"head": "linear"})


FAULTS: list[tuple[str, Any, str]] = [
    ("last", None, "last is None, not a mapping"),
    ("last", [], "last is [], not a mapping"),
    ("last.balanced", "abc", "last.balanced is 'abc', not a share in [0, 1]"),
    ("best.balanced", 1.5, "best.balanced is 1.5, not a share in [0, 1]"),
    ("best.overall", True, "best.overall is True, not a share"),
    ("last.by_group", ..., "last has no by_group"),
    ("last.by_group", {"many": 0.5}, "last.by_group has no medium, few"),
    ("last.by_group.few", "x", "last.by_group.few is 'x', not a share in [0, 1] or null"),
    ("last.by_class", 0.5, "last.by_class is 0.5, not a list"),
    ("last.by_class", [0.7] * 9, "last.by_class has 9 numbers for 10 classes"),
    ("verified", "no", "verified is 'no', not true or false"),
    ("sha256", {"record": "abc"}, "sha256.record is 'abc', not a SHA-256"),
    ("sha256", {"record": "0" * 64}, "its content is not what was recorded: the SHA-256 differs"),
    ("last.by_class.3", None, "last.by_class[3] is None, not a share"),
    ("history", [], "history is [], not a list that holds something"),
    ("history", {}, "history is {}, not a list"),
    ("history.0", 7, "history[0] is 7, not a mapping"),
    ("history.0.loss", None, "history[0].loss is None, not a finite number"),
    ("history.0.rate", ..., "history[0] has no rate"),
    ("history.0.by_class", ..., "history[0] has no by_class"),
    ("history.0.epoch", -1, "history[0].epoch is -1, not the number of an epoch"),
    ("history.0.learned", [0.5], "history[0].learned is [0.5], not a mapping"),
    ("history.0.learned", {"rate": [0.5, None]}, "history[0].learned.rate[1] is None, not a finite number"),
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


CONTRADICTIONS: list[tuple[str, Any, str]] = [
    ("last.balanced", 0.71, "last.balanced is 0.71, and the mean of its by_class 0.70000"),
    ("history.0.balanced", 0.5, "history[0].balanced is 0.5, and the mean"),
    ("last.by_group.few", 0.6, "last.by_group.few is 0.6, and its classes have 0.7"),
    ("last.by_group.many", 0.7, "last.by_group.many is 0.7, and its classes have None"),
    ("last.by_group.few", None, "last.by_group.few is None, and its classes have 0.7"),
    ("last.loss", 0.2, "last is not the last row of history"),
    ("best.epoch", 0, "best is not the row of history with the largest balanced, which is that of epoch 1"),
    ("history.1.epoch", 0, "history[1].epoch is 0, not 1"),
    ("epochs", 4, "history has 3 rows for 4 epochs"),
    ("settings.epochs", 4, "settings.epochs is 4, and epochs is 3"),
    ("counts", [200] * 10, "by_group.many is None, and its classes have 0.7"),
    ("seed", 1, "it lies in cifar10-exp100/erm-basic/seed0, and it is the record of cifar10-exp100/erm-basic/seed1"),
    ("method", "focal", "and it is the record of cifar10-exp100/focal-basic/seed0"),
    ("recipe", "strong", "and it is the record of cifar10-exp100/erm-strong/seed0"),
    ("imbalance", 100.00001, "and it is the record of cifar10-exp100.00001/erm-basic/seed0"),
    ("dataset", "cifar100", "and it is the record of cifar100-exp100/erm-basic/seed0"),
    ("profile", "step", "and it is the record of cifar10-step100/erm-basic/seed0"),
]


@pytest.mark.parametrize(("place", "value", "words"), CONTRADICTIONS)
def test_a_record_is_held_to_itself(place: str, value: Any, words: str, path: Path) -> None:
    assert record.read(path)
    test_a_fault_is_named(place, value, words, path)


def test_a_row_that_val_or_train_claims_is_held_too(path: Path) -> None:
    told = json.loads(path.read_text())
    rows = [{**row, "val_balanced": value} for row, value in zip(told["history"], (0.3, 0.2, 0.1), strict=True)]
    whole = {**told, "history": rows, "last": rows[-1], "best": rows[1]}
    path.write_text(json.dumps({**whole, "val": rows[0]}))
    assert record.read(path)["val"] == rows[0]
    path.write_text(json.dumps({**whole, "val": rows[2]}))
    with pytest.raises(DataError, match="val is not the row of history with the largest val_balanced, .* epoch 0"):
        record.read(path)
    measures = ("overall", "balanced", "by_class", "by_group")
    train = {name: told["last"][name] for name in measures}
    path.write_text(json.dumps({**told, "train": {**train, "overall": 0.8}}))
    with pytest.raises(DataError, match=r"train\.overall is 0\.8, not the mean of its by_class over all images"):
        record.read(path)


def test_a_seed_under_two_names_counts_once(path: Path) -> None:
    twin = path.parent.with_name("seed00")
    shutil.copytree(path.parent, twin)
    with pytest.raises(DataError, match=r"lies in cifar10-exp100/erm-basic/seed00, and it is the record of .*/seed0;"):
        record.read(twin / "run.json")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"seed": 0', '"seed": 0, "seed": 0', "the key 'seed' stands there twice"),
        ('"rate": 0.1', '"rate": NaN', "NaN is no number in JSON"),
        ('"rate": 0.1', '"rate": -Infinity', "-Infinity is no number in JSON"),
    ],
)
def test_what_json_does_not_have_is_refused(old: str, new: str, words: str, path: Path) -> None:
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataError, match=f"run.json as JSON: {re.escape(words)}; move it out"):
        record.read(path)


def test_what_is_no_file_is_not_opened(path: Path) -> None:
    """A pipe would be read forever."""
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(DataError, match=r"run\.json: .*it is a pipe, not a file"):
        record.read(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(DataError, match=r"it is a folder, not a file"):
        record.read(path)
    path.rmdir()
    path.symlink_to("nowhere")
    with pytest.raises(DataError, match=r"a link to nowhere, which is not there"):
        record.read(path)
    with pytest.raises(DataError, match="it is a device, not a file"):
        files.read_json("/dev/zero")


def test_a_record_far_too_large_is_not_read(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(2**40)
    with pytest.raises(DataError, match=r"larger than 64 MiB, which no record is; move it out"):
        record.read(path)


def test_what_cannot_be_looked_into_is_named(path: Path) -> None:
    home = path.parents[3]
    (home / "cifar10-exp100" / "focal-basic").symlink_to("gone")
    (home / "cifar10-exp100" / "erm-basic" / "seed1").symlink_to("seed1")  # a link to itself
    (home / "cifar100-exp100").symlink_to("gone")
    (home / "cifar10-exp100" / "erm-basic" / "seed2").mkdir()
    (home / "cifar10-exp100" / "erm-basic" / "notes").symlink_to("gone")
    found = record.places([home])
    assert [run.as_posix() for run in found.files] == ["cifar10-exp100/erm-basic/seed0"]
    assert sorted(place.as_posix() for place in found.faults) == [
        "cifar10-exp100/erm-basic/seed1", "cifar10-exp100/focal-basic", "cifar100-exp100",
    ]  # fmt: skip
    told = str(found.faults[Path("cifar10-exp100/focal-basic")])
    assert (
        told == f"cannot look into {home}/cifar10-exp100/focal-basic: a link to gone, which is not there; move it "
        "out of the folder"
    )
    assert [place.name for place in record.places([home], "cifar100").faults] == ["cifar100-exp100"]


def test_a_folder_that_is_closed_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = os.scandir

    def closed(place: Any) -> Any:
        if Path(place).name == "erm-basic":
            raise PermissionError(13, "Permission denied")
        return plain(place)

    monkeypatch.setattr(os, "scandir", closed)
    (damaged,) = record.places([path.parents[3]]).faults.values()
    assert "cannot look into" in str(damaged)
    assert "erm-basic: Permission denied" in str(damaged)


def test_epochs_need_not_be_measured_and_some_fields_may_be_absent(path: Path) -> None:
    told = json.loads(path.read_text())
    plain = {key: told["history"][0][key] for key in ("epoch", "loss", "rate", "reweighted")}
    plain["learned"] = {"rate": [0.5, 0.25]}
    for name in ("counts", "settings", "loss"):
        del told[name]
    path.write_text(json.dumps({**told, "history": [plain, *told["history"][1:]]}))
    assert record.read(path)["history"][0] == plain


def test_every_record_that_comes_with_ltviz_is_one() -> None:
    found = record.places(record.shipped())
    assert found.files
    assert not found.faults
    for file in (file for held in found.files.values() for file in held):
        told = record.read(file)
        assert record.selected(told, "last")["balanced"] > 0.1
        assert record.has_geometry(told)
        arrays = record.read_geometry(file.with_name("geometry.npz"), told)
        own = {key: value for key, value in told.items() if key != "sha256"}  # as a record of an earlier version
        old = record.read_geometry(file.with_name("geometry.npz"), own)
        assert all(np.array_equal(arrays[name], old[name]) for name in arrays)
