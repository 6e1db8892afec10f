"""Packs: what comes out is what went in, or nothing; the real one is small."""

from __future__ import annotations

import io
import json
import os

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save

from ltviz import datasets
from ltviz.core.errors import DataError
from ltviz.datasets import cifar, contact_sheets
from ltviz.datasets.cifar import _rows, cache, pack, source
from ltviz.datasets.cifar.published import PUBLISHED

from .conftest import Small

ARRAYS = [f"{part}_{kind}" for part in ("train", "val", "test") for kind in ("images", "labels")] + [
    "train_rows",
    "val_rows",
    "mean",
    "std",
]
WORDS = ("name", "counts", "profile", "imbalance", "seed", "order", "class_names", "verified")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The small data set, and the bytes of its pack."""
    folder = tmp_path_factory.mktemp("written")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        data = cifar.load(imbalance=10, root=Small(folder, patch).python())
        return data, cifar.write_pack(data, folder / "p").read_bytes()


@pytest.fixture
def data(small, written):
    """The small data set, whose images are the published ones."""
    small.publish(0)
    return written[0]


@pytest.fixture
def path(data, written, tmp_path):
    """A pack of it."""
    (tmp_path / "p").write_bytes(written[1])
    return tmp_path / "p"


def equal(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS) and all(
        getattr(one, name) == getattr(other, name) for name in WORDS
    )


def reopened(path):
    with safe_open(path, framework="np") as file:
        return json.loads(file.metadata()["ltviz"]), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118


def rewrite(path, about, tensors):
    path.write_bytes(save(tensors, {"ltviz": json.dumps(about)}))


@pytest.mark.parametrize("change", [{}, dict(imbalance=1), dict(profile="step", order=range(9, -1, -1)), dict(seed=4)])
def test_a_pack_gives_back_every_pixel(small, tmp_path, change):
    data = cifar.load(**{"imbalance": 10, "root": small.python(), **change})
    path = cifar.write_pack(data, tmp_path / "a pack")
    assert equal(cifar.read_pack(path), data)
    assert cifar.write_pack(data, tmp_path / "again").read_bytes() == path.read_bytes()


def test_a_folder_of_packs_has_one_for_each_data_set(small, data, path, tmp_path):
    (folder := tmp_path / "packs").mkdir()
    os.rename(path, folder / "cifar10.pack")
    assert equal(datasets.select("cifar10", data=folder).read(), data)
    with pytest.raises(DataError, match="no CIFAR-100 in"):
        datasets.select("cifar100", data=folder).read()
    os.rename(folder / "cifar10.pack", small.python() / "cifar10.pack")
    chosen = datasets.select("cifar10", data=small.folder, imbalance=1)
    assert chosen.imbalance == 1, "of images that are there as published, any choice can be made"


def test_several_sheets_and_their_edges():
    for count in (0, 1, 255, 256, 257, 600):
        images = np.random.default_rng(count).integers(0, 256, (count, 32, 32, 3), np.uint8)
        stream, ends = pack._encode(images)
        assert len(ends) == -(-count // 256)
        assert np.array_equal(pack._decode(stream, ends, count), images)


def test_a_pack_of_unverified_data_says_so(small, tmp_path):
    root = small.python()
    with pytest.warns(UserWarning, match="NOT VERIFIED"):
        data = cifar.load(imbalance=10, root=root, verify=False)
    assert not cifar.read_pack(cifar.write_pack(data, tmp_path / "p")).verified


def test_a_wrong_bit_or_a_cut_is_never_used(data, path):
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for place in [0, 8, 9, 40, 200, *random.integers(0, len(whole), 60).tolist()]:
        changed = bytearray(whole)
        changed[place] ^= 1 << int(random.integers(0, 8))
        path.write_bytes(changed)
        try:  # a bit of the WebP stream may carry nothing: then every pixel is still right
            assert equal(cifar.read_pack(path), data)
        except DataError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
    for end in (0, 5, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError, match="is no pack, or is cut off"):
            cifar.read_pack(path)


def test_what_is_no_pack_says_how_to_make_one(path, tmp_path):
    with pytest.raises(DataError, match="no file .*ltviz data pack"):
        cifar.read_pack(tmp_path / "nothing")
    (tmp_path / "other").write_bytes(save({"a": np.zeros(3)}))
    with pytest.raises(DataError, match="no pack of CIFAR"):
        cifar.read_pack(tmp_path / "other")
    about, tensors = reopened(path)
    rewrite(path, {**about, "version": 2}, tensors)
    with pytest.raises(DataError, match="version 2, this ltviz reads 1"):
        cifar.read_pack(path)
    for lost in ("order", "sha256", "imbalance"):
        rewrite(path, {key: value for key, value in about.items() if key != lost}, tensors)
        with pytest.raises(DataError, match="damaged"):
            cifar.read_pack(path)
    rewrite(path, about, {key: value for key, value in tensors.items() if key != "val_webp"})
    with pytest.raises(DataError, match="val_webp"):
        cifar.read_pack(path)


def forged(data, path, **change):
    """Write a pack of something else than was published, its hash and all, that says it is verified."""
    cifar.write_pack(cifar.Cifar(**{**vars(data), **change, "verified": False}), path)
    about, tensors = reopened(path)
    rewrite(path, {**about, "verified": True}, tensors)


def moved(images):
    changed = images.copy()
    changed[0, 0, 0, 0] ^= 1
    return changed


@pytest.mark.parametrize("part", ["train", "val", "test"])
def test_verified_means_that_every_image_is_published(data, tmp_path, part):
    change = {f"{part}_images": moved(getattr(data, f"{part}_images"))}
    forged(data, tmp_path / "p", **change)
    with pytest.raises(DataError, match=f"says that it is verified, but its {part} images are not CIFAR-10's"):
        cifar.read_pack(tmp_path / "p")
    with pytest.raises(DataError, match=f"q is not written, .*its {part} images are not CIFAR-10's"):
        cifar.write_pack(cifar.Cifar(**{**vars(data), **change}), tmp_path / "q")
    assert not (tmp_path / "q").exists()


@pytest.mark.parametrize("part", ["train", "val"])
def test_verified_means_the_choice_that_is_named(small, tmp_path, part):
    data, other = (cifar.load(imbalance=10, root=small.python(), seed=seed) for seed in (0, 1))
    change = {
        f"{each}_{kind}": getattr(other, f"{each}_{kind}") for kind in ("images", "rows") for each in ("train", "val")
    }
    if part == "val":
        change = {
            "val_images": data.val_images[::-1],
            "val_rows": data.val_rows[::-1],
            "val_labels": data.val_labels[::-1],
        }
    forged(data, tmp_path / "p", **change)
    with pytest.raises(DataError, match=f"its {part} rows are not those that seed 0 takes"):
        cifar.read_pack(tmp_path / "p")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", [], "name must be one of 'cifar10', 'cifar100'; got"),
        ("name", "../../x", "name must be one of"),
        ("profile", "/../../../x", "profile must be one of 'exp', 'step', 'pareto'; got '/../../../x'"),
        ("profile", ["exp"], "profile must be one of"),
        ("profile", "exp\x1b[31m", "profile must be one of"),
        ("imbalance", 10**400, "imbalance is the ratio"),
        ("imbalance", float("inf"), "imbalance is the ratio"),
        ("imbalance", float("nan"), "imbalance is the ratio"),
        ("imbalance", True, "imbalance is the ratio"),
        ("imbalance", "10", "imbalance is the ratio"),
        ("imbalance", 20, "by which class 1 has .* training images"),
        ("imbalance", 10_000, "too large"),
        ("profile", "step", "by which class 1 has"),
        ("seed", -1, "seed must be"),
        ("seed", 10**400, "seed must be"),
        ("seed", 1.0, "seed must be"),
        ("order", list(range(9)), "order must name each"),
        ("order", [10**400] * 10, "order must name each"),
        ("order", [float("inf")] * 10, "order must"),
        ("order", {"0": 1}, "order must"),
        ("order", list(range(9, -1, -1)), "by which class 0 has"),
        ("verified", "no", "verified must be true or false"),
        ("sha256", "../x", "sha256 must be"),
        ("version", [1], r"version \[1\]"),
    ],
)
def test_what_a_pack_says_is_checked_when_it_is_read(path, field, value, says):
    about, tensors = reopened(path)
    rewrite(path, {**about, field: value}, tensors)
    with pytest.raises(DataError, match=f"{path} .*{says}") as told:
        cifar.read_pack(path)
    assert len(str(told.value)) < 600
    if field not in ("imbalance", "profile", "order"):
        with pytest.raises(DataError, match=says):
            pack.heading(path)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 20_000, '{"a":' * 900, "9" * 5000, '"ltviz"', "", " " * 100_001, '{"format"', "null"]
)
def test_a_heading_that_is_none(tmp_path, text):
    path = tmp_path / "p"
    path.write_bytes(save({"a": np.zeros(3)}, {"ltviz": text}))
    for read in (cifar.read_pack, pack.heading):
        with pytest.raises(DataError, match="no JSON|no pack of CIFAR"):
            read(path)
    assert pack.what_is(path) == "no pack"


def changed(tensors, name, place, value):
    array = tensors[name].copy()
    array[place] = value
    return {**tensors, name: array}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: changed(t, "train_labels", 3, 2**28), "train labels must be class ids in 0..9; got 268435456"),
        (lambda t: changed(t, "val_labels", 0, -1), "val labels must be class ids in 0..9; got -1"),
        (lambda t: changed(t, "test_labels", 0, 2**62), "test labels must be"),
        (lambda t: changed(t, "train_labels", 0, 1), "class 0 has 30 training images; it has 29|class 1 has"),
        (lambda t: changed(t, "train_rows", 0, -1), "has the row -1"),
        (lambda t: changed(t, "train_rows", 0, t["train_rows"][5]), "stands in it twice"),
        (lambda t: changed(t, "val_rows", 0, t["train_rows"][5]), "stands in it twice"),
        (lambda t: {**t, "train_rows": t["train_rows"][1:]}, "118 train labels and 117 rows"),
        (
            lambda t: {**t, "val_labels": t["val_labels"][1:], "val_rows": t["val_rows"][1:]},
            "validation images are not",
        ),
        (lambda t: {**t, **{f"test_{k}": t[f"test_{k}"][:0] for k in ("webp", "ends", "labels")}}, "no test images"),
        (lambda t: {**t, "test_labels": np.zeros(40, np.int64)}, "no test images of class 1"),
        (lambda t: {**t, "test_labels": np.arange(200_000) % 10}, "200000 test images; CIFAR has at most 50000"),
        (lambda t: {**t, "train_labels": t["train_labels"][:0], "train_rows": t["train_rows"][:0]}, "no train images"),
        (lambda t: {**t, "val_rows": t["val_rows"].astype(np.int32)}, "val_rows is of another kind"),
        (lambda t: {**t, "val_rows": t["val_rows"][None]}, "val_rows is of another kind"),
        (lambda t: {**t, "test_ends": t["test_ends"].repeat(5000)}, "5000 pictures in .* bytes for 40 images"),
        (lambda t: changed(t, "test_ends", 0, 2**60), "1 pictures in"),
        (lambda t: changed(t, "test_ends", 0, -1), "1 pictures in"),
    ],
)
def test_what_a_pack_holds_belongs_together(path, change, says):
    about, tensors = reopened(path)
    rewrite(path, about, {name: np.ascontiguousarray(each) for name, each in change(tensors).items()})
    with pytest.raises(DataError, match=f"{path} is damaged: .*{says}"):
        cifar.read_pack(path)


def test_what_could_not_be_read_is_not_written(data, tmp_path):
    for change, says in [
        (dict(profile="/../../../x"), "profile must be one of"),
        (dict(imbalance=20.0), "by which class 1 has"),
        (dict(val_rows=data.val_rows[:-1]), "27 val labels and 26 rows"),
        (dict(test_images=data.test_images[:-1]), "one for each label"),
    ]:
        with pytest.raises(DataError, match=says):
            cifar.write_pack(cifar.Cifar(**{**vars(data), **change}), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_what_is_no_plain_file_or_too_large_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="is no plain file"):
        cifar.read_pack(tmp_path / "pipe")
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(10**10)
    with pytest.raises(DataError, match="10000000000 bytes, a pack at most"):
        cifar.read_pack(tmp_path / "sparse")


@pytest.mark.parametrize("name", ["cifar10", "cifar100"])
def test_the_rows_are_the_published_images(real, name):
    train = cache.load(name, source.find(name, real))["train"]
    assert np.array_equal(_rows.rows_of(train), _rows.known(name))


@pytest.mark.parametrize("name", ["cifar10", "cifar100"])
def test_the_rows_that_are_shipped(name):
    rows = _rows.known(name)
    classes = len(PUBLISHED[name].class_names)
    assert rows.shape == (50_000, 8)
    assert np.bincount(rows[:, 0]).tolist() == [50_000 // classes] * classes


@pytest.mark.parametrize("size", [(32, 9000), (9000, 32), (32, 33)])
def test_a_picture_of_another_size_is_not_decoded(path, size):
    about, tensors = reopened(path)
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, "WEBP", lossless=True)
    tensors["val_webp"] = np.frombuffer(buffer.getvalue(), np.uint8)
    tensors["val_ends"] = np.array([len(buffer.getvalue())])
    rewrite(path, about, tensors)
    with pytest.raises(DataError, match=f"a picture of {size[0]} x {size[1]}"):
        cifar.read_pack(path)


def test_contact_sheets_show_the_first_images_of_head_and_tail(data):
    head, tail = contact_sheets(data)
    assert head.size == tail.size
    left, top, cell = 210, 44, 68
    for sheet, class_id, row in [(head, 0, 0), (head, 4, 4), (tail, 5, 0), (tail, 9, 4)]:
        first = data.train_images[data.train_labels == class_id][0]
        y = top + row * cell
        tile = np.asarray(sheet.crop((left, y, left + 64, y + 64)))
        assert np.array_equal(tile[::2, ::2], first)
    blank = np.asarray(tail.crop((left + 3 * cell, top + 4 * cell, left + 4 * cell, top + 5 * cell)))
    assert (blank == 255).all()  # class 9 has three images


@pytest.mark.slow
def test_the_real_pack_is_small(real, tmp_path):
    data = cifar.load("cifar10", 100, root=real)
    path = cifar.write_pack(data, tmp_path / "cifar10.pack")
    assert path.stat().st_size <= 64 * 2**20
    assert equal(cifar.read_pack(path), data)
