"""Intervals against scipy's tests, and what one seed cannot tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ltviz.core.errors import BadInput
from ltviz.metrics.interval import over_seeds, paired


@given(st.integers(2, 30), st.sampled_from([0.5, 0.9, 0.95, 0.99]), st.integers(0, 2**32 - 1))
def test_the_interval_is_students(n: int, level: float, seed: int) -> None:
    values = np.random.default_rng(seed).normal(3, 2, n)
    found = over_seeds(values, level)
    assert (found.n, found.level) == (n, level)
    assert found.mean == pytest.approx(values.mean())
    assert found.deviation == pytest.approx(np.std(values, ddof=1))
    assert found.error == pytest.approx(stats.sem(values))
    assert found.interval == pytest.approx(stats.ttest_1samp(values, 0).confidence_interval(level))


def test_paired_is_scipys_paired_interval() -> None:
    rng = np.random.default_rng(0)
    seeds = rng.normal(size=10)  # what a seed does to both
    a, b = seeds + 0.3 + 0.1 * rng.normal(size=10), seeds + 0.1 * rng.normal(size=10)
    found = paired(a, b)
    assert found.interval == pytest.approx(stats.ttest_rel(a, b).confidence_interval(0.95))
    assert found.mean > 2 * found.error
    assert paired(b, a).mean == -found.mean
    assert found.error < over_seeds(a).error / 3


def test_row_57_one_seed_has_no_interval() -> None:
    for found in (over_seeds(np.array([0.7])), paired(np.array([0.9]), np.array([0.2]))):
        assert found.n == 1
        assert found.mean == pytest.approx(0.7)
        assert (found.deviation, found.error, found.interval) == (None, None, None)
        assert str(found) == "0.7 (n=1)"


def test_the_text_tells_how_many_and_how_sure() -> None:
    assert str(over_seeds(np.array([1.0, 2.0, 3.0]))) == "2 ± 2.5 (n=3, 95 %)"


@pytest.mark.parametrize("values", [[], [[1.0, 2.0]], [1.0, np.nan], [1.0, np.inf], ["1"], [True, False], 3.0])
def test_values_that_are_none(values: Any) -> None:
    with pytest.raises(BadInput, match="one per seed"):
        over_seeds(np.array(values))


@pytest.mark.parametrize("level", [95, 0.0, 1.0, np.nan, None, "0.95"])
def test_a_level_that_is_none(level: Any) -> None:
    with pytest.raises(BadInput, match="level"):
        over_seeds(np.array([1.0, 2.0]), level)


def test_pairs_that_are_none() -> None:
    with pytest.raises(BadInput, match="paired"):
        paired(np.ones(3), np.ones(4))


@pytest.mark.parametrize("values", [["a", "b"], [True, False], [1.0, np.nan], []])
def test_pairs_of_what_is_no_number(values: Any) -> None:
    with pytest.raises(BadInput, match="b must be finite numbers"):
        paired(np.ones(len(values) or 1), np.array(values))


def test_differences_of_unsigned_counts_go_below_zero() -> None:
    assert paired(np.array([1, 2], np.uint8), np.array([3, 5], np.uint8)).mean == -2.5
