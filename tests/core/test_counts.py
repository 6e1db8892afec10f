"""Counts, groups and profiles: what they accept, and the published numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.profiles import profile

BAD = {
    "1 empty": ([], "at least 2 classes, got 0"),
    "2 one class": ([100], "at least 2 classes, got 1"),
    "3 zero": ([100, 0, 5], "class 1 has 0 samples.*drop"),
    "4 negative": ([100, -3], "class 1 has -3 samples"),
    "5 fraction": ([100, 2.5], "whole numbers"),
    "6 nan": ([100, float("nan")], "finite"),
    "6 inf": ([100, float("inf")], "finite"),
    "7 text ids": ({"0": 9, "10": 1, "2": 5}, "class ids must be integers"),
    "8 gap": ({0: 9, 2: 5}, "class 1 is missing"),
    "9 matrix": (np.ones((2, 2)), "1-D sequence"),
    "9 ragged": ([[1, 2], [3]], "1-D sequence"),
    "9 none": (None, "1-D sequence"),
    "9 text": ("100,5", "1-D sequence"),
    "9 generator": ((n for n in (3, 2)), "1-D sequence"),
    "9 words": (["many", "few"], "whole numbers"),
    "13 one too large": ([2**53 + 1, 1], "too large"),
    "13 sum too large": ([2**53] * 1025, "too large"),
    "13 no int64": ([2**70, 1], "too large"),
    "14 booleans": ([True, True], "not booleans"),
    "14 a boolean among numbers": ([5, True], "not booleans"),
}


@pytest.mark.parametrize(("counts", "message"), BAD.values(), ids=BAD)
def test_bad_counts_say_why(counts, message):
    with pytest.raises(BadInput, match=message) as caught:
        ClassCounts(counts)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, LtvizError)


@pytest.mark.parametrize(
    "counts",
    [
        [100.0, 5.0],
        {1: 5, 0: 100},
        np.array([100, 5], np.uint8),
        (100, 5),
        np.array([100, 5], object),
        torch.tensor([100, 5]),
    ],
)
def test_equal_ways_to_say_the_same_counts(counts):
    assert ClassCounts(counts) == ClassCounts([100, 5])
    assert hash(ClassCounts(counts)) == hash(ClassCounts([100, 5]))


def test_counts_are_frozen_and_do_not_alias():
    given_array = np.array([9, 5])
    counts = ClassCounts(given_array)
    given_array[0] = 1
    assert list(counts) == [9, 5]
    with pytest.raises(ValueError):
        counts.values[0] = 1


def test_any_order_is_accepted_and_described_by_id():
    counts = ClassCounts([50, 5000, 500, 50])
    assert (counts.most_frequent, counts.rarest, counts.imbalance) == (1, 3, 100)
    assert counts.by_frequency.tolist() == [1, 2, 0, 3]
    np.testing.assert_allclose(counts.prior.sum(), 1)


def test_groups_follow_the_threshold_rule_and_may_be_empty():
    groups = ClassCounts([101, 100, 20, 19]).groups()
    assert {k: v.tolist() for k, v in groups.members.items()} == {"many": [0], "medium": [1, 2], "few": [3]}
    cifar10 = profile("exp", 5000, 10, 100).groups()
    assert [len(ids) for ids in cifar10.members.values()] == [8, 2, 0]
    thirds = profile("exp", 5000, 10, 100).groups("terciles")
    assert [len(ids) for ids in thirds.members.values()] == [4, 3, 3]
    assert thirds.text != cifar10.text


CIFAR = {
    (10, 10): 20431, (10, 50): 13996, (10, 100): 12406, (10, 200): 11203,
    (100, 10): 19573, (100, 50): 12608, (100, 100): 10847, (100, 200): 9502,
}  # fmt: skip
GROUPS_CIFAR100 = {10: (69, 31, 0), 20: (53, 47, 0), 50: (41, 41, 18), 100: (35, 35, 30), 200: (30, 31, 39)}


@pytest.mark.parametrize(("classes", "ratio"), CIFAR)
def test_exponential_profile_is_cifar_long_tailed(classes, ratio):
    assert profile("exp", 50000 // classes, classes, ratio).total == CIFAR[classes, ratio]


@pytest.mark.parametrize("ratio", GROUPS_CIFAR100)
def test_cifar100_groups(ratio):
    members = profile("exp", 500, 100, ratio).groups().members
    assert tuple(len(ids) for ids in members.values()) == GROUPS_CIFAR100[ratio]


def test_step_profile_keeps_every_class_when_their_number_is_odd():
    assert list(profile("step", 100, 7, 10)) == [100] * 4 + [10] * 3
    assert profile("step", 5000, 10, 100).total == 25250


@pytest.mark.parametrize("name", ["exp", "step", "pareto"])
@pytest.mark.parametrize("largest", [2, 49, 98, 103, 107, 5000])
def test_the_largest_imbalance_there_is_leaves_one_sample(name, largest):
    assert profile(name, largest, 10, largest).smallest == 1


BAD_PROFILES = {
    "15": (dict(imbalance=0.01), "at least 1.*did you mean 100"),
    "16 zero": (dict(imbalance=0), "imbalance"),
    "16 negative": (dict(imbalance=-5), "imbalance"),
    "16 nan": (dict(imbalance=float("nan")), "imbalance"),
    "16 inf": (dict(imbalance=float("inf")), "imbalance"),
    "16 text": (dict(imbalance="100"), "imbalance"),
    "17": (dict(imbalance=6000), "class 9 would have 0 samples.*at most 5000"),
    "18": (dict(name="exponential"), "[Dd]id you mean 'exp'"),
}


@pytest.mark.parametrize(("change", "message"), BAD_PROFILES.values(), ids=BAD_PROFILES)
def test_bad_profiles_say_why(change, message):
    with pytest.raises(BadInput, match=message):
        profile(**{**dict(name="exp", largest=5000, classes=10, imbalance=100), **change})


@given(
    name=st.sampled_from(["exp", "step", "pareto"]),
    largest=st.integers(10, 10**6),
    classes=st.integers(2, 200),
    share=st.floats(0, 1),
)
def test_profiles_fall_from_head_to_tail_and_reach_their_ratio(name, largest, classes, share):
    ratio = float(largest) ** share
    counts = profile(name, largest, classes, ratio)
    assert (np.diff(counts.values) <= 0).all()
    assert counts.largest == largest
    assert abs(counts.smallest - largest / ratio) <= 1
