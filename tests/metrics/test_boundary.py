"""The boundary shift where it is known in closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, LtvizError
from ltviz.metrics.boundary import balanced_boundary, boundary_shift

Function = Callable[[np.ndarray], np.ndarray]
EXTENT = (-5.0, 5.0, -4.0, 4.0)
COUNTS = ClassCounts([1000, 10])


def gaussians(centres: np.ndarray, sigma: float = 1.0) -> Function:
    return lambda x: -((x[:, None] - centres) ** 2).sum(axis=2) / (2 * sigma**2)


def pair(angle: float, distance: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Two centres, the first class's and the second's, and the unit vector from the first to the second."""
    direction = np.array([np.cos(angle), np.sin(angle)])
    return distance / 2 * np.stack([-direction, direction]), direction


@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 4, np.pi / 2, 2.0, -1.0])
@pytest.mark.parametrize("sigma", [0.4, 1.0])
@pytest.mark.parametrize("order", [[1000, 10], [10, 1000]])
def test_the_training_prior_moves_a_line_by_log_ratio_over_distance(
    angle: float, sigma: float, order: list[int]
) -> None:
    """The Bayes rule for the training prior lies sigma^2 log(n_f / n_r) / d towards the rarest class."""
    counts = ClassCounts(order)
    density = gaussians(pair(angle)[0], sigma)
    expected = sigma**2 * np.log(counts.imbalance) / 2
    for tau in (-1.0, 0.0, 0.5, 1.0):  # tau = 0 leaves the prior in; tau = 1 takes it out
        shift = boundary_shift(lambda x, t=tau: density(x) + (1 - t) * np.log(counts.prior), density, counts, EXTENT)
        assert shift == pytest.approx(-(1 - tau) * expected, abs=1e-5 * sigma)


def test_a_tilted_line_counts_where_the_centres_lie() -> None:
    """Over a Bayes boundary that is symmetric about the centres, the mean is the place between them."""
    centres, _ = pair(0.0)

    def scores(x: np.ndarray) -> np.ndarray:
        return np.stack([-(x[:, 0] + 0.7 + 0.4 * x[:, 1]), np.zeros(len(x))], axis=1)

    assert boundary_shift(scores, gaussians(centres), COUNTS, EXTENT) == pytest.approx(0.7, abs=1e-6)


@pytest.mark.parametrize(("frequent", "sign"), [(0, 1.0), (1, -1.0)])
@pytest.mark.parametrize("learned", [0.7, 1.4, 1.5, 2.6])
def test_circles_around_one_centre(frequent: int, sign: float, learned: float) -> None:
    """Inside the circle of radius 1.5 class 0 is denser; a learned circle of another radius is as far everywhere."""
    counts = ClassCounts([100, 5] if frequent == 0 else [5, 100])

    def inside(radius: float) -> Function:
        return lambda x: np.stack([radius - np.hypot(*x.T), np.zeros(len(x))], axis=1)

    shift = boundary_shift(inside(learned), inside(1.5), counts, EXTENT)
    assert shift == pytest.approx(sign * (1.5 - learned), abs=1e-5)


def test_the_mean_goes_by_length() -> None:
    """A ring's two edges: the inner one moved 0.1 into the ring, the outer one, twice as long, 0.3 out of it."""

    def ring(inner: float, outer: float) -> Function:
        def scores(x: np.ndarray) -> np.ndarray:
            radius = np.hypot(*x.T)
            return np.stack([np.minimum(radius - inner, outer - radius), np.zeros(len(x))], axis=1)

        return scores

    shift = boundary_shift(ring(1.1, 2.3), ring(1.0, 2.0), COUNTS, EXTENT)
    assert shift == pytest.approx((1 * 0.1 - 2 * 0.3) / 3, abs=2e-3)


def test_only_where_the_two_classes_are_the_balanced_winners() -> None:
    """Three centres in a triangle: two share the half line that begins at the triangle's middle."""
    centres = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    density = gaussians(centres)
    counts = ClassCounts([100, 5, 20])

    def learned(x: np.ndarray) -> np.ndarray:
        """Moved by 0.3 into the frequent class where y < 0.75, by 2 above, where the third class wins."""
        move = np.where(x[:, 1] < 0.75, 0.3, 2.0)
        return np.stack([-x[:, 0], move, np.full(len(x), 9.0)], axis=1)

    assert boundary_shift(learned, density, counts, EXTENT) == pytest.approx(0.3, abs=1e-6)


def test_the_nearest_of_several_crossings_counts() -> None:
    centres, _ = pair(0.0)

    def learned(x: np.ndarray) -> np.ndarray:  # zeros at x = -0.4, 1.1 and 1.6
        return np.stack([np.zeros(len(x)), (x[:, 0] + 0.4) * (x[:, 0] - 1.1) * (x[:, 0] - 1.6)], axis=1)

    assert boundary_shift(learned, gaussians(centres), COUNTS, EXTENT) == pytest.approx(0.4, abs=1e-6)


@pytest.mark.parametrize(("rare", "sign"), [(1.0, 1.0), (-1.0, -1.0)])
def test_without_a_learned_boundary_the_shift_is_the_diagonal(rare: float, sign: float) -> None:
    """All to one class: as far as the search goes, into the side of the class that lost everything."""
    shift = boundary_shift(
        lambda x: np.stack([np.zeros(len(x)), np.full(len(x), rare)], axis=1), gaussians(pair(0.0)[0]), COUNTS, EXTENT
    )
    assert shift == pytest.approx(sign * np.hypot(10, 8))


def test_scores_may_be_scaled_and_shifted_together() -> None:
    density = gaussians(pair(0.4)[0])
    moved = [
        boundary_shift(lambda x, s=s, t=t: s * (density(x) + np.array([0.0, 1.3])) + t, density, COUNTS, EXTENT)
        for s, t in ((1.0, 0.0), (7.0, 0.0), (0.1, 50.0))
    ]
    assert moved == pytest.approx([0.65] * 3, abs=1e-5)


def test_no_shared_boundary_is_refused_by_name() -> None:
    apart = gaussians(np.array([[-3.0, 0.0], [3.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(BadInput, match="classes 0 and 1.*neighbours"):
        boundary_shift(apart, apart, ClassCounts([100, 5, 20]), EXTENT)


@pytest.mark.parametrize("extent", [(1.0, 1.0, 0.0, 1.0), (0.0, 1.0, 1.0, 0.0), (0.0, np.nan, 0.0, 1.0)])
def test_an_extent_that_is_none_is_refused(extent: tuple[float, float, float, float]) -> None:
    density = gaussians(pair(0.0)[0])
    with pytest.raises(BadInput, match="extent"):
        boundary_shift(density, density, COUNTS, extent)


def test_scores_that_are_no_numbers_are_refused() -> None:
    density = gaussians(pair(0.0)[0])
    with pytest.raises(LtvizError, match="boundary_shift: scores"):
        boundary_shift(lambda x: density(x) * np.nan, density, COUNTS, EXTENT)


@pytest.mark.parametrize("scores", [lambda x: x[:, 0], lambda x: x[:, :1], lambda x: np.ones((len(x), 3))])
def test_scores_without_one_column_per_class_are_refused(scores: Function) -> None:
    with pytest.raises(BadInput, match=r"scores must return \(N, C\)"):
        boundary_shift(scores, gaussians(pair(0.0)[0]), COUNTS, EXTENT)


def counted(scores: Function) -> tuple[Function, list[int]]:
    looks: list[int] = []

    def seen(x: np.ndarray) -> np.ndarray:
        looks.append(len(x))
        return scores(x)

    return seen, looks


@pytest.mark.parametrize("shape", ["line", "steps", "zero beyond it", "steep"])
def test_a_change_of_any_form_is_found_and_a_smooth_one_in_few_looks(shape: str) -> None:
    """A rule may jump, be exactly 0 on one side, or be flat beside a steep step: halving bounds the looks."""
    forms: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "line": lambda t: t,
        "steps": lambda t: np.where(t >= 0, 3.0, -1.0),
        "zero beyond it": lambda t: np.minimum(t, 0.0),
        "steep": lambda t: np.sign(t) * np.abs(t) ** 9,
    }
    centres, _ = pair(0.0)
    scores, looks = counted(lambda x: np.stack([-forms[shape](x[:, 0] - 0.7), np.zeros(len(x))], axis=1))
    assert boundary_shift(scores, gaussians(centres), COUNTS, EXTENT) == pytest.approx(-0.7, abs=1e-9)
    assert len(looks) <= (16 if shape == "line" else 48)


@pytest.mark.parametrize("nudge", [-1e-12, 1e-12])
def test_where_three_meet_is_a_place_of_the_boundary(nudge: float) -> None:
    """There the third class is as dense as the two, but for rounding; a line of the grid goes through it."""
    density = gaussians(np.array([[-1.0, 3**-0.5], [1.0, 3**-0.5], [0.0, -2 * 3**-0.5]]))
    found = balanced_boundary(lambda x: density(x) + np.array([0.0, 0.0, nudge]), [100, 10, 50], EXTENT)
    assert found.points[:, 1].min() == pytest.approx(0.0, abs=1e-9)
