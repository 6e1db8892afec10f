"""Boundaries as polylines: on lines that are known in closed form."""

import numpy as np
import pytest

from ltviz.metrics.boundary_lines import boundaries

X, Y = np.linspace(-2, 2, 101), np.linspace(-1.5, 1.5, 81)
GRID = np.meshgrid(X, Y)


def test_a_straight_boundary_is_its_two_ends() -> None:
    (line,) = boundaries(X, Y, np.stack([GRID[0] + 0.3 * GRID[1], np.full_like(GRID[0], 0.2)], axis=-1))
    assert len(line) == 2
    np.testing.assert_allclose(line[:, 0] + 0.3 * line[:, 1], 0.2, atol=1e-12)


def test_a_circle_is_one_closed_line_on_the_circle() -> None:
    (line,) = boundaries(X, Y, np.stack([GRID[0] ** 2 + GRID[1] ** 2, np.ones_like(GRID[0])], axis=-1))
    np.testing.assert_array_equal(line[0], line[-1])
    np.testing.assert_allclose(np.linalg.norm(line, axis=1), 1.0, atol=5e-4)  # the grid's chords
    length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
    assert length == pytest.approx(2 * np.pi, rel=1e-3)


def test_three_classes_meet_in_a_point_and_each_line_comes_once() -> None:
    x, y = GRID[0] - 0.013, GRID[1] - 0.007  # not on a node
    lines = boundaries(X, Y, np.stack([x, y, -x - y], axis=-1))
    assert len(lines) == 3
    for line in lines:
        assert np.linalg.norm(line - [0.013, 0.007], axis=1).min() < 1e-12


def test_no_boundary_where_one_class_has_everything() -> None:
    assert boundaries(X, Y, np.stack([np.ones_like(GRID[0]), GRID[0] - 9], axis=-1)) == ()
