"""Hostile files: what they cost is bounded by their size, and every one is refused in a sentence."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltviz.core.errors import DataError
from ltviz.datasets.cifar import _pickle

HALVES = b"K\x01q\x00" + b"h\x00h\x00\x86q\x00" * 19  # a tuple of two tuples of two ...: 2^19 numbers in 118 bytes
DTYPE = b"cnumpy\ndtype\n"
ARRAY = b"cnumpy.core.multiarray\n_reconstruct\n)R"


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (b"\x80\x04" + HALVES + b"\x8c\x01a\x93.", "a tuple where text is needed"),  # in a name
        (b"\x80\x02" + DTYPE + HALVES + b"\x85R.", "it calls a tuple"),  # as what is called
        (b"\x80\x02" + HALVES + DTYPE + b"h\x00\x85R.", "a tuple where text is needed"),  # as the kind of an array
        (b"\x80\x02" + HALVES + b"}h\x00K\x01s.", "a tuple where text is needed"),  # as a key
        (b"\x80\x02" + HALVES + b"(h\x00K\x01d.", "a tuple where text is needed"),
        (b"\x80\x02}\x8b\xff\x0f\x00\x00" + b"\x7f" * 0xFFF + b"K\x01s.", "a int where text is needed"),  # 10^9864
        (b"\x80\x02cnumpy.core.multiarray\nscalar\n](" + HALVES + b"eU\x01a\x86R.", "without a dtype"),
        (b"F" + b"1" * 5000 + b"x\n.", r"could not convert string to float: '?b?.?1{100,180}$"),
    ],
)
def test_a_small_file_does_not_take_long(program, says):
    with pytest.raises(DataError, match=says):
        _pickle.read(program, "f")


def test_steps_are_counted(monkeypatch):
    assert _pickle._MOST_STEPS > 4 * 200_362  # CIFAR-100's
    monkeypatch.setattr(_pickle, "_MOST_STEPS", 100)
    with pytest.raises(DataError, match="does not end within 100 steps"):
        _pickle.read(b"\x80\x02" + b"]" * 100 + b".", "f")


def test_the_same_text_is_not_copied_again_and_again():
    text = b"\x80\x02T" + (200_000).to_bytes(4, "little") + b"\x00" * 200_000 + b"q\x00" + DTYPE + b"U\x02u1\x85Rq\x01"
    again = ARRAY + b"(K\x01J\x40\x0d\x03\x00\x85h\x01\x89h\x00tb"
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="more bytes than it has"):
            _pickle.read(text + again * 40 + b".", "f")
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


PIECES = st.one_of(
    st.sampled_from(
        [
            *(b"}", b"]", b")", b"(", b"t", b"l", b"d", b"s", b"u", b"a", b"e", b"R", b"b", b"\x85", b"\x86", b"\x87"),
            *(b"N", b"\x88", b"K\x01", b"M@\x0d", b"J\xff\xff\xff\xff", b"q\x00", b"q\x01", b"h\x00", b"h\x01"),
            b"\x94",
            *(b"U\x02u1", b"U\x01|", b"U\x01<", b"U\x04data", b"C\x02ab", b"\x8a\x09" + b"\x7f" * 9, b"\x93", b"I9\n"),
            *(DTYPE, ARRAY, b"cnumpy.core.multiarray\nscalar\n", b"c_codecs\nencode\n", b"h\x00h\x00\x86q\x00"),
            *(DTYPE + b"U\x02i8\x85R", b"cnumpy.core.numeric\n_frombuffer\n"),
        ]
    ),
    st.binary(min_size=1, max_size=3),
)


@settings(max_examples=200, deadline=2000)
@given(st.lists(PIECES, max_size=60))
def test_any_steps_give_a_dict_or_a_sentence(pieces):
    try:
        found = _pickle.read(b"\x80\x04" + b"".join(pieces) + b".", "f")
    except DataError as error:
        assert str(error).startswith("f")  # noqa: PT017 - either outcome is right
        assert len(str(error)) < 400  # noqa: PT017
    else:
        assert isinstance(found, dict)


@pytest.mark.parametrize(
    "labels", [[2**70], [0.5], np.array(3), np.zeros((1, 2), int), np.array([0.0]), np.array([2**63], np.uint64), {}]
)
@pytest.mark.filterwarnings("ignore:NOT VERIFIED")
def test_labels_that_are_none_are_named(small, labels):
    from ltviz.datasets import cifar

    root = small.python()
    content = {"labels": labels, "data": np.zeros((1, 3072), np.uint8)}
    (root / "cifar-10-batches-py" / "data_batch_1").write_bytes(pickle.dumps(content, 2))
    with pytest.raises(DataError, match="'labels' must be a class id in 0..9 for each of the 1 images"):
        cifar.load(root=root, verify=False)
