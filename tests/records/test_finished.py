"""A finished run answers the same questions the same way, trained here or read from a record."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from ltviz.core import files
from ltviz.core.errors import DataError
from ltviz.records import record
from ltviz.records.finished import FinishedRun, RecordedRun
from ltviz.runs.digits import Run, digits_run

METHODS = ("erm", "ldam")  # of a linear head, and of a cosine one


def live(method: str) -> Run:
    return digits_run(method, imbalance=20.0, epochs=2)


def written(run: Run, home: Path, *, geometry: bool = True) -> Path:
    """Record a run on digits as those on CIFAR are."""
    content = record.fields(
        **{key: getattr(run, key) for key in ("method", "loss", "profile", "imbalance", "counts", "seed")},
        recipe=dataclasses.replace(run.recipe, name="short"),
        dataset="cifar10", device="cpu", date="", seconds=1.0, history=run.rows,
    )  # fmt: skip
    arrays = {"prototypes": run.prototypes.astype(np.float16)}
    for split in ("train", "test"):
        arrays |= record.geometry(split, run.embedding(split), run.prototypes, run.logits(split), run.labels(split))
        arrays[f"{split}_mean_angle"] = run.mean_angles(split).astype(np.float16)
    folder = record.place(home, "cifar10", run.profile, run.imbalance, run.method, "short", run.seed)
    head = "linear" if run.test_cosine is None else "cosine"
    if geometry:
        files.write_npz(folder / "geometry.npz", **arrays)
    return files.write_json(folder / "run.json", {**content, "settings": {"head": head}})


def read(file: Path, *, images: bool) -> RecordedRun:
    found = RecordedRun.read(file, images=images)
    assert found is not None
    return found


@pytest.mark.parametrize("images", [True, False], ids=["read at once", "read when asked"])
@pytest.mark.parametrize("method", METHODS)
def test_a_record_answers_as_the_run_did(method: str, images: bool, tmp_path: Path) -> None:
    run = live(method)
    again: FinishedRun = read(written(run, tmp_path), images=images)
    assert (again.seed, again.loss, again.counts, again.unit) == (run.seed, run.loss, run.counts, run.unit)
    assert again.unit == {"erm": "margin (logit)", "ldam": "margin (cosine)"}[method]
    assert again.rows == run.rows
    assert again.rows[-1]["by_class"] == run.class_accuracy.tolist()
    np.testing.assert_allclose(again.class_accuracy, run.class_accuracy)
    np.testing.assert_allclose(again.class_vectors(), run.class_vectors(), atol=2e-3)
    for split in ("train", "test"):
        np.testing.assert_array_equal(again.labels(split), run.labels(split))
        np.testing.assert_array_equal(again.predictions(split), run.predictions(split))
        np.testing.assert_allclose(again.angles(split), run.angles(split), atol=2e-3)
        np.testing.assert_allclose(again.mean_angles(split), run.mean_angles(split), atol=2e-3)
        np.testing.assert_allclose(again.margins(split), run.margins(split), rtol=2e-3, atol=2e-3)


def test_a_record_of_before_lacks_the_angles_to_the_means_and_stays_readable(tmp_path: Path) -> None:
    file = written(live("erm"), tmp_path)
    with np.load(file.with_name("geometry.npz")) as held:
        arrays = {name: array for name, array in held.items() if not name.endswith("_mean_angle")}
    files.write_npz(file.with_name("geometry.npz"), **arrays)
    before = read(file, images=True)
    assert np.isfinite(before.angles("test")).all()
    with pytest.raises(DataError, match=r"it has no test_mean_angle; train the run again"):
        before.mean_angles("test")


def test_what_a_record_does_not_hold_it_refuses_to_answer(tmp_path: Path) -> None:
    run = live("erm")
    again = read(written(run, tmp_path), images=True)
    for ask, words in ((again.logits, "scores of single images"), (again.embedding, "features of single images")):
        with pytest.raises(DataError, match=rf"run\.json was recorded without {words}; train the run anew"):
            ask("test")
        assert len(getattr(run, ask.__name__)("test")) == len(run.labels("test"))
    bare = read(written(dataclasses.replace(run, seed=1), tmp_path, geometry=False), images=False)
    assert bare.class_accuracy.shape == (10,)
    with pytest.raises(DataError, match=r"seed1.run\.json was recorded without single images"):
        bare.margins("test")
