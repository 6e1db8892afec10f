"""Recorded runs beside the papers: means, deviations, which figure is nearest, and what is left out."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core.errors import BadInput, DataError
from ltviz.methods import METHODS, RECIPES
from ltviz.records.published import figures_for, published
from ltviz.records.results import collect, results

from .recorded import write


def test_every_published_figure_belongs_to_a_row() -> None:
    assert len(published()) > 250
    for figure in published():
        assert figure.method in METHODS
        assert figure.recipe in ("", *RECIPES)
        assert 0.1 < figure.accuracy < 1
        assert figure.source
        assert (figure.dataset, figure.profile) in {(d, p) for d in ("cifar10", "cifar100") for p in ("exp", "step")}


@pytest.mark.parametrize(
    ("data", "method", "percent"),
    [
        (("cifar10", "exp", 100), "erm", 70.36),
        (("cifar100", "step", 10), "ldam_drw", 59.46),
        (("cifar10", "step", 100), "m_drw", 72.33),
        (("cifar100", "exp", 10), "dbm_bs", 65.22),
        (("cifar10", "exp", 50), "balanced_softmax", 86.45),
        (("cifar100", "step", 100), "logit_adjustment", 44.48),
        (("cifar10", "exp", 100), "vs", 80.82),
        (("cifar10", "step", 100), "mm_ldam_drw", 79.18),
        (("cifar100", "exp", 50), "cdt", 44.83),
        (("cifar10", "exp", 100), "dbm_bcl", 84.60),
        (("cifar100", "exp", 50), "crt", 45.36),
        (("cifar10", "exp", 100), "meta_weight_net", 75.21),
        (("cifar100", "exp", 10), "bbn", 59.12),
        (("cifar10", "exp", 200), "balanced_meta_softmax", 82.2),
    ],
)
def test_figures_are_the_papers(data: tuple[str, str, int], method: str, percent: float) -> None:
    assert any(100 * figure.accuracy == pytest.approx(percent) for figure in figures_for(*data, method))


def test_mean_and_deviation_over_seeds(tmp_path: Path) -> None:
    values = [0.70, 0.72, 0.73]
    for seed, value in enumerate(values):
        write(tmp_path, "erm", "basic", seed, value)
    (found,) = results([tmp_path])
    assert found.mean == pytest.approx(np.mean(values))
    assert found.deviation == pytest.approx(np.std(values, ddof=1))
    assert found.seeds == (0, 1, 2)
    assert found.groups == {
        "many": pytest.approx(np.mean(values)),
        "medium": pytest.approx(np.mean(values) / 2),
        "few": None,
    }
    assert len(found.published) == len(figures_for("cifar10", "exp", 100, "erm")) > 4
    assert found.nearest is not None
    assert found.nearest.accuracy == pytest.approx(0.7195), "of the basic ones 70.36, 71.95, 73.17"
    assert results([tmp_path], "best-on-test")[0].mean == pytest.approx(np.mean(values) + 0.01)


def test_the_nearest_has_the_same_recipe(tmp_path: Path) -> None:
    write(tmp_path, "erm", "paper", 0, 0.78)  # which is LDAM's, called basic in its table
    write(tmp_path, "erm", "strong", 0, 0.71)
    write(tmp_path, "erm", "short", 0, 0.71, epochs=40)
    write(tmp_path, "dbm_ce", "paper", 0, 0.71)  # which is DBM's, called strong
    write(tmp_path, "logit_adjustment", "basic", 0, 0.71)  # published by its own recipe only
    near = {(r.method, r.recipe): r.nearest for r in results([tmp_path])}
    assert near["erm", "paper"].accuracy == pytest.approx(0.7317)
    assert near["erm", "strong"].accuracy == pytest.approx(0.7848)
    assert near["erm", "short"] is None
    assert near["dbm_ce", "paper"].accuracy == pytest.approx(0.8084)
    assert near["logit_adjustment", "basic"] is None


def test_parameters_of_ones_own_have_no_published_figure(tmp_path: Path) -> None:
    write(tmp_path, "dbm_bs", "strong", 0, 0.8)
    write(tmp_path, "dbm_bs", "strong", 0, 0.8, folder="dbm_bs_margin0.2")
    found = {result.run: result.published for result in results([tmp_path])}
    assert found["cifar10-exp100/dbm_bs-strong"]
    assert found["cifar10-exp100/dbm_bs_margin0.2-strong"] == ()


def test_other_epochs_are_another_row_and_seeds_are_sorted_as_numbers(tmp_path: Path) -> None:
    for seed in (10, 2, 1):
        write(tmp_path, "erm", "basic", seed, 0.7, epochs=100 if seed == 2 else 200)
    assert [(r.epochs, r.seeds) for r in results([tmp_path])] == [(200, (1, 10)), (100, (2,))]


def test_the_first_folder_counts(tmp_path: Path) -> None:
    write(tmp_path / "a", "erm", "basic", 0, 0.7)
    write(tmp_path / "b", "erm", "basic", 0, 0.5)
    write(tmp_path / "b", "erm", "basic", 1, 0.5)
    found = collect([tmp_path / "a", tmp_path / "b"])
    assert [r.mean for r in found.results] == [pytest.approx(0.6)]
    assert found.repeated == (tmp_path / "b" / "cifar10-exp100" / "erm-basic" / "seed0" / "run.json",)
    assert not collect([tmp_path / "b", tmp_path / "a" / ".." / "b"]).repeated, "one folder, named twice"


def test_what_cannot_be_used_is_left_out_and_named(tmp_path: Path) -> None:
    damaged = write(tmp_path, "erm", "basic", 0, 0.7)
    write(tmp_path, "erm", "basic", 1, 0.6)
    val = write(tmp_path, "focal", "basic", 0, 0.6)
    damaged.write_text("{")
    found = collect([tmp_path])
    assert [(r.method, r.seeds) for r in found.results] == [("erm", (1,)), ("focal", (0,))]
    (fault,) = found.faults
    assert str(damaged) in str(fault)
    with pytest.raises(DataError, match=r"as JSON.*move it out of the folder"):
        results([tmp_path])
    damaged.unlink()
    told = json.loads(val.read_text())
    last = told["history"][-1]
    last["val_balanced"] = 0.5
    val.write_text(json.dumps({**told, "last": last, "val": last}))
    found = collect([tmp_path], "val")
    assert [r.method for r in found.results] == ["focal"]
    assert "the run of erm on cifar10-exp100, seed 1, has nothing selected by 'val'" in str(found.faults[0])
    with pytest.raises(BadInput, match="'last', 'val', 'best-on-test'"):
        results([tmp_path], "first")


def test_a_damaged_record_of_other_data_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "erm", "basic", 0, 0.7)
    write(tmp_path, "erm", "basic", 0, 0.4, dataset="cifar100").write_text("{")
    assert [r.dataset for r in results([tmp_path], "last", "cifar10")] == ["cifar10"]
    assert [r.dataset for r in results([tmp_path], "last", "cifar10-exp100")] == ["cifar10"]
    with pytest.raises(DataError, match="cifar100-exp100"):
        results([tmp_path], "last", "cifar100")


def test_of_a_damaged_run_the_next_folder_counts(tmp_path: Path) -> None:
    write(tmp_path / "a", "erm", "basic", 0, 0.7).write_text("{")
    write(tmp_path / "b", "erm", "basic", 0, 0.5)
    third = write(tmp_path / "c", "erm", "basic", 0, 0.4)
    found = collect([tmp_path / name for name in "abc"])
    assert [each.mean for each in found.results] == [0.5]
    assert [each.run for each in found.faults] == ["erm-basic/seed0"]
    assert found.repeated == (third,)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"data_seed": 0}, {"data_seed": 1}, ["data_seed 0", "data_seed 1"]),
        ({"counts": [300] * 10}, {"counts": [301] * 10}, ["counts [300,", "counts [301,"]),
        ({"loss": "ce"}, {"loss": "ce(scale=20.0)"}, ["loss 'ce'", "loss 'ce(scale=20.0)'"]),
        ({"settings": {"batch": 64}}, {"settings": {"batch": 65}}, ["batch 64", "batch 65"]),
        ({"verified": True}, {"verified": False}, ["", "not verified"]),
        ({"images": "0" * 64}, {"images": "1" * 64}, ["images '000", "images '111"]),
        ({"test_images": "0" * 64}, {"test_images": "1" * 64}, ["test_images '000", "test_images '111"]),
    ],
)
def test_unlike_runs_are_not_averaged(
    one: dict[str, Any], other: dict[str, Any], words: list[str], tmp_path: Path
) -> None:
    for seed, more in enumerate((one, other, one, {})):  # the last says nothing of it: a record of an earlier version
        write(tmp_path, "erm", "basic", seed, 0.7 + seed / 100, **more)
    first, second = results([tmp_path])
    assert (first.seeds, second.seeds) == ((0, 2, 3), (1,))
    assert first.mean == pytest.approx(0.7 + 5 / 300)
    for said, each in zip(words, (first, second), strict=True):
        assert each.marks.startswith(said)
        assert bool(each.marks) == bool(said)


def test_what_cannot_be_looked_into_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path, "erm", "basic", 0, 0.7)
    shutil.copytree(path.parent, path.parent.with_name("seed00"))
    path.parent.with_name("seed1").symlink_to("gone")
    (linked := path.parent.with_name("seed2")).mkdir()
    (linked / "run.json").symlink_to("gone")
    os.mkfifo(write(tmp_path, "erm", "basic", 3, 0.7).parent / "geometry.npz")
    os.mkfifo(_emptied(write(tmp_path, "erm", "basic", 4, 0.7)))
    found = collect([tmp_path])
    assert [each.seeds for each in found.results] == [(0, 3)], "and no seed twice"
    assert sorted(each.run for each in found.faults) == [f"erm-basic/seed{k}" for k in ("00", "1", "2", "4")]


def _emptied(path: Path) -> Path:
    path.unlink()
    return path
