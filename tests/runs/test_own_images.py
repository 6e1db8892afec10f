"""A user's own images: trained on, recorded, resumed, compared and drawn as the papers' data are."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ltviz.cli import run
from ltviz.core.errors import BadInput
from ltviz.datasets.folder import SOURCE, FolderWarning, load
from ltviz.methods import METHODS
from ltviz.records import record
from ltviz.records.finished import RecordedRun
from ltviz.records.names import named
from ltviz.runs import checkpoint
from ltviz.runs.assemble import assemble
from ltviz.runs.recorded import train
from ltviz.views import compute

from ..datasets.own_images import SIDE, make

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
DATA = "folder-shapes-own3.86"
pytestmark = pytest.mark.filterwarnings("ignore:.*the test set has:UserWarning")


@pytest.fixture(scope="module", autouse=True)
def _small_net() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SOURCE, "model", "resnet8")
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with images, and with two recorded runs of two epochs."""
    place = tmp_path_factory.mktemp("home")
    make(place / "shapes")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr(SOURCE, "model", "resnet8")
        assert run([*WORDS, "--method", "erm,focal"]) == 0
    return place


WORDS = ["train", "--dataset", "folder", "--data", "shapes", "--epochs", "2", "--device", "cpu", "--size", str(SIDE)]


@pytest.fixture
def here(home: Path, monkeypatch: Patch, tmp_path: Path) -> Path:
    """Work in that folder, which has the only records."""
    monkeypatch.chdir(home)
    monkeypatch.setattr(record, "shipped", lambda: ())
    return home


def test_a_record_says_what_was_trained_on(home: Path) -> None:
    file = home / "runs" / DATA / "erm-basic" / "seed0" / "run.json"
    content = record.read(file)
    assert {name: content[name] for name in ("dataset", "profile", "imbalance", "recipe", "counts", "class_names")} == {
        "dataset": "folder-shapes",
        "profile": "own",
        "imbalance": 3.86,
        "recipe": "basic",
        "counts": [27, 17, 7],
        "class_names": ["circle", "square", "stripe"],
    }
    assert content["settings"]["model"] == "resnet8"
    assert {"images", "test_images", "val"} <= content.keys()
    assert record.read_geometry(file.with_name("geometry.npz"), content)["test_label"].tolist() == [0, 0, 1, 1, 2, 2]
    net = RecordedRun.read(file, images=True)
    assert net is not None
    assert net.counts.label(2) == "stripe"


def test_records_are_found_by_their_name() -> None:
    found = named(f"{DATA}-basic")
    assert (found.dataset, found.profile, found.imbalance, found.recipes) == ("folder-shapes", "own", 3.86, ("basic",))
    assert found.folder == DATA
    assert found.words == "shapes, imbalance 3.86 (own)"
    assert named("folder-my-pets.2-exp3-own7").dataset == "folder-my-pets.2-exp3"
    for text, says in (
        ("folder-x-exp3", "profile must be one of 'own'"),
        ("pets-own3", "no data set is called 'pets'; there are cifar10"),
        ("cifar10-x-exp100", "no data set is called 'cifar10-x'"),
        ("digits-exp50", "data set must be one of 'cifar10', 'cifar100', 'folder'"),
        (f"folder-{'x' * 100}-own3", "the name of a data set must be"),
    ):
        with pytest.raises(BadInput, match=says):
            named(text)


@pytest.mark.parametrize("dataset", ["folder", "folder-shapes"])
def test_results_are_printed(here: Path, capsys: Captured, dataset: str) -> None:
    assert run(["results", "--dataset", dataset]) == 0
    out = capsys.readouterr().out
    assert "folder-shapes own 3.86, recipe basic, 2 epochs" in out
    assert "focal" in out
    assert "published" not in out


def test_results_of_others_are_not_there(here: Path, capsys: Captured) -> None:
    assert run(["results", "--dataset", "folder-shape"]) == 1
    assert "no recorded run of folder-shape in runs: ltviz train --dataset folder records" in capsys.readouterr().err
    assert run(["results", "--dataset", "shapes"]) == 2
    assert "no data set is called 'shapes'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("view", "state"),
    [
        ("training_history", {"seeds": 1}),
        ("per_class_error", {"seeds": 1}),
        ("class_margin", {"seeds": 1}),
        ("margin_distribution", {}),
        ("angle_histogram", {}),
    ],
)
def test_figures_are_read_from_the_records(here: Path, view: str, state: dict[str, Any]) -> None:
    result: Any = compute(view, methods="erm, focal", records=DATA, **state)
    assert result.data.partition(";")[0] == "shapes"
    assert "Recorded runs: shapes, imbalance 3.86 (own), ResNet-8, recipe basic, 2 epochs." in result.caption
    if view in ("training_history", "per_class_error", "class_margin"):
        assert result.counts.names == ("circle", "square", "stripe")


def test_results_are_drawn(here: Path) -> None:
    result: Any = compute("recorded_results", records=DATA)
    assert [row.method for row in result.rows] == [row.method for row in sorted(result.rows, key=lambda row: -row.mean)]
    assert result.caption.startswith("shapes, imbalance 3.86 (own), ResNet-8.")


def test_a_loss_is_compared_and_what_is_recorded_is_not_trained_again(here: Path, capsys: Captured) -> None:
    words = [*WORDS[1:], "--against", "erm", "--seeds", "1", "--format", "json"]
    assert run(["compare", "focal", *words]) == 0
    out, err = capsys.readouterr()
    assert "2 runs of 2 epochs on folder-shapes, own, imbalance 3.86, recipe basic: focal, erm; seeds 0" in err
    assert "Each is recorded in runs; there already: 2" in err
    found = json.loads(out)
    assert (found["dataset"], found["profile"], found["verified"]) == ("folder-shapes", "own", True)
    assert found["counts"] == {"names": ["circle", "square", "stripe"], "counts": [27, 17, 7]}


def test_a_run_that_was_stopped_goes_on(here: Path, tmp_path: Path, capsys: Captured, monkeypatch: Patch) -> None:
    words = [*WORDS, "--method", "erm", "--out", str(tmp_path / "runs")]
    plain, calls = record.measure, []

    def stop(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 3:  # each epoch measures the test set and the validation set
            raise KeyboardInterrupt
        return plain(*args)

    with monkeypatch.context() as patch:
        patch.setattr(record, "measure", stop)
        patch.setattr(checkpoint, "QUICK", 0.0)  # of a quick epoch no copy is kept: signals wait for its end
        assert run(words) == 130
    capsys.readouterr()
    assert run([*words, "--resume", "--seeds", "0", "--size", str(SIDE)][:-2]) == 0
    assert "erm seed 0: from epoch 2 of 2" in capsys.readouterr().err
    whole, halves = (
        record.read(place / "runs" / DATA / "erm-basic" / "seed0" / "run.json")["history"] for place in (here, tmp_path)
    )
    assert whole == halves


def test_other_images_under_the_same_name_are_another_run(here: Path, tmp_path: Path, capsys: Captured) -> None:
    shutil.copytree(here / "shapes", tmp_path / "shapes")
    Image.new("RGB", (SIDE, SIDE), "red").save(tmp_path / "shapes" / "circle" / "00.png")
    words = [str(tmp_path / "shapes") if word == "shapes" else word for word in WORDS]
    shutil.copytree(here / "runs", tmp_path / "runs")
    assert run([*words, "--method", "erm", "--resume", "--out", str(tmp_path / "runs")]) == 1
    assert "run.json is the record of another run: images is" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "code", "says"),
    [
        (["--imbalance", "10"], 2, "--imbalance would do nothing: folder takes --data, --size, --name, --model"),
        (["--profile", "exp"], 2, "--profile would do nothing"),
        (["--no-verify"], 2, "--no-verify would do nothing"),
        (["--recipe", "paper"], 2, "--recipe paper is not for folder, which has basic, strong, short"),
        (["--name", "../x"], 2, "name must be 1 to 40 letters"),
        (["--name", "x" * 41], 2, "name must be"),
        (["--model", "resnet9"], 2, "'resnet9' is not one of 'resnet8'"),
    ],
)
def test_wrong_use_writes_nothing(
    here: Path, tmp_path: Path, capsys: Captured, extra: list[str], code: int, says: str
) -> None:
    assert run([*WORDS, "--method", "erm", *extra, "--out", str(tmp_path / "runs")]) == code
    assert says in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_flags_of_own_images_do_nothing_elsewhere(here: Path, tmp_path: Path, capsys: Captured) -> None:
    for words, says in (
        ("train --method erm --size 16", "--size would do nothing: cifar10 takes --imbalance, --profile, --data, --no"),
        ("train --method erm --name x", "--name would do nothing: cifar10"),
        ("compare erm --against focal --size 16", "--size would do nothing: digits takes --imbalance, --profile"),
        ("data show digits --data shapes", "--data would do nothing: digits"),
        ("data show folder --data shapes --order 0,1", "--order would do nothing: folder"),
        ("train --method erm --dataset folder", "folder needs --data"),
    ):
        assert run([*words.split(), "--out", str(tmp_path / "x")]) == 2
        assert says in capsys.readouterr().err
    assert run(["train", "--method", "erm", "--data", "shapes", "--out", str(tmp_path / "x")]) == 1
    assert "Images of your own: ltviz train --dataset folder" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_an_image_that_cannot_be_read_ends_it_before_anything_is_written(
    here: Path, tmp_path: Path, capsys: Captured
) -> None:
    shutil.copytree(here / "shapes", tmp_path / "shapes")
    (tmp_path / "shapes" / "square" / "05.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    words = [str(tmp_path / "shapes") if word == "shapes" else word for word in WORDS]
    assert run([*words, "--method", "erm", "--out", str(tmp_path / "runs")]) == 1
    assert "cannot read 1 image" in (said := capsys.readouterr().err)
    assert "square/05.png" in said
    assert not (tmp_path / "runs").exists()


def test_a_contact_sheet_is_drawn(here: Path, tmp_path: Path) -> None:
    assert run(["data", "show", "folder", "--data", "shapes", "--size", "16", "--out", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{DATA}-head.png", f"{DATA}-tail.png"]


@pytest.mark.parametrize(("size", "recipe"), [(8, "basic"), (48, "strong")])
def test_nets_take_images_of_any_size(home: Path, size: int, recipe: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FolderWarning)
        data = load(home / "shapes", size=size)
    done = train(METHODS["ldam_drw"], data, epochs=1, recipe=recipe, device="cpu", geometry=False)
    assert done.geometry is not None
    assert np.isfinite(done.geometry["test_margin"]).all()
    with pytest.raises(BadInput, match="recipe must be one of 'basic', 'strong', 'short'; got 'paper'"):
        train("erm", data, epochs=1)


def test_the_net_sees_them_by_their_own_colours(home: Path) -> None:
    data = load(home / "shapes", size=SIDE)
    other = replace(data, mean=data.mean / 2)
    logits = [assemble(METHODS["erm"], each).trainer.predict(data.whole("test")).logits for each in (data, other)]
    assert not np.allclose(*(each.numpy() for each in logits))
