"""A record is taken for a run only where all that makes the run is the same; what a kill leaves passes for none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.cli import run as command
from ltviz.core import files
from ltviz.core.errors import CheckpointError, DataError
from ltviz.datasets.cifar import Cifar, write_pack
from ltviz.methods import Method, by_recipe, find, objective
from ltviz.records import identity, record
from ltviz.records.identity import in_words, sealed
from ltviz.runs import checkpoint, recorded
from ltviz.runs._jobs import Job, Shared, planned
from ltviz.runs.recorded import train

from .conftest import FAST, SMALL, Killed, make, small_model

Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def stands(tiny: Cifar, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of records, in which a run of 2 epochs stands."""
    out = tmp_path_factory.mktemp("runs")
    train(SMALL["erm"], tiny, epochs=2, out=out, **FAST)
    return out


@pytest.fixture
def trains_nothing(monkeypatch: Patch) -> None:
    def built(*args: Any, **given: Any) -> None:
        raise AssertionError("a net was built")

    monkeypatch.setattr(recorded, "assemble", built)


def swapped(images: np.ndarray) -> np.ndarray:
    return images[::-1].copy()


OTHER_DATA: list[tuple[Callable[[Cifar], Cifar], str]] = [
    (lambda data: replace(data, train_images=data.train_images ^ 1), "images is '"),
    (lambda data: replace(data, train_images=swapped(data.train_images)), "images is '"),
    (lambda data: replace(data, test_images=data.test_images ^ 1), "test_images is '"),
    (lambda data: replace(data, val_images=data.val_images ^ 1), "test_images is '"),
    (lambda data: replace(data, seed=1), "data_seed is 0 there and 1 here"),
    (lambda data: replace(data, verified=True), "verified is False there and True here"),
    (lambda data: make((31, 24, 18, 12, 8, 6, 4, 3, 2, 2)), r"counts is \[30, 22, .*\] there and \[31, 24, .*\] here"),
]
OTHER_METHODS: list[tuple[Method, str]] = [
    (replace(SMALL["erm"], model="resnet14"), "model is 'resnet8' there and 'resnet14' here"),
    (replace(SMALL["erm"], loss="focal"), "loss is 'ce' there and 'focal' here"),
    (replace(SMALL["erm"], sampler="class_balanced"), "sampler is 'instance' there and 'class_balanced' here"),
    (replace(SMALL["erm"], head="cosine"), "head is 'linear' there and 'cosine' here"),
    (replace(SMALL["erm"], step="mixup"), "step is 'plain' there and 'mixup' here"),
    (replace(SMALL["erm"], step="mixup(alpha=0.4)"), r"step is 'plain' there and 'mixup\(alpha=0.4\)' here"),
    (replace(SMALL["erm"], step="two_views"), r"views is \['basic'\] there and \['basic', 'basic'\] here"),
    (replace(SMALL["erm"], step="bbn"), r"streams is \['instance'\] there and \['instance', 'reverse'\] here"),
    (replace(SMALL["erm"], step="bbn"), "model is 'resnet8' there and 'resnet8_two_branch' here"),
    (replace(SMALL["erm"], stages=("crt",)), r"stages is \[\] there and \['crt'\] here"),
    (replace(SMALL["erm"], equal_counts=True), "equal_counts is False there and True here"),
]


@pytest.mark.parametrize(("change", "words"), OTHER_DATA)
@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_a_run_on_other_data_is_not_taken_for_it(
    change: Callable[[Cifar], Cifar], words: str, epochs: int, tiny: Cifar, stands: Path, trains_nothing: None
) -> None:
    """Nor does a longer one take its place."""
    file = stands / "cifar10-exp15" / "erm-basic" / "seed0" / "run.json"
    before = file.read_bytes()
    with pytest.raises(DataError, match=rf"run\.json is the record of another run: .*{words}.*; choose another folder"):
        train(SMALL["erm"], change(tiny), epochs=epochs, out=stands, resume=True, **FAST)
    assert file.read_bytes() == before


@pytest.mark.parametrize(("method", "words"), OTHER_METHODS)
def test_another_method_of_the_name_is_seen_before_images_are_read(
    method: Method, words: str, tiny: Cifar, stands: Path
) -> None:
    shared = Shared(epochs=2, out=stands, resume=True, **FAST)
    assert planned([Job(SMALL["erm"])], tiny, shared)
    with pytest.raises(DataError, match=rf"run\.json is the record of another run: .*{words}"):
        planned([Job(method)], tiny, shared)
    assert planned([Job(method)], tiny, replace(shared, resume=False, overwrite=True))


def test_what_an_older_record_does_not_say_is_no_difference(tiny: Cifar, stands: Path, tmp_path: Path) -> None:
    source = stands / "cifar10-exp15" / "erm-basic" / "seed0" / "run.json"
    told = json.loads(source.read_text())
    for name in ("sha256", "images", "test_images", "place"):
        del told[name]
    for name in ("step", "jitter", "replicas", "streams", "views"):
        del told["settings"][name]
    file = tmp_path / source.relative_to(stands)
    files.write_json(file, told)
    assert train(SMALL["erm"], tiny, epochs=2, out=tmp_path, resume=True, **FAST).record == told
    with pytest.raises(DataError, match="data_seed is 0 there and 1 here"):
        train(SMALL["erm"], replace(tiny, seed=1), epochs=2, out=tmp_path, resume=True, **FAST)
    for step in ("mixup", "bbn"):  # there was no other step then
        with pytest.raises(DataError, match=f"step is 'plain' there and '{step}' here"):
            train(replace(SMALL["erm"], step=step), tiny, epochs=2, out=tmp_path, resume=True, **FAST)


@pytest.mark.parametrize(
    "change", [{}, {"step": "mixup"}, {"jitter": 0.1}, {"replicas": "varied"}, {"stages": ("crt",)}], ids=str
)
def test_a_shipped_record_is_that_of_its_row_and_of_no_other(change: dict[str, Any]) -> None:
    (home,) = [home for home in record.shipped() if (home / "cifar10-exp100" / "erm-short").is_dir()][:1]
    told = record.read(home / "cifar10-exp100" / "erm-short" / "seed0" / "run.json")
    assert "step" not in told["settings"], "it was made before steps were told"
    own = replace(by_recipe(find("erm"), "short"), **change)
    differs = in_words(told, identity.planned(own, "ce", "cifar10", "exp", 100.0, 0))
    assert bool(differs) == bool(change), differs


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (100.0, "100"), (0.2, "0.2"), (1e-05, "1e-05"), (0.10000001, "0.10000001"), (1 / 3, str(1 / 3))],
)
def test_a_folder_spells_a_number_in_full(value: float, text: str) -> None:
    place = record.place(Path(), "cifar10", "exp", max(value, 1.0), "dbm_bs", "basic", 0, margin=value)
    assert place.parts[1] == f"dbm_bs_margin{text}-basic"
    assert float(record.place(Path(), "cifar10", "exp", 1 + value, "erm", "basic", 0).parts[0][11:]) == 1 + value


def test_parameters_that_differ_in_the_seventh_digit_share_no_folder(tiny: Cifar, tmp_path: Path) -> None:
    given: dict[str, Any] = {**FAST, "out": tmp_path, "epochs": 1, "resume": True, "geometry": False}
    runs = [train(SMALL["ldam"], tiny, max_margin=value, **given) for value in (0.4, 0.40000001)]
    assert [run.folder.parent.name for run in runs] == ["ldam_max_margin0.4-basic", "ldam_max_margin0.40000001-basic"]
    assert runs[0].record["loss"] != runs[1].record["loss"]


def test_a_record_lies_where_it_was_recorded(tiny: Cifar, stands: Path, tmp_path: Path) -> None:
    """A folder that was renamed would pass for the run of other parameters."""
    home = stands / "cifar10-exp15" / "erm-basic"
    other = tmp_path / "cifar10-exp15" / "erm_scale2-basic"
    other.parent.mkdir()
    other.symlink_to(home)
    with pytest.raises(DataError, match="lies in cifar10-exp15/erm_scale2-basic/seed0, and it is the record of .*erm-"):
        record.read(other / "seed0" / "run.json")


def test_another_pack_is_refused_on_the_command_line(
    pack: Path, tmp_path: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(objective, "make_model", small_model)
    other = write_pack(replace(make(side=32), seed=5), tmp_path / "other.pack")
    words = ["train", "--method", "erm", "--epochs", "1", "--out", str(tmp_path / "runs"), "--resume", "--data"]
    assert command([*words, str(other)]) == 0
    capsys.readouterr()
    assert command([*words, str(pack)]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert "run.json is the record of another run: data_seed is 5 there and 0 here; choose another folder" in err
    assert "--overwrite" in err
    assert command([*words, str(other)]) == 0
    assert "recorded before (1 epoch)" in capsys.readouterr().out


def cut_before_the_record(tiny: Cifar, out: Path, monkeypatch: Patch, epochs: int) -> None:
    """Run until the geometry is written, and end as a kill does: nothing is tidied up after it."""
    plain = files.write_json

    def write(path: Path, content: Any) -> Path:
        if Path(path).name == "run.json":
            raise Killed
        return plain(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "SAVE_EVERY", 0.0)
        patch.setattr(files, "write_json", write)
        with pytest.raises(Killed):
            train(SMALL["erm"], tiny, epochs=epochs, out=out, **FAST)


def test_a_kill_between_geometry_and_record_passes_for_nothing(tiny: Cifar, tmp_path: Path, monkeypatch: Patch) -> None:
    """A longer run took a shorter one's place and was killed with its geometry beside the old record."""
    first = train(SMALL["erm"], tiny, epochs=1, out=tmp_path / "runs", **FAST)
    assert first.folder is not None
    beside, file = first.folder / "geometry.npz", first.folder / "run.json"
    cut_before_the_record(tiny, tmp_path / "runs", monkeypatch, epochs=2)
    old = record.read(file)
    assert old == first.record, "the accuracies of the shorter run still stand"
    with pytest.raises(record.Damaged, match="it is not what was recorded with run.json: the SHA-256 differs"):
        record.read_geometry(beside, old)

    with (
        pytest.warns(record.RecordWarning, match="SHA-256 differs; the run is trained again"),
        pytest.raises(CheckpointError, match="epochs is 2 there and 1 here"),
    ):
        train(SMALL["erm"], tiny, epochs=1, out=tmp_path / "runs", resume=True, **FAST)
    run = train(SMALL["erm"], tiny, epochs=2, out=tmp_path / "runs", resume=True, **FAST)
    assert run.record["resumed"] == [{"epoch": 2, "before": "cpu, fp32"}], "nothing was trained again"
    whole = train(SMALL["erm"], tiny, epochs=2, out=tmp_path / "whole", **FAST)
    assert run.record["history"] == whole.record["history"]
    assert record.read_geometry(beside, record.read(file))
    with np.load(beside) as arrays:
        assert set(arrays) == set(whole.geometry)
    assert not list(tmp_path.rglob("checkpoint"))


def test_a_record_beside_another_geometry_is_trained_again(tiny: Cifar, tmp_path: Path) -> None:
    given: dict[str, Any] = {**FAST, "out": tmp_path, "epochs": 1}
    one, two = (train(SMALL["erm"], tiny, seed=seed, **given) for seed in (0, 1))
    (one.folder / "geometry.npz").write_bytes((two.folder / "geometry.npz").read_bytes())
    assert train(SMALL["erm"], tiny, geometry=False, resume=True, **given).geometry is None, "it is not asked for"
    with pytest.warns(record.RecordWarning, match="the run is trained again"):
        again = train(SMALL["erm"], tiny, resume=True, **given)
    assert again.geometry is not None
    assert again.record["history"] == one.record["history"]
    told = record.read(one.folder / "run.json")
    assert record.read_geometry(one.folder / "geometry.npz", told)
    assert sealed({k: v for k, v in told.items() if k != "sha256"}, one.folder / "geometry.npz") == told
    (one.folder / "geometry.npz").unlink()
    assert train(SMALL["erm"], tiny, resume=True, **given).geometry is None, "taken away to save room: no harm done"
