"""Splits: the papers' counts, the LDAM code's images in its order, and nothing of anyone's random state."""

# ruff: noqa: NPY002 - the rule under test is that of numpy's old global generator

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput, DataError
from ltviz.datasets import cifar
from ltviz.datasets.cifar._set import split


def balanced(classes: int) -> np.ndarray:
    """50,000 labels in no order, as CIFAR's."""
    return np.random.default_rng(1).permutation(np.repeat(np.arange(classes), 50_000 // classes))


def slowly(labels: list[int], classes: int, ratio: float, profile: str, seed: int = 0) -> list[int]:
    """The LDAM code's rule written out: the global generator, one class after another, one row after another."""
    before = np.random.get_state()
    np.random.seed(seed)
    chosen = []
    for class_id in range(classes):
        if profile == "exp":
            many = int(len(labels) / classes * (1 / ratio) ** (class_id / (classes - 1.0)))
        else:
            many = int(len(labels) / classes * (1.0 if class_id < classes / 2 else 1 / ratio))
        rows = np.array([row for row, label in enumerate(labels) if label == class_id])
        np.random.shuffle(rows)
        chosen += [int(row) for row in rows[:many]]
    np.random.set_state(before)
    return chosen


@pytest.mark.parametrize(
    ("classes", "profile", "sums"),
    [
        (10, "exp", {10: 20431, 50: 13996, 100: 12406, 200: 11203}),
        (100, "exp", {10: 19573, 50: 12608, 100: 10847, 200: 9502}),
        (10, "step", {10: 27500, 100: 25250}),
        (100, "step", {10: 27500, 100: 25250}),
    ],
)
def test_sums_are_the_papers_and_a_larger_ratio_lies_in_a_smaller(classes, profile, sums):
    labels = balanced(classes)
    wider = set(range(len(labels)))
    for ratio, total in sums.items():
        rows = cifar.long_tail_indices(labels, ratio, profile)
        assert rows.dtype == np.int64
        assert len(rows) == len(set(rows.tolist())) == total
        assert set(rows.tolist()) <= wider
        wider = set(rows.tolist())


def test_counts_of_cifar10_lt_100():
    labels = balanced(10)
    counts = np.bincount(labels[cifar.long_tail_indices(labels)]).tolist()
    assert counts == [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]


@pytest.mark.parametrize(("ratio", "profile", "seed"), [(100, "exp", 0), (37.5, "exp", 3), (100, "step", 0)])
def test_rows_are_the_ldam_codes_byte_for_byte(ratio, profile, seed):
    labels = balanced(10)
    ours = cifar.long_tail_indices(labels, ratio, profile, seed)
    assert ours.tobytes() == np.array(slowly(labels.tolist(), 10, ratio, profile, seed), np.int64).tobytes()


def test_no_ones_random_state_is_read_or_changed():
    labels = balanced(10)
    before = np.random.get_state()[1].copy()
    first = cifar.long_tail_indices(labels)
    assert np.array_equal(np.random.get_state()[1], before)
    np.random.set_state(np.random.RandomState(99).get_state())
    assert np.array_equal(cifar.long_tail_indices(labels), first)
    assert not np.array_equal(cifar.long_tail_indices(labels, seed=1), first)


def test_another_order_moves_the_head_and_keeps_the_choice():
    labels = balanced(10)
    plain = cifar.long_tail_indices(labels, 100)
    turned = cifar.long_tail_indices(labels, 100, order=range(9, -1, -1))
    assert np.bincount(labels[turned])[::-1].tolist() == np.bincount(labels[plain]).tolist()
    for class_id in range(10):
        a, b = (rows[labels[rows] == class_id].tolist() for rows in (plain, turned))
        assert a[: len(b)] == b[: len(a)]


@pytest.mark.parametrize("kind", [list, np.uint8, np.int32])
def test_any_kind_of_integer_labels(kind):
    labels = balanced(10)
    same = labels.tolist() if kind is list else labels.astype(kind)
    assert np.array_equal(cifar.long_tail_indices(same), cifar.long_tail_indices(labels))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (dict(imbalance=0.01), "did you mean 100"),
        (dict(imbalance=float("nan")), "imbalance"),
        (dict(imbalance=10_000), "at most 5000"),
        (dict(profile="exponential"), "did you mean 'exp'"),
        (dict(seed=-1), "seed"),
        (dict(order=[0, 1]), "order must name each"),
        (dict(order=[0.5] * 10), "order must name each"),
        (dict(order="9876543210x"), "order"),
        (dict(labels=[[0, 1]]), "1-D"),
        (dict(labels=[0.0, 1.0]), "integers"),
        (dict(labels=[0, 0]), "at least 2 classes"),
        (dict(labels=[-1, 1]), "class ids from 0"),
        (dict(labels=[]), "1-D"),
    ],
)
def test_bad_requests_say_why(change, says):
    with pytest.raises(BadInput, match=f"(?i){says}"):
        cifar.long_tail_indices(**{"labels": balanced(10), **change})


def test_20_unbalanced_labels_are_never_cut_short_silently():
    with pytest.raises(DataError, match="class 1 has 2 samples, asked for 3; with largest=2 or less"):
        cifar.long_tail_indices([0, 0, 0, 0, 1, 1], 1, largest=3)
    with pytest.raises(DataError, match="class 1 has 0 samples.*np.unique"):
        cifar.long_tail_indices([0, 0, 2, 2], 1)


def test_uneven_classes_give_what_every_class_has():
    sizes = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # MNIST's
    labels = np.repeat(np.arange(10), sizes)
    counts = np.bincount(labels[cifar.long_tail_indices(labels)])
    assert (counts[0], counts[9]) == (5421, 54)
    assert np.bincount(labels[cifar.long_tail_indices(labels, largest=5923)])[0] == 5923
    with pytest.raises(DataError, match="class 0 has 5923 samples, asked for 6000"):
        cifar.long_tail_indices(labels, largest=6000)
    with pytest.raises(BadInput, match="largest"):
        cifar.long_tail_indices(labels, largest=0)
    even = np.repeat(np.arange(10), 5000)
    assert np.array_equal(cifar.long_tail_indices(even, largest=5000), cifar.long_tail_indices(even))


@pytest.mark.parametrize(("classes", "size"), [(10, 500), (100, 23)])
def test_validation_is_balanced_and_apart(classes, size):
    labels = balanced(classes)
    train, val, counts, order = split(labels, 100, "exp", 0, None)
    assert order == tuple(range(classes))
    assert counts.total == len(train)
    assert not set(train.tolist()) & set(val.tolist())
    assert np.bincount(labels[val], minlength=classes).tolist() == [0] + [size] * (classes - 1)


def test_validation_is_the_same_whatever_the_ratio():
    labels = balanced(10)
    first, second = (split(labels, ratio, "exp", 0, None)[1] for ratio in (10, 200))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(("imbalance", "profile"), [(1, "exp"), (100, "step"), (2, "step")])
def test_there_is_no_validation_of_the_tail_alone(imbalance, profile):
    assert len(split(balanced(10), imbalance, profile, 0, None)[1]) == 0
