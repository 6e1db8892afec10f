"""What every data set answers, whatever its file: read in a small form where its own is not at hand."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz import datasets
from ltviz.core.errors import BadInput
from ltviz.datasets import DataSet, digits
from ltviz.methods import DIGITS, RECIPES
from ltviz.records.identity import identity
from ltviz.runs._jobs import Job, Shared, plan

from .datasets.conftest import Small, small  # noqa: F401 - a fixture
from .datasets.own_images import make

pytestmark = pytest.mark.filterwarnings("ignore:.*the test set has:UserWarning")


@pytest.fixture
def choice(request: pytest.FixtureRequest, small: Small, tmp_path: Path) -> tuple[str, dict[str, Any]]:  # noqa: F811
    name = request.param
    if name == "folder":
        return name, {"data": make(tmp_path / "shapes"), "size": 16}
    if "data" not in datasets.source(name).takes:
        return name, {"imbalance": 10}
    if name == "cifar100":
        pytest.skip("no small CIFAR-100 is written; its source is CIFAR-10's")
    return name, {"data": small.python(), "imbalance": 10, "profile": "exp"}


each = pytest.mark.parametrize("choice", datasets.names(), indirect=True)


def chosen(name: str, said: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[datasets.Selection, DataSet]:
    if name == "cifar10":  # 300 images are published here, not 50,000
        monkeypatch.setattr("ltviz.datasets.cifar.TRAIN_IMAGES", 300)
    selection = datasets.select(name, **said)
    return selection, selection.read()


@each
def test_what_it_answers(choice: tuple[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    name, said = choice
    selection, data = chosen(name, said, monkeypatch)
    for word in ("name", "profile", "imbalance", "counts", "model"):
        assert getattr(data, word) == getattr(selection, word), word
    assert datasets.source_of(data.name).name == name
    assert np.array_equal(np.bincount(data.labels("train"), minlength=len(data.counts)), data.counts.values)
    assert len(set(data.class_names)) == len(data.counts)
    assert data.groups.members.keys() == {"many", "medium", "few"}
    assert data.mean.shape == data.std.shape == (3,)
    assert data.streamed is False
    assert set(data.recipes) <= {*RECIPES, DIGITS.name}
    for split in datasets.SPLITS:
        labels, whole = data.labels(split), data.whole(split)
        assert labels.dtype == np.int64
        assert len(labels) == len(whole)
        some = data.take(np.arange(min(3, len(labels))), split)
        assert some.dtype == np.uint8
        assert some.shape[0] == min(3, len(labels))
        assert some.shape[3] == 3
        assert whole.dtype in (np.uint8, np.float32)
        with pytest.raises(BadInput, match="split must be one of 'train', 'val', 'test'"):
            data.take(slice(None), "valid")
    again = datasets.select(name, **said).read()
    assert data.fingerprint() == again.fingerprint()


@each
def test_a_choice_that_does_nothing_is_refused(choice: tuple[str, dict[str, Any]]) -> None:
    name, said = choice
    source = datasets.source(name)
    for word in set(datasets.TAKES) - set(source.takes):
        with pytest.raises(BadInput, match=f"{name} takes .*, not {word}: leave it out"):
            datasets.select(name, **said, **{word: 1})
    with pytest.raises(BadInput, match="not nothing"):
        datasets.select(name, nothing=1)
    datasets.select(name, **said, **dict.fromkeys(set(datasets.TAKES) - set(said)))


@pytest.mark.parametrize("name", datasets.names())
def test_what_its_source_declares(name: str) -> None:
    source = datasets.source(name)
    assert source.title
    assert set(source.takes) <= set(datasets.TAKES)
    assert set(source.defaults) <= set(source.takes)
    assert source.profiles
    assert source.recipes
    assert (source.name, datasets.source_of(name).name) == (name, name)


def test_a_name_that_no_file_has() -> None:
    for call in (datasets.source, datasets.select):
        with pytest.raises(BadInput, match="dataset must be one of 'cifar10', .*; got 'cifar'. Did you mean 'cifar10'"):
            call("cifar")


def test_the_hashes_are_those_of_records_made_before(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Runs that were recorded before data sets answered for themselves are the same runs."""
    _, data = chosen("cifar10", {"data": small.python(), "imbalance": 10}, monkeypatch)

    def of(*splits: str) -> str:
        parts = [getattr(data, f"{split}_{kind}").tobytes() for split in splits for kind in ("images", "labels")]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    own = plan(Job("erm"), data, Shared(recipe="basic", device="cpu"))
    found = identity(own.method, own.loss, data, 0)
    assert (found["images"], found["test_images"]) == (of("train"), of("test", "val"))


def test_digits_in_colour_are_the_digits() -> None:
    data = digits.load()
    images = data.take(slice(None), "test")
    assert images.shape == (440, 8, 8, 3)
    assert np.abs(images[..., 1] / 255 - data.test_images[:, 0]).max() <= 0.5 / 255 + 1e-7
    assert data.whole("test") is data.test_images
