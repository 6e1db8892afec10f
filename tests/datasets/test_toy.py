"""Toy problems: their densities are those that the points come from, and their boundaries the known ones."""

import math

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import chi2, norm

from ltviz.core.errors import BadInput
from ltviz.datasets import toy


def grid(data, side=121, pad=4.0):
    left, right, low, high = data.extent
    x = np.linspace(left - pad * data.sigma, right + pad * data.sigma, side)
    y = np.linspace(low - pad * data.sigma, high + pad * data.sigma, side)
    points = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    return points, (x[1] - x[0]) * (y[1] - y[0])


@pytest.mark.parametrize("shape", toy.SHAPES)
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_each_class_density_integrates_to_one(shape, classes):
    data = toy.make(shape, [5] * classes, overlap=0.2)
    points, cell = grid(data)
    np.testing.assert_allclose(np.exp(data.log_density(points)).sum(axis=0) * cell, 1, atol=1e-6)


@pytest.mark.parametrize("shape", toy.SHAPES)
def test_density_is_the_mean_of_gaussians_along_the_class(shape):
    """Against the slow obvious sum over 200,000 places of the curve."""
    data = toy.make(shape, [4, 4, 4], overlap=0.1)
    share = (np.arange(200_000) + 0.5) / 200_000
    x = data.points[::3]
    from ltviz.datasets._shapes import parts

    for c, part in enumerate(parts(shape, 3)):
        square = ((x[:, None] - part.place(share)[None]) ** 2).sum(-1)
        slow = np.exp(-square / (2 * data.sigma**2)).mean(1) / (2 * math.pi * data.sigma**2)
        np.testing.assert_allclose(np.exp(data.log_density(x)[:, c]), slow, rtol=1e-5)


@pytest.mark.parametrize("shape", toy.SHAPES)
def test_points_follow_the_density(shape):
    """Chi-square of 20,000 points over the cells of a coarse grid, whose probabilities the density gives."""
    data = toy.make(shape, [20_000, 2], overlap=0.3, seed=3)
    own = data.points[data.labels == 0]
    left, right, low, high = data.extent
    fine = 240
    x, y = np.linspace(left, right, fine + 1), np.linspace(low, high, fine + 1)
    centres = np.stack(np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2, indexing="ij"), -1).reshape(-1, 2)
    mass = np.exp(data.log_density(centres)[:, 0]).reshape(12, 20, 12, 20).sum((1, 3))
    mass *= (x[1] - x[0]) * (y[1] - y[0])
    seen = np.histogram2d(own[:, 0], own[:, 1], bins=[x[::20], y[::20]])[0]
    wanted = mass * len(own)
    big = wanted > 5
    statistic = ((seen[big] - wanted[big]) ** 2 / wanted[big]).sum()
    assert statistic < chi2.ppf(0.9999, big.sum())


@pytest.mark.parametrize("shape", toy.SHAPES)
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_neighbouring_classes_are_two_apart(shape, classes):
    from ltviz.datasets._shapes import parts

    lines = [part.place(np.linspace(0, 1, 801)) for part in parts(shape, classes)]
    nearest = min(cdist(a, b).min() for i, a in enumerate(lines) for b in lines[:i])
    assert nearest == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("gap", [2.0, 6.0])
@pytest.mark.parametrize("ratio", [1, 100])
def test_bayes_boundary_of_two_gaussians_is_the_closed_form(gap, ratio):
    """Equal covariances: the boundary is x = sigma^2 ln(pi_0 / pi_1) / distance, from the midpoint to the rare."""
    data = toy.make("gaussians", [ratio * 10, 10], overlap=toy.overlap_at(gap))
    where = data.sigma**2 * math.log(ratio) / 2
    points = np.array([[where - 1e-9, 0.7], [where + 1e-9, -5.0]])
    assert data.bayes(points, data.counts.prior).tolist() == [0, 1]
    assert data.sigma == pytest.approx(2 / gap)


def test_balanced_error_of_two_gaussians_is_half_the_overlap():
    data = toy.make("gaussians", [10, 10], overlap=0.3)
    test = data.draw([20_000, 20_000], seed=5)
    error = (data.bayes(test.points) != test.labels).mean()
    assert error == pytest.approx(norm.cdf(-1 / data.sigma), abs=0.005)
    assert error == pytest.approx(0.15, abs=0.005)


def test_same_seed_same_points_and_the_first_points_stay_when_more_come():
    few, many = (toy.make("moons", [n, 10, 7], seed=4) for n in (20, 60))
    np.testing.assert_array_equal(few.points[:20], many.points[:20])
    np.testing.assert_array_equal(few.points[20:], many.points[60:])
    assert not np.array_equal(few.points, toy.make("moons", [20, 10, 7], seed=5).points)
    assert not np.array_equal(few.points, few.draw(few.counts, seed=4).points)


def test_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    toy.make("spirals", [30, 3]).draw([5, 5], seed=1)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@pytest.mark.parametrize("name", toy.SCENES)
def test_scenes_are_long_tailed_and_their_frame_does_not_move(name):
    default, other = toy.scene(name), toy.scene(name, imbalance=5, seed=3)
    assert default.counts.imbalance == pytest.approx(toy.SCENES[name].imbalance, rel=0.1)
    assert other.counts.imbalance == 5
    assert default.extent == other.extent
    left, right, low, high = default.extent
    inside = (default.points > [left, low]).all(1) & (default.points < [right, high]).all(1)
    assert inside.mean() > 0.99


BAD = {
    "21 unknown shape": (dict(shape="blobs"), "gaussians.*moons.*rings.*spirals"),
    "21 negative overlap": (dict(overlap=-0.1), "overlap must be"),
    "21 nan overlap": (dict(overlap=float("nan")), "overlap must be"),
    "21 no points": (dict(counts=[5, 0]), "class 1 has 0 samples"),
    "too many classes": (dict(counts=[3] * 11), "2 to 10 classes"),
    "60 seed": (dict(seed=-1), "seed must be"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_bad_toy_problems_say_why(change, message):
    with pytest.raises(BadInput, match=message):
        toy.make(**{**dict(shape="rings", counts=[5, 2]), **change})


@pytest.mark.parametrize("points", [np.zeros((4, 3)), np.zeros(2), np.array([[0, np.nan]])])
def test_22_bad_points_say_why(points):
    with pytest.raises(BadInput, match="points must be"):
        toy.make("rings", [5, 2]).log_density(points)


@pytest.mark.parametrize("points", ["abc", [[1.0, 2.0], [3.0]], None])
def test_22_points_that_are_no_numbers(points):
    with pytest.raises(BadInput, match="points must be"):
        toy.make("moons", [5, 2]).bayes(points)


@pytest.mark.parametrize("prior", [[1.0], [0.2, 0.3, 0.5], [0.5, np.nan], [1.0, -1.0], [0.0, 0.0], [1.0, np.inf]])
def test_a_prior_that_is_none_is_refused(prior):
    """A prior of one number would broadcast, and nan would make every point class 0, both without a word."""
    data = toy.make("gaussians", [5, 2])
    with pytest.raises(BadInput, match="prior must be 2"):
        data.bayes(data.points, np.array(prior))


def test_a_class_that_never_comes_is_never_chosen():
    data = toy.make("gaussians", [5, 5])
    assert (data.bayes(data.points, np.array([0.0, 1.0])) == 1).all()


@pytest.mark.parametrize("shape", ["moons", "spirals"])
@pytest.mark.parametrize("overlap", [1e-4, 0.3, 0.95])
def test_log_density_keeps_its_digits_from_sharp_to_blurred(shape, overlap):
    """Against 80,000 nodes along each curve, wherever the density is not negligible."""
    from ltviz.datasets._shapes import parts

    data = toy.make(shape, [3, 3], overlap=overlap)
    left, right, low, high = data.extent
    x = np.random.default_rng(0).uniform([left, low], [right, high], (40, 2))
    x = np.concatenate([x, data.points])
    node, weight = np.polynomial.legendre.leggauss(20)
    t = ((np.arange(4000)[:, None] + (node + 1) / 2) / 4000).ravel()
    found = data.log_density(x)
    for c, part in enumerate(parts(shape, 2)):
        share = np.tile(weight, 4000) * part.speed(t)
        power = -((x[:, None] - part.point(t)) ** 2).sum(2) / (2 * data.sigma**2)
        top = power.max(1)
        slow = np.log(np.exp(power - top[:, None]) @ (share / share.sum())) + top
        slow -= math.log(2 * math.pi * data.sigma**2)
        seen = slow > -40
        assert seen.sum() >= 3
        np.testing.assert_allclose(found[seen, c], slow[seen], atol=1e-6, rtol=0)


def test_unknown_scene_and_other_counts_are_refused():
    with pytest.raises(BadInput, match="Did you mean 'overlap'"):
        toy.scene("overlaps")
    with pytest.raises(BadInput, match="3 classes, this problem has 2"):
        toy.scene("overlap").draw([1, 2, 3], seed=0)
