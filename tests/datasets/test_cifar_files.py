"""Files: every form that users have is read alike, and nothing else is."""

from __future__ import annotations

import os
import pickle
import tarfile
import warnings

import numpy as np
import pytest

from ltviz.core.errors import BadInput, DataError
from ltviz.datasets import _cifar_cache, _cifar_files, _cifar_pickle, _cifar_read, cifar

from .conftest import tar


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
    folder = root / _cifar_files.PUBLISHED["cifar10"].versions[which].folder
    if where == "environment":
        monkeypatch.setenv("LTVIZ_CIFAR", str(root))
    same(cifar.load(imbalance=10, root={"root": root, "folder": folder, "environment": None}[where]), small)


@pytest.mark.parametrize("which", [0, 1])
def test_an_archive_is_read_without_unpacking(small, which):
    place = small.archive(which)
    same(cifar.load(imbalance=10, root=place), small)
    assert len(list(place.iterdir())) == 1


def test_what_is_not_there_says_which_file_to_put_where(small, tmp_path):
    with pytest.raises(
        DataError, match=r"(?s)no CIFAR-10 in .*nothing.*ltviz data fetch cifar10.*LTVIZ_CIFAR.*put "
    ) as told:
        cifar.load(root=tmp_path / "nothing")
    archive = _cifar_files.PUBLISHED["cifar10"].versions[0].archive
    assert archive.name in str(told.value)
    assert archive.sha256 in str(told.value)
    root = small.python()
    (root / "cifar-10-batches-py" / "data_batch_3").unlink()
    with pytest.raises(DataError, match="lacks data_batch_3"):
        cifar.load(root=root)


@pytest.mark.parametrize("which", [0, 1])
def test_69_one_wrong_bit_is_refused_before_it_is_parsed(small, which, monkeypatch):
    root = small.python() if which == 0 else small.binary()
    version = _cifar_files.PUBLISHED["cifar10"].versions[which]
    path = root / version.folder / version.train[2].name
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    parse = _cifar_pickle.read
    monkeypatch.setattr(
        _cifar_pickle, "read", lambda data, name: pytest.fail("parsed") if name == str(path) else parse(data, name)
    )
    with pytest.raises(DataError, match=f"data_batch_3.*SHA-256 .*expected {version.train[2].sha256}"):
        cifar.load(root=root)
    path.write_bytes(data[:-1])
    with pytest.raises(DataError, match="bytes, the published file"):
        cifar.load(root=root)


def test_no_verify_reads_it_and_says_so(small):
    root = small.python()
    path = root / "cifar-10-batches-py" / "data_batch_1"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.warns(UserWarning, match="NOT VERIFIED"):
        data = cifar.load(imbalance=10, root=root, verify=False)
    assert not data.verified
    assert len(data.train_labels) == data.counts.total


class Evil:
    """Runs a command when a careless reader loads it."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


def programs(marker):
    touch = f"touch {marker}".encode()
    evil = [pickle.dumps({b"data": Evil(marker)}, protocol) for protocol in range(6)]
    return [
        *evil,
        b"(S'" + touch + b"'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'" + touch + b"'\no.",  # OBJ
        b"cos\nsystem\n)\x81.",  # NEWOBJ
        b"\x82\x01.",  # a number of the extension registry
        b"Ppersistent\n.",
        b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.",
        b"c__builtin__\ngetattr\n(cnumpy\nndarray\nS'tofile'\ntR.",
        b"}S'a'\nK\x01s}b.",  # BUILD on a dict
        b"S'numpy.core.multiarray _reconstruct'\n(tR.",  # a string that looks like a name
        pickle.dumps({b"data": np.array([Evil(marker)], object)}, 2),
        pickle.dumps({b"data": np.array([Evil(marker)], object)}, 5),
        pickle.dumps({b"data": np.zeros(1, "U9")}, 2),
    ]


@pytest.mark.parametrize("number", range(18))
def test_66_a_program_in_a_pickle_is_never_run(small, tmp_path, number):
    marker = tmp_path / "marker"
    root = small.python()
    (root / "cifar-10-batches-py" / "data_batch_1").write_bytes(programs(marker)[number])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        with pytest.raises(DataError, match="data_batch_1"):
            cifar.load(imbalance=10, root=root, verify=False)
    assert not marker.exists()


def test_a_pickle_cut_off_anywhere_is_refused():
    images, labels = np.zeros((3, 3072), np.uint8), [0, 1, 2]
    from .conftest import spell

    for protocol in (-1, 2, 5):
        whole = spell(images, labels, protocol)
        assert _cifar_pickle.read(whole, "f")["labels"] == labels
        for end in [*range(0, len(whole), 97), *range(len(whole) - 40, len(whole))]:
            with pytest.raises(DataError, match="^f "):
                _cifar_pickle.read(whole[:end], "f")


@pytest.mark.parametrize("seed", range(200))
def test_a_damaged_pickle_is_refused_or_a_dict(seed):
    from .conftest import spell

    random = np.random.default_rng(seed)
    data = bytearray(spell(np.zeros((2, 3072), np.uint8), [3, 4], int(random.integers(-1, 6))))
    for _ in range(3):
        data[random.integers(0, min(len(data), 400))] = random.integers(0, 256)
    try:
        assert isinstance(_cifar_pickle.read(bytes(data), "f"), dict)
    except DataError as error:
        assert str(error).startswith("f")  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"labels": [0, 1]}, "'data' must be an array"),
        ({"labels": [0], "data": np.zeros((1, 3071), np.uint8)}, r"\(1, 3071\)"),
        ({"labels": [0], "data": np.zeros((1, 3072))}, "float64"),
        ({"data": np.zeros((1, 3072), np.uint8)}, "'labels' must be"),
        ({"labels": [10], "data": np.zeros((1, 3072), np.uint8)}, "0..9"),
        ({"labels": [-1], "data": np.zeros((1, 3072), np.uint8)}, "0..9"),
        ({"labels": [0, 1], "data": np.zeros((1, 3072), np.uint8)}, "each of the 1"),
        ({"labels": ["a"], "data": np.zeros((1, 3072), np.uint8)}, "missing or of another kind"),
        ({"labels": "0", "data": np.zeros((1, 3072), np.uint8)}, "missing or of another kind"),
        ([0], "holds a list"),
    ],
)
@pytest.mark.filterwarnings("ignore:NOT VERIFIED")
def test_another_content_says_what_it_is(small, content, says):
    root = small.python()
    (root / "cifar-10-batches-py" / "data_batch_1").write_bytes(pickle.dumps(content, 2))
    with pytest.raises(DataError, match=says):
        cifar.load(root=root, verify=False)


@pytest.mark.parametrize("data", [b"", b"\x00" * 3072, b"\x0a" + b"\x00" * 3072])
@pytest.mark.filterwarnings("ignore:NOT VERIFIED")
def test_a_binary_file_of_another_form(small, data):
    root = small.binary()
    (root / "cifar-10-batches-bin" / "data_batch_1.bin").write_bytes(data)
    with pytest.raises(DataError, match=r"data_batch_1\.bin"):
        cifar.load(root=root, verify=False)


def members():
    def make(name, **more):
        info = tarfile.TarInfo(name)
        for key, value in more.items():
            setattr(info, key, value)
        return info

    inside = "cifar-10-batches-py/"
    return {
        "outside": make("../evil", size=4),
        "deep outside": make(inside + "../../evil", size=4),
        "absolute": make("/tmp/evil-of-ltviz", size=4),
        "link": make(inside + "data_batch_1", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        "hard link": make(inside + "data_batch_1", type=tarfile.LNKTYPE, linkname="../../evil"),
        "device": make(inside + "data_batch_1", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        "pipe": make(inside + "data_batch_1", type=tarfile.FIFOTYPE),
        "10 GB": make(inside + "data_batch_1", size=10**10),
        "elsewhere": make("other/data_batch_1", size=4),
    }


@pytest.mark.parametrize("kind", members())
@pytest.mark.filterwarnings("ignore:NOT VERIFIED")
def test_68_an_archive_with_such_a_member_is_refused(small, tmp_path, kind):
    place = small.archive()
    path = place / "cifar-10-python.tar.gz"
    path.write_bytes(tar([members()[kind]], b"evil"))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="only plain files"):
        cifar.load(root=place, verify=False)
    with pytest.raises(DataError, match="the published file"):
        cifar.load(root=place)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.filterwarnings("ignore:NOT VERIFIED")
def test_an_archive_cut_off_damaged_or_without_a_file(small):
    place = small.archive()
    path = place / "cifar-10-python.tar.gz"
    whole = path.read_bytes()
    lone = tar([tarfile.TarInfo("cifar-10-batches-py/readme.html")])
    for data, says in [
        (whole[:-2000], "cut off"),
        (b"<html>", "cut off"),
        (lone, "has no"),
    ]:
        path.write_bytes(data)
        with pytest.raises(DataError, match=says):
            cifar.load(root=place, verify=False)
        with pytest.raises(DataError, match="published file"):
            cifar.load(root=place)


def test_bad_names():
    with pytest.raises(BadInput, match="did you mean 'cifar10'|Did you mean 'cifar10'"):
        cifar.load("cifar-10")


def test_the_second_load_maps_the_cache(small, monkeypatch):
    root = small.python()
    cifar.load(imbalance=10, root=root)
    monkeypatch.setattr(_cifar_cache, "read", lambda *_: pytest.fail("parsed again"))
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
@pytest.mark.parametrize("fault", ["bit", "cut", "empty", "text", "gone"])
def test_a_damaged_cache_is_made_again(small, name, fault):
    root = small.python()
    cifar.load(imbalance=10, root=root)
    path = small.folder / "cache" / "ltviz" / "cifar10" / name
    data = path.read_bytes()
    if fault == "gone":
        path.unlink()
    else:
        flipped = data[:-50] + bytes([data[-50] ^ 1]) + data[-49:]
        path.write_bytes({"bit": flipped, "cut": data[:-7], "empty": b"", "text": b"[1]"}[fault])
    same(cifar.load(imbalance=10, root=root), small)
    assert name == "sources.json" or path.read_bytes() == data


def test_no_cache_can_be_written(small):
    (small.folder / "cache").write_text("a file in the way")
    data = cifar.load(imbalance=10, root=small.python())
    same(data, small)
    assert not isinstance(data.test_images, np.memmap)


def test_the_content_is_checked_too(small):
    """Were the table's file hashes wrong, the images would still have to be the published ones."""
    small.publish(0)
    root = small.python()
    published = _cifar_files.PUBLISHED["cifar10"]
    small.monkeypatch.setitem(published.content, "test", "0" * 64)
    with pytest.raises(DataError, match="the test images are not those of CIFAR-10"):
        _cifar_read.read("cifar10", cifar._cifar_source.find("cifar10", root))


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
    from ltviz.datasets import _cifar_source

    return _cifar_cache.load(name, _cifar_source.find(name, root))["train"].labels
