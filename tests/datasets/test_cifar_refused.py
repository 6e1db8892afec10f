"""Files that are not what was published: refused, and no program in them is run."""

from __future__ import annotations

import os
import pickle
import tarfile
import warnings

import numpy as np
import pytest

from ltviz.core.errors import DataError
from ltviz.datasets import cifar
from ltviz.datasets.cifar import _pickle, read
from ltviz.datasets.cifar.published import PUBLISHED

from .conftest import tar


@pytest.mark.parametrize("which", [0, 1])
def test_69_one_wrong_bit_is_refused_before_it_is_parsed(small, which, monkeypatch):
    root = small.python() if which == 0 else small.binary()
    version = PUBLISHED["cifar10"].versions[which]
    path = root / version.folder / version.train[2].name
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    parse = _pickle.read
    monkeypatch.setattr(
        _pickle, "read", lambda data, name: pytest.fail("parsed") if name == str(path) else parse(data, name)
    )
    with pytest.raises(DataError, match=f"data_batch_3.*SHA-256 .*expected {version.train[2].sha256}"):
        cifar.load(root=root)
    path.write_bytes(data[:-1])
    with pytest.raises(DataError, match="bytes, the published file"):
        cifar.load(root=root)


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
        assert _pickle.read(whole, "f")["labels"] == labels
        for end in [*range(0, len(whole), 97), *range(len(whole) - 40, len(whole))]:
            with pytest.raises(DataError, match="^f "):
                _pickle.read(whole[:end], "f")


@pytest.mark.parametrize("seed", range(200))
def test_a_damaged_pickle_is_refused_or_a_dict(seed):
    from .conftest import spell

    random = np.random.default_rng(seed)
    data = bytearray(spell(np.zeros((2, 3072), np.uint8), [3, 4], int(random.integers(-1, 6))))
    for _ in range(3):
        data[random.integers(0, min(len(data), 400))] = random.integers(0, 256)
    try:
        assert isinstance(_pickle.read(bytes(data), "f"), dict)
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


def test_the_content_is_checked_too(small):
    """Were the table's file hashes wrong, the images would still have to be the published ones."""
    small.publish(0)
    root = small.python()
    published = PUBLISHED["cifar10"]
    small.monkeypatch.setitem(published.content, "test", "0" * 64)
    with pytest.raises(DataError, match="the test images are not those of CIFAR-10"):
        read.read("cifar10", cifar.source.find("cifar10", root))
