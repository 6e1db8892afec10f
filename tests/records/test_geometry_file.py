"""A geometry is read as far as its record allows, held to it, and named where it is damaged or another run's."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core import files
from ltviz.core.counts import ClassCounts
from ltviz.records import record
from ltviz.records.identity import sealed

COUNTS = ClassCounts([12, 6, 3])
Arrays = dict[str, Any]


def made(folder: Path, seed: int = 0, *, seal: bool = False) -> tuple[Path, dict[str, Any]]:
    """Write the geometry of a run, and return its place and the record that it belongs to."""
    rng = np.random.default_rng(seed)
    vectors, arrays, measures = rng.normal(size=(3, 8)), {}, {}
    for split, labels in (("train", np.repeat(np.arange(3), COUNTS.values)), ("test", np.repeat(np.arange(3), 5))):
        features = vectors[labels] + 1.5 * rng.normal(size=(len(labels), 8))
        scores = features @ vectors.T
        arrays |= record.geometry(split, features, vectors, scores, labels)
        measures[split] = record.measure(scores.argmax(axis=1), labels, COUNTS)
    path = files.write_npz(folder / "geometry.npz", **arrays, prototypes=vectors.astype(np.float16))
    told = {"counts": COUNTS.values.tolist(), "last": measures["test"], "train": measures["train"]}
    return path, sealed(told, path) if seal else told


def changed(path: Path, change: Callable[[Arrays], object]) -> None:
    with np.load(path) as held:
        arrays = dict(held)
    change(arrays)
    np.savez_compressed(path, **arrays)


def put(name: str, value: Any) -> Callable[[Arrays], object]:
    return lambda arrays: arrays.update({name: value(arrays[name]) if callable(value) else value})


def relabelled(arrays: Arrays) -> None:
    for name in ("test_label", "test_prediction"):
        arrays[name] = np.where(arrays[name] == 2, 1, arrays[name])


FAULTS = [
    (put("test_own_angle", np.zeros(14)), "its arrays of test have 14 to 15 numbers"),
    (put("test_label", np.uint8(3)), r"test_label has the shape \(\)"),
    (put("test_margin", np.zeros((15, 2))), r"test_margin has the shape \(15, 2\)"),
    (put("test_margin", np.zeros(0)), r"test_margin has the shape \(0,\)"),
    (put("test_own_cosine", np.array(["a"] * 15)), "test_own_cosine holds <U1, not real numbers"),
    (put("test_own_cosine", np.zeros(15, complex)), "test_own_cosine holds complex128, not real numbers"),
    (put("test_own_cosine", np.zeros(15, bool)), "test_own_cosine holds bool, not real numbers"),
    (put("test_own_cosine", np.zeros(15, "M8[s]")), "not real numbers"),
    (put("test_own_cosine", np.full(15, 1.5)), r"it must lie in \[-1.002, 1.002\]"),
    (put("test_own_angle", np.full(15, -0.5)), r"test_own_angle holds -0.5 to -0.5; it must lie in"),
    (put("test_label", np.zeros(15)), "test_label holds float64, not class ids"),
    (put("test_label", lambda old: old.astype(int) - 1), "test_label holds -1 to 1, which are no class ids"),
    (put("test_label", lambda old: old.astype(int) + 1), "its class ids of test reach to 3, of 3 classes"),
    (put("test_prediction", np.full(15, 2**63, np.uint64)), "which are no class ids"),
    (relabelled, "it has no image of class 2 in test"),
    (put("train_label", lambda old: np.repeat([0, 1, 2], len(old) // 3)), "not the counts"),
    (put("test_prediction", lambda old: (old + 1) % 3), "its predictions give class . in test an accuracy"),
    (put("train_prediction", lambda old: (old + (np.arange(21) < 12)) % 3), "class 0 in train an accuracy"),
    (put("train_margin", lambda old: -old), "its margins in train are not those of its predictions"),
    (put("prototypes", np.zeros((4, 8))), "prototypes has 4 rows for 3 classes"),
    (put("prototypes", np.zeros(3)), r"prototypes has the shape \(3,\)"),
    (put("test_own_angle", lambda old: np.where(np.arange(15) == 4, np.nan, old)), "1 numbers that are not finite"),
    (lambda arrays: arrays.pop("train_own_angle"), "it has no train_own_angle"),
    (put("test_margin", np.array([{}], dtype=object)), "test_margin holds object"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_odd_geometry_is_damage(change: Callable[[Arrays], object], words: str, tmp_path: Path) -> None:
    path, told = made(tmp_path)
    assert record.read_geometry(path, told)["prototypes"].shape == (3, 8)
    changed(path, change)
    with pytest.raises(record.Damaged, match=rf"geometry\.npz cannot be used: .*{words}.*; train the run again"):
        record.read_geometry(path, told)


def test_another_runs_geometry_is_found_out(tmp_path: Path) -> None:
    """By the hash that was written with the record; without one, by the accuracies."""
    path, told = made(tmp_path / "a", seal=True)
    other, its = made(tmp_path / "b", 1)
    assert record.read_geometry(path, told)
    assert record.read_geometry(other, its)
    with pytest.raises(record.Damaged, match=r"it is not what was recorded with run.json: the SHA-256 differs"):
        record.read_geometry(other, told)
    own = {key: value for key, value in told.items() if key != "sha256"}
    with pytest.raises(record.Damaged, match=r"its predictions give class \d in train an accuracy"):
        record.read_geometry(other, own)
    with pytest.raises(record.Damaged, match="belongs to another run: run.json was recorded without a geometry"):
        record.read_geometry(path, sealed(own, None))


def test_only_what_is_asked_is_read(tmp_path: Path) -> None:
    path, told = made(tmp_path)
    changed(path, put("train_margin", np.array(["x"])))
    bomb(path, "unknown", (2**21,), 2**24)
    assert set(record.read_geometry(path, told, ["test_own_angle"])) == {
        "test_own_angle", "test_label", "test_prediction",
    }  # fmt: skip


def bomb(path: Path, name: str, shape: tuple[int, ...], size: int, said: int | None = None) -> None:
    """Put an array of zeros in the place of one; the zip may say that it is smaller."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(path) as old:
        kept = {each: old.read(each) for each in old.namelist() if each != f"{name}.npy"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in kept.items():
            archive.writestr(each, data)
        with archive.open(f"{name}.npy", "w") as file:
            file.write(header.getvalue())
            for _ in range(size // 2**20):
                file.write(bytes(2**20))
        if said is not None:
            archive.infolist()[-1].file_size = said


@pytest.mark.parametrize(
    ("shape", "said", "words"),
    [
        ((2**25,), None, r"test_margin has the shape \(33554432,\)"),
        ((15,), None, "test_margin has not the 120 bytes that its shape"),
        ((15,), 200, "test_margin has not the 120 bytes|cannot read it as arrays of numbers"),
        ((-1,), None, r"test_margin has the shape \(-1,\)|cannot read"),
    ],
)
def test_a_small_file_of_large_arrays_takes_no_memory(
    shape: tuple[int, ...], said: int | None, words: str, tmp_path: Path
) -> None:
    path, told = made(tmp_path)
    bomb(path, "test_margin", shape, 2**24, said)
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    try:
        with pytest.raises(record.Damaged, match=words):
            record.read_geometry(path, told)
        assert tracemalloc.get_traced_memory()[1] < 2**20
        assert record.read_geometry(path, told, ["train_margin"])
    finally:
        tracemalloc.stop()


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    path, told = made(tmp_path)
    whole = path.read_bytes()
    path.unlink()
    for put_there, words in (
        (lambda: os.mkfifo(path), "it is a pipe, not a file"),
        (lambda: path.symlink_to("nowhere"), "a link to nowhere, which is not there"),
        (lambda: path.symlink_to("/dev/zero"), "it is a device, not a file"),
    ):
        put_there()
        with pytest.raises(record.Damaged, match=words):
            record.read_geometry(path, told)
        path.unlink()
    (tmp_path / "kept.npz").write_bytes(whole)
    path.symlink_to("kept.npz")
    assert record.read_geometry(path, told), "a link to a file is a file"
    path.unlink()
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(record.Damaged, match="larger than 256 MiB, which no geometry is"):
        record.read_geometry(path, told)


def test_two_arrays_of_one_name_and_other_packings_are_refused(tmp_path: Path) -> None:
    path, told = made(tmp_path)
    with zipfile.ZipFile(path) as held:
        arrays = {name: held.read(name) for name in held.namelist()}
    for packing, words in ((zipfile.ZIP_LZMA, "packed in a way that numpy does not use"), (zipfile.ZIP_STORED, "")):
        with zipfile.ZipFile(path, "w", packing) as archive:
            for name, data in arrays.items():
                archive.writestr(name, data)
        if words:
            with pytest.raises(record.Damaged, match=words):
                record.read_geometry(path, told)
    assert record.read_geometry(path, told)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("test_label.npy", arrays["test_label.npy"])
    with pytest.raises(record.Damaged, match="it has more than one test_label"):
        record.read_geometry(path, told)


def test_truncated_geometry_is_named_and_closed(tmp_path: Path) -> None:
    path, told = made(tmp_path)
    data = path.read_bytes()
    for length in (0, 3, 100, len(data) - 30):
        path.write_bytes(data[:length])  # a file left open is a ResourceWarning, which fails a test
        with pytest.raises(record.Damaged, match=r"geometry\.npz cannot be used: .*train the run again"):
            record.read_geometry(path, told)


def test_a_number_that_was_edited_is_found_out(tmp_path: Path) -> None:
    """Whatever the layout of the file; also where the edit contradicts nothing."""
    from .recorded import write

    file = write(tmp_path, "erm", "basic", 0, 0.7, epochs=2)
    told = sealed(json.loads(file.read_text()), None)
    file.write_text(json.dumps(told, indent=1, sort_keys=True))
    assert record.read(file)["sha256"] == told["sha256"]
    file.write_text(json.dumps({**told, "seconds": 2.0}))
    with pytest.raises(record.Damaged, match="its content is not what was recorded: the SHA-256 differs; move it out"):
        record.read(file)
