"""Kept runs: what was trained comes back, and only while it would come out of a training here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core.errors import DataError, RecordWarning
from ltviz.losses.ce import CE
from ltviz.records import record
from ltviz.records.finished import FinishedRun
from ltviz.records.kept import KeptRun
from ltviz.runs import kept
from ltviz.runs.digits import Run, digits_run

ASKED = {"imbalance": 20.0, "profile": "exp", "seed": 0, "epochs": 2}
PLACE = Path("digits-exp20", "dbm_bs_margin0.3-digits", "seed0.npz")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    with kept.keeping(folder):
        assert isinstance(asked(), Run)
        asked("erm", bottleneck=2)
    return folder


@pytest.fixture(autouse=True)
def found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept._finished.cache_clear()
    monkeypatch.setattr(record, "homes", lambda: (home,))


def asked(method: str = "dbm_bs", **more: Any) -> FinishedRun:
    given = {"margin": 0.3} if method == "dbm_bs" else {}
    return kept.finished(method, **{**ASKED, **given, **more})


def test_a_kept_run_says_what_the_training_said() -> None:
    run, read = digits_run("dbm_bs", **ASKED, margin=0.3), asked()
    assert isinstance(read, KeptRun)
    assert (read.rows, read.loss, read.unit, read.seed) == (run.rows, run.loss, run.unit, run.seed)
    assert read.counts == run.counts
    np.testing.assert_array_equal(read.class_accuracy, run.class_accuracy)
    for split in ("train", "test"):
        for name in ("labels", "predictions", "logits"):
            np.testing.assert_array_equal(getattr(read, name)(split), getattr(run, name)(split))
        for name in ("angles", "mean_angles", "margins"):
            np.testing.assert_allclose(getattr(read, name)(split), getattr(run, name)(split), atol=1e-6)
    np.testing.assert_array_equal(read.class_vectors(), run.class_vectors())
    np.testing.assert_allclose(read.class_means(), run.class_means(), atol=1e-6)
    with pytest.raises(DataError, match="no embedding of test images"):
        read.embedding("test")


def test_features_of_a_plane_are_kept() -> None:
    run, read = digits_run("erm", **ASKED, bottleneck=2), asked("erm", bottleneck=2)
    assert isinstance(read, KeptRun)
    np.testing.assert_array_equal(read.embedding("train"), run.embedding("train"))


@pytest.mark.parametrize("other", [{"seed": 1}, {"epochs": 1}, {"margin": 0.2}, {"imbalance": 19.0}])
def test_another_run_is_trained(other: dict[str, Any]) -> None:
    assert isinstance(asked(**other), Run)


def test_what_a_changed_loss_does_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(asked("erm", bottleneck=2), KeptRun)
    kept._finished.cache_clear()
    kept._first_loss.cache_clear()
    before = CE.pointwise
    monkeypatch.setattr(CE, "pointwise", lambda self, *given: 1.01 * before(self, *given))
    assert isinstance(asked("erm", bottleneck=2), Run)
    kept._first_loss.cache_clear()


def test_a_damaged_file_is_named_and_the_run_is_trained(home: Path) -> None:
    path = home / PLACE
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:4000])
        with pytest.warns(RecordWarning, match=r"left out: .*seed0\.npz is no kept run"):
            assert isinstance(asked(), Run)
    finally:
        path.write_bytes(whole)


def test_what_ltviz_ships_is_what_a_training_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run of those in data/runs, trained anew: the same numbers, but for another processor's rounding."""
    monkeypatch.undo()
    kept._finished.cache_clear()
    read = kept.finished("erm", 50.0, "exp", 0, 60)
    assert isinstance(read, KeptRun)
    run = digits_run("erm", 50.0, "exp", 0, 60)
    losses = [[row["loss"] for row in each.rows] for each in (read, run)]
    np.testing.assert_allclose(*losses, rtol=0.02)
    np.testing.assert_allclose(read.class_accuracy, run.class_accuracy, atol=0.05)
    np.testing.assert_allclose(np.median(read.angles("test")), np.median(run.angles("test")), atol=0.02)
