"""Files: every form that users have is read alike, and cached."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from ltviz.core import files
from ltviz.core.errors import BadInput, DataError
from ltviz.datasets import cifar
from ltviz.datasets.cifar import cache, read, source
from ltviz.datasets.cifar.published import PUBLISHED


def same(data, small):
    assert np.array_equal(data.train_images, small.train.images[data.train_rows])
    assert np.array_equal(data.train_labels, small.train.labels[data.train_rows])
    assert np.array_equal(data.val_images, small.train.images[data.val_rows])
    assert np.array_equal(data.test_images, small.test.images)
    assert np.array_equal(data.test_labels, small.test.labels)
    assert data.train_images.dtype == data.test_images.dtype == np.uint8
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64
    assert type(data.train_images) is np.ndarray
    assert data.verified


@pytest.mark.parametrize("protocol", [-1, 0, 1, 2, 3, 4, 5])
def test_the_python_version_in_every_protocol(small, protocol):
    data = cifar.load(imbalance=10, root=small.python(protocol))
    same(data, small)
    assert list(data.counts) == np.bincount(data.train_labels).tolist() == [30, 23, 17, 13, 10, 8, 6, 5, 3, 3]
    assert data.class_names[8] == "ship"
    assert data.mean.shape == data.std.shape == (3,)


@pytest.mark.parametrize("where", ["root", "folder", "environment"])
@pytest.mark.parametrize("which", [0, 1])
def test_every_place(small, which, where, monkeypatch):
    root = small.python() if which == 0 else small.binary()
    folder = root / PUBLISHED["cifar10"].versions[which].folder
    if where == "environment":
        monkeypatch.setenv("LTVIZ_CIFAR", str(root))
    same(cifar.load(imbalance=10, root={"root": root, "folder": folder, "environment": None}[where]), small)


@pytest.mark.parametrize("which", [0, 1])
def test_an_archive_is_read_without_unpacking(small, which):
    place = small.archive(which)
    same(cifar.load(imbalance=10, root=place), small)
    assert len(list(place.iterdir())) == 1


@pytest.mark.parametrize("where", ["file", "environment", "renamed"])
@pytest.mark.parametrize("which", [0, 1])
def test_the_archive_itself(small, which, where, monkeypatch):
    (path,) = small.archive(which).iterdir()
    if where == "environment":
        monkeypatch.setenv("LTVIZ_CIFAR", str(path))
    if where == "renamed":
        path = path.rename(path.with_name("cifar (1).tgz"))
    same(cifar.load(imbalance=10, root=None if where == "environment" else path), small)
    assert not cifar.is_pack(path)
    with pytest.raises(DataError, match=r"is the archive of CIFAR-10, not CIFAR-100's: choose cifar10"):
        cifar.load("cifar100", root=path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match="the published file|none of CIFAR's"):
        cifar.load(imbalance=10, root=path)


def test_another_archive_is_named(small, tmp_path):
    (tmp_path / "photos.tar.gz").write_bytes(b"\x1f\x8b\x08rest")
    with pytest.raises(DataError, match=r"photos.tar.gz is an archive, but by its name and its size none of CIFAR's"):
        cifar.load(root=tmp_path / "photos.tar.gz")


@pytest.mark.filterwarnings("ignore:NOT VERIFIED")
def test_an_archive_unpacks_to_a_limit(small, monkeypatch):
    place = small.archive()
    monkeypatch.setattr(read._Bounded, "left", 300_000)
    with pytest.raises(DataError, match="unpacks to more than"):
        cifar.load(imbalance=10, root=place, verify=False)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("where", ["root", "folder", "environment", "folder in the environment", "renamed"])
def test_a_file_that_is_missing_is_named_wherever_the_folder_was_named(small, which, where, monkeypatch):
    root = small.python() if which == 0 else small.binary()
    version = PUBLISHED["cifar10"].versions[which]
    folder = root / version.folder
    (folder / version.train[2].name).unlink()
    if where == "renamed":
        folder = folder.rename(root / "mine")
    if "environment" in where:
        monkeypatch.setenv("LTVIZ_CIFAR", str(folder if "folder" in where else root))
    place = {"root": root, "folder": folder, "renamed": folder}.get(where)
    with pytest.raises(DataError, match=f"no CIFAR-10 in .*; {folder} lacks {version.train[2].name}. ") as told:
        cifar.load(root=place)
    assert not isinstance(told.value, source.Absent)


def test_a_folder_of_other_things_lacks_nothing(small, tmp_path):
    for name in ("train", "test.bin"):
        (tmp_path / name).write_text("my notes")
    for name in cifar.NAMES:
        with pytest.raises(source.Absent):
            source.find(name, tmp_path)


def test_a_folder_that_may_not_be_read_is_named(small, monkeypatch):
    root = small.python()
    folder = root / "cifar-10-batches-py"
    access, stat, isfile = os.access, os.stat, os.path.isfile

    def closed(path, *more, **options):
        if str(path).startswith(f"{folder}/"):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *more, **options)

    monkeypatch.setattr(os, "stat", closed)  # root may read everything
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(folder) and access(path, mode))
    monkeypatch.setattr(os.path, "isfile", lambda path: not str(path).startswith(f"{folder}/") and isfile(path))
    for place in (root, folder):
        with pytest.raises(DataError, match="cifar-10-batches-py is not open to reading"):
            cifar.load(root=place)


def test_what_is_not_there_says_which_file_to_put_where(small, tmp_path):
    with pytest.raises(
        DataError, match=r"(?s)no CIFAR-10 in .*ltviz data fetch cifar10.*--data.*root.*LTVIZ_CIFAR.*put "
    ) as told:
        cifar.load(root=tmp_path)
    archive = PUBLISHED["cifar10"].versions[0].archive
    assert archive.name in str(told.value)
    assert archive.sha256 in str(told.value)
    root = small.python()
    (root / "cifar-10-batches-py" / "data_batch_3").unlink()
    with pytest.raises(DataError, match="lacks data_batch_3"):
        cifar.load(root=root)


def test_a_folder_that_does_not_exist_is_named_as_such(small, tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"no CIFAR-10 in .*ltviz.cifar\. "):  # ltviz's own: nothing was named
        cifar.load()
    with pytest.raises(DataError, match=r"the folder .*nothing does not exist; name the one that has CIFAR-10"):
        cifar.load(root=tmp_path / "nothing")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file is a file; name the one"):
        cifar.load(root=tmp_path / "file")
    monkeypatch.setenv("LTVIZ_CIFAR", str(tmp_path / "gone"))
    with pytest.raises(DataError, match="gone, which LTVIZ_CIFAR names, does not exist; .*fetch cifar100 --to FOLDER"):
        cifar.load("cifar100")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DataError, match="is not open to reading"):
        cifar.load(root=tmp_path)


@pytest.mark.parametrize(
    "wrong", [dict(imbalance=10_000), dict(imbalance=0.5), dict(profile="x"), dict(seed=-1), dict(order=[0, 1])]
)
def test_a_wrong_choice_is_refused_before_anything_is_read(small, wrong, monkeypatch):
    monkeypatch.setattr(cache, "load", lambda *_: pytest.fail("read"))
    with pytest.raises(BadInput, match=next(iter(wrong))):
        cifar.load(root=small.python(), **wrong)


def test_what_is_known_without_reading(small):
    root = small.python()
    found = source.find("cifar10", root)
    assert not cache.is_known("cifar10", found)
    cifar.load(imbalance=10, root=root)
    assert cache.is_known("cifar10", found)
    os.utime(found.paths[0], ns=(1, 1))
    assert not cache.is_known("cifar10", found)


def test_no_verify_reads_it_and_says_so(small):
    root = small.python()
    path = root / "cifar-10-batches-py" / "data_batch_1"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.warns(UserWarning, match="NOT VERIFIED"):
        data = cifar.load(imbalance=10, root=root, verify=False)
    assert not data.verified
    assert len(data.train_labels) == data.counts.total


def test_bad_names():
    with pytest.raises(BadInput, match="did you mean 'cifar10'|Did you mean 'cifar10'"):
        cifar.load("cifar-10")


def test_the_second_load_maps_the_cache(small, monkeypatch):
    root = small.python()
    cifar.load(imbalance=10, root=root)
    monkeypatch.setattr(cache, "read", lambda *_: pytest.fail("parsed again"))
    data = cifar.load(imbalance=10, root=root)
    same(data, small)
    assert isinstance(data.test_images, np.memmap)
    assert not data.test_images.flags.writeable


def test_a_source_that_has_changed_is_read_and_checked_again(small):
    root = small.python()
    cifar.load(imbalance=10, root=root)
    path = root / "cifar-10-batches-py" / "test_batch"
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match="test_batch"):
        cifar.load(imbalance=10, root=root)


@pytest.mark.parametrize("name", ["train_images.npy", "test_labels.npy", "sources.json"])
@pytest.mark.parametrize("fault", ["bit", "cut", "empty", "text", "gone", "pipe", "folder", "loop", "huge"])
def test_a_damaged_cache_is_made_again(small, name, fault):
    root = small.python()
    cifar.load(imbalance=10, root=root)
    path = small.folder / "cache" / "ltviz" / "cifar10" / name
    data = path.read_bytes()
    if fault in ("gone", "pipe", "folder", "loop"):
        path.unlink()
        make = {"pipe": os.mkfifo, "folder": os.mkdir, "loop": lambda place: os.symlink(place, place)}
        make.get(fault, str)(path)
    elif fault == "huge":
        claim = np.lib.format.header_data_from_array_1_0(np.zeros(3, np.int64)) | {"shape": (2**40,)}
        with open(path, "wb") as file:
            np.lib.format.write_array_header_1_0(file, claim)
    else:
        flipped = data[:-50] + bytes([data[-50] ^ 1]) + data[-49:]
        path.write_bytes({"bit": flipped, "cut": data[:-7], "empty": b"", "text": b"[1]"}[fault])
    same(cifar.load(imbalance=10, root=root), small)
    assert name == "sources.json" or fault == "folder" or path.read_bytes() == data


def test_what_a_killed_writer_left_in_the_cache_goes_at_the_next_load(small):
    root = small.python()
    folder = small.folder / "cache" / "ltviz" / "cifar10"
    cifar.load(imbalance=10, root=root)
    code = "import os\nfrom ltviz.core import files\nos.replace = lambda *_: os._exit(9)\n"
    code += f"files.write_bytes({str(folder / 'train_images.npy')!r}, b'half')"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    mine = folder / files._unfinished("train_images.npy")  # of a process that lives: this one
    mine.touch()
    (left,) = set(folder.glob(".*.tmp")) - {mine}
    cifar.load(imbalance=10, root=root)  # which writes nothing
    assert not left.exists()
    assert mine.exists()
    assert len(list(folder.iterdir())) == 6


def test_no_cache_can_be_written(small):
    (small.folder / "cache").write_text("a file in the way")
    data = cifar.load(imbalance=10, root=small.python())
    same(data, small)
    assert not isinstance(data.test_images, np.memmap)


@pytest.mark.parametrize(("name", "classes", "total"), [("cifar10", 10, 12406), ("cifar100", 100, 10847)])
def test_the_real_data(real, name, classes, total):
    data = cifar.load(name, root=real)
    assert data.verified
    assert data.counts.total == len(data.train_images) == total
    assert np.bincount(data.test_labels).tolist() == [10_000 // classes] * classes
    pixels = np.concatenate([data.train_images, data.val_images]) / 255
    assert np.abs(pixels.mean((0, 1, 2)) - data.mean).max() < 0.05
    assert np.array_equal(cifar.long_tail_indices(_labels(real, name)), data.train_rows)


def _labels(root, name):
    return cache.load(name, source.find(name, root))["train"].labels
