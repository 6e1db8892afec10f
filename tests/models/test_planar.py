"""Models of the plane: their weights are complete, their frame is fair, and bad settings are refused."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.models import planar

POINTS = np.random.default_rng(0).normal(size=(50, 2)) * 3 + 5
LABELS = np.repeat([0, 1], [45, 5])


def by_hand(told, points):
    """The module's equations, from `weights` alone: what a browser does."""
    u = (points - told["centre"]) / told["spread"]
    if told["kind"] == "random_features":
        u = np.sqrt(2 / len(told["phase"])) * np.cos(u @ told["omega"] + told["phase"])
    if told["kind"] == "mlp":
        u = np.tanh(np.tanh(u @ told["W1"] + told["b1"]) @ told["W2"] + told["b2"])
    phi = np.column_stack([u, np.ones(len(u))])
    if told["head"] == "linear":
        return phi @ told["W"].T
    return told["scale"] * (phi / np.linalg.norm(phi, axis=1, keepdims=True)) @ told["W"].T


@pytest.mark.parametrize("head", planar.HEADS)
@pytest.mark.parametrize("kind", planar.KINDS)
def test_weights_are_all_that_a_browser_needs(kind, head):
    model = planar.KINDS[kind](head=head).framed(POINTS, LABELS)
    if kind == "mlp":
        parameters = model.initial(3)
    else:
        vectors = np.random.default_rng(1).normal(size=(3, model.features(POINTS).shape[1]))
        parameters = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).ravel()
    scale = 30.0 if head == "cosine" else 1.0
    scores = scale * model.raw_scores(POINTS, parameters, 3)
    np.testing.assert_allclose(by_hand(model.weights(parameters, 3, scale), POINTS), scores, atol=1e-10)
    if head == "cosine":
        assert np.abs(scores).max() <= 30 * (1 + 1e-12)


def test_tiles_change_nothing():
    model = planar.MLP().framed(POINTS, LABELS)
    many = np.tile(POINTS, (90, 1))
    parameters = model.initial(2)
    np.testing.assert_allclose(model.raw_scores(many, parameters, 2)[-50:], model.raw_scores(POINTS, parameters, 2))


def test_the_frame_counts_classes_alike_and_turns_with_the_data():
    means = [POINTS[c == LABELS].mean(axis=0) for c in (0, 1)]
    model = planar.Linear().framed(POINTS, LABELS)
    np.testing.assert_allclose(model.centre, np.mean(means, axis=0))
    turned = planar.Linear().framed(POINTS @ np.array([[0.6, 0.8], [-0.8, 0.6]]), LABELS)
    assert turned.spread == pytest.approx(model.spread)


def test_one_point_repeated_has_a_finite_frame():
    model = planar.Linear().framed(np.ones((4, 2)), np.array([0, 0, 1, 1]))
    assert np.isfinite(model.features(np.ones((1, 2)))).all()


def test_features_are_drawn_from_the_seed_alone():
    one, two, other = (planar.RandomFeatures(seed=s).features(POINTS) for s in (3, 3, 4))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one - other).max() > 0.1


@pytest.mark.parametrize("name", planar.NAMES)
def test_names_make_models(name):
    assert isinstance(planar.make(name), planar.Planar)


@pytest.mark.parametrize("bad", ["liner", 3, None])
def test_unknown_models_are_refused(bad):
    with pytest.raises(BadInput, match="model must be"):
        planar.make(bad)


@pytest.mark.parametrize("settings", [{"head": "round"}, {"scale": 0}, {"count": 0}, {"length": 0.0}, {"seed": -1}])
def test_bad_settings_are_refused(settings):
    with pytest.raises(BadInput, match=next(iter(settings))):
        planar.RandomFeatures(**settings)
