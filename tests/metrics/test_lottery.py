"""The chance that the worse one wins: exact, by all choices of seeds one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.metrics.lottery import sums, wins

ONE = np.array([0.80, 0.83, 0.81, 0.86, 0.83, 0.79])
OTHER = np.array([0.84, 0.82, 0.85, 0.81, 0.83])


def means(values: np.ndarray, n: int) -> np.ndarray:
    return np.array([np.mean(some) for some in combinations(values, n)])


@pytest.mark.parametrize("n", [1, 2, 4, 5])
def test_every_choice_of_seeds_counts_once(n: int) -> None:
    apart = means(ONE, n)[:, None] - means(OTHER, n)[None, :]
    won, tied = wins(ONE, OTHER, 5)
    assert won[n - 1] == pytest.approx((apart > 1e-9).mean())
    assert tied[n - 1] == pytest.approx((abs(apart) < 1e-9).mean())
    pairs = means(ONE[:5] - OTHER, n)
    won, tied = wins(ONE[:5], OTHER, 5, paired=True)
    assert won[n - 1] == pytest.approx((pairs > 1e-9).mean())
    assert tied[n - 1] == pytest.approx((abs(pairs) < 1e-9).mean())


def test_what_rounding_alone_tells_apart_is_equal() -> None:
    thirds = np.round(np.array([1, 2, 3, 4]) / 440, 5)  # as tables keep them
    won, tied = wins(thirds, thirds, 2)
    apart = means(np.array([1, 2, 3, 4]), 2)[:, None] - means(np.array([1, 2, 3, 4]), 2)
    assert won[1] == pytest.approx((apart > 0).mean())
    assert tied[1] == pytest.approx((apart == 0).mean())
    assert wins(thirds, thirds, 3, paired=True)[1].tolist() == pytest.approx([1, 1, 1])


def test_hundreds_of_seeds_are_no_more_than_their_sums() -> None:
    values = np.arange(300)
    low, shares = sums(values, 3)
    assert low == 0
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    at = np.arange(shares.shape[1])
    np.testing.assert_allclose(shares @ at, values.mean() * np.arange(4))


def test_seeds_that_are_not_there_are_refused() -> None:
    with pytest.raises(BadInput, match="most must be a whole number from 1 to 5"):
        wins(ONE, OTHER, 6)
    with pytest.raises(BadInput, match="as many of both; got 6 and 5"):
        wins(ONE, OTHER, 2, paired=True)
