"""Digits: balanced test and validation sets apart from every training subset."""

import numpy as np
import pytest

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, DataError
from ltviz.datasets import digits
from ltviz.datasets._subset import take


def keys(images):
    return {image.tobytes() for image in images}


def test_if_50_has_305_training_images_and_balanced_others():
    data = digits.load(imbalance=50)
    assert len(data.train_images) == len(data.train_labels) == data.counts.total == 305
    assert list(data.counts) == np.bincount(data.train_labels).tolist() == [110, 71, 46, 29, 19, 12, 8, 5, 3, 2]
    assert np.bincount(data.test_labels).tolist() == [44] * 10
    assert np.bincount(data.val_labels).tolist() == [20] * 10
    assert data.train_images.shape[1:] == (1, 8, 8)
    assert data.train_images.dtype == np.float32
    assert 0 <= data.train_images.min() < data.train_images.max() <= 1


def test_no_image_is_in_two_sets_whatever_the_seed():
    every = digits.load(imbalance=1, seed=0)
    for seed in range(4):
        data = digits.load(imbalance=1, seed=seed)
        train, val, test = keys(data.train_images), keys(data.val_images), keys(data.test_images)
        assert not train & val
        assert not train & test
        assert not val & test
        assert test == keys(every.test_images)


def test_the_seed_chooses_the_subset():
    first, again, other = (digits.load(seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(first.train_images, again.train_images)
    assert not np.array_equal(first.train_images, other.train_images)
    rare = first.train_labels == 9
    assert not np.array_equal(first.train_images[rare], other.train_images[other.train_labels == 9])


@pytest.mark.parametrize("profile", ["exp", "step", "pareto"])
def test_labels_are_those_of_the_images(profile):
    from sklearn.datasets import load_digits

    data, labels = load_digits(return_X_y=True)
    truth = {(row / 16).astype(np.float32).tobytes(): label for row, label in zip(data, labels, strict=True)}
    ours = digits.load(imbalance=10, profile=profile, seed=2)
    for part in ("train", "val", "test"):
        images, said = getattr(ours, f"{part}_images"), getattr(ours, f"{part}_labels")
        assert [truth[image.tobytes()] for image in images] == said.tolist()


@pytest.mark.parametrize("change", [dict(imbalance=0.02), dict(imbalance=500), dict(profile="long"), dict(seed=-1)])
def test_bad_requests_say_why(change):
    with pytest.raises(BadInput):
        digits.load(**change)


def test_20_more_samples_than_there_are():
    pools = [np.arange(5), np.arange(5, 8)]
    with pytest.raises(DataError, match="class 1 has 3 samples, asked for 4"):
        take(pools, ClassCounts([5, 4]), np.random.default_rng(0))
    assert sorted(take(pools, ClassCounts([2, 3]), np.random.default_rng(0))[2:]) == [5, 6, 7]
