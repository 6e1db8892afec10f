"""Packs: what comes out is what went in, or nothing; the real one is small."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save

from ltviz.core.errors import DataError
from ltviz.datasets import _cifar_pack, cifar
from ltviz.datasets._contact_sheet import head_and_tail

ARRAYS = [f"{part}_{kind}" for part in ("train", "val", "test") for kind in ("images", "labels")] + [
    "train_rows",
    "val_rows",
    "mean",
    "std",
]
WORDS = ("name", "counts", "profile", "imbalance", "seed", "order", "class_names", "verified")


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


def test_several_sheets_and_their_edges():
    for count in (0, 1, 255, 256, 257, 600):
        images = np.random.default_rng(count).integers(0, 256, (count, 32, 32, 3), np.uint8)
        stream, ends = _cifar_pack._encode(images)
        assert len(ends) == -(-count // 256)
        assert np.array_equal(_cifar_pack._decode(stream, ends), images)


def test_a_pack_of_unverified_data_says_so(small, tmp_path):
    root = small.python()
    with pytest.warns(UserWarning, match="NOT VERIFIED"):
        data = cifar.load(imbalance=10, root=root, verify=False)
    assert not cifar.read_pack(cifar.write_pack(data, tmp_path / "p")).verified


def test_a_wrong_bit_or_a_cut_is_never_used(small, tmp_path):
    data = cifar.load(imbalance=10, root=small.python())
    path = cifar.write_pack(data, tmp_path / "p")
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


def test_what_is_no_pack_says_how_to_make_one(small, tmp_path):
    with pytest.raises(DataError, match="no file .*ltviz data pack"):
        cifar.read_pack(tmp_path / "nothing")
    (tmp_path / "other").write_bytes(save({"a": np.zeros(3)}))
    with pytest.raises(DataError, match="no pack of CIFAR"):
        cifar.read_pack(tmp_path / "other")
    path = cifar.write_pack(cifar.load(imbalance=10, root=small.python()), tmp_path / "p")
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


def test_verified_means_the_published_test_set(small, tmp_path):
    data = cifar.load(imbalance=10, root=small.python())
    path = cifar.write_pack(data, tmp_path / "p")
    changed = data.test_images.copy()
    changed[0, 0, 0, 0] ^= 1
    cifar.write_pack(cifar.Cifar(**{**vars(data), "test_images": changed}), path)
    with pytest.raises(DataError, match="its test set is not CIFAR-10's"):
        cifar.read_pack(path)


@pytest.mark.parametrize("size", [(32, 9000), (9000, 32), (32, 33)])
def test_a_picture_of_another_size_is_not_decoded(small, tmp_path, size):
    path = cifar.write_pack(cifar.load(imbalance=10, root=small.python()), tmp_path / "p")
    about, tensors = reopened(path)
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, "WEBP", lossless=True)
    tensors["val_webp"] = np.frombuffer(buffer.getvalue(), np.uint8)
    tensors["val_ends"] = np.array([len(buffer.getvalue())])
    rewrite(path, about, tensors)
    with pytest.raises(DataError, match=f"a picture of {size[0]} x {size[1]}"):
        cifar.read_pack(path)


def test_contact_sheets_show_the_first_images_of_head_and_tail(small):
    data = cifar.load(imbalance=10, root=small.python())
    head, tail = head_and_tail(data)
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
