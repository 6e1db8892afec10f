"""The maps' entries: the same fits as the view's, whatever way the slider came, and the points as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.explorers import card
from ltviz.explorers._map_tables import FURTHER, chosen
from ltviz.losses import LossSpec, make_loss
from ltviz.plane.fit import fit2d
from ltviz.plane.problem import Fits, problem
from ltviz.plane.terms import terms
from ltviz.studies.decision_map import decision_map as study

LDAM, START = card("decision_map").start({"loss": "ldam", "scene": "separable"})


def at(**state: Any) -> dict[str, Any]:
    return {**START, **{key.replace("__", "."): value for key, value in state.items()}}


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize("name", ["ldam", "logit_adjustment", "mm", "dbm", "focal"])
@pytest.mark.parametrize("model", ["linear", "random_features", "mlp"])
def test_a_stop_does_not_know_where_the_hand_came_from(name: str, model: str) -> None:
    given = problem(largest=100, imbalance=10.0)
    key = {"ldam": "max_margin", "logit_adjustment": "tau", "mm": "max_margin", "dbm": "margin", "focal": "gamma"}[name]
    fits = Fits()
    up = [fits.fit(given, LossSpec(name, {key: value}), model) for value in (0.1, 0.2, 0.3)]
    fits = Fits()
    down = [fits.fit(given, LossSpec(name, {key: value}), model) for value in (0.3, 0.2, 0.1)][::-1]
    grid = given.grid(40)[2]
    for one, other, value in zip(up, down, (0.1, 0.2, 0.3), strict=True):
        alone = fit2d(given.data.points, given.data.labels, make_loss(name, given.counts, **{key: value}), model)
        assert (one.predict(grid) == alone.predict(grid)).mean() >= 0.999
        assert (one.predict(grid) == other.predict(grid)).mean() >= 0.999


def test_what_the_browser_multiplies_is_the_fit() -> None:
    opened, state = card("decision_map").start({"loss": "dbm", "margin": 0.3, "scene": "separable"})
    fit = opened.tables["fit"].entry(state)
    given = problem(scene="separable")
    found = fit2d(given.data.points, given.data.labels, make_loss("dbm", given.counts, margin=0.3))
    grid = given.grid(20)[2]
    lifted = np.column_stack([(grid - fit["centre"]) / fit["spread"], np.ones(len(grid))])
    cosines = lifted / np.linalg.norm(lifted, axis=1, keepdims=True) @ fit["W"].T
    assert fit["head"] == "cosine"
    assert np.allclose(fit["scale"] * cosines, found.scores(grid), atol=1e-6)
    assert opened.tables["terms"].entry(state) == {"loss": "DBM (margin 0.3)", "terms": None}


@pytest.mark.parametrize(("model", "solved"), [("linear", True), ("random_features", True), ("mlp", False)])
def test_a_fit_is_handed_over_where_a_browser_cannot_solve_it(model: str, solved: bool) -> None:
    state = at(loss__ldam__max_margin=0.3, model=model)
    assert (LDAM.tables["fit"].entry(state) is None) == solved
    assert (LDAM.tables["model"].entry(state) is None) != solved
    assert LDAM.tables["terms"].entry(state)["loss"] == "LDAM (maximum margin 0.3)"


def test_a_class_has_its_points_first() -> None:
    points = LDAM.tables["points"].entry(at())
    told = LDAM.tables["problem"].entry(at(imbalance=10.0))
    data = toy.scene("separable", imbalance=10.0)
    for label in range(2):
        mine = points["points"][label, : told["counts"][label]]
        assert np.array_equal(mine, data.points[data.labels == label])
    axis = points["axis"]
    assert np.allclose([axis["from"], axis["to"]], [[-1, 0], [1, 0]])
    assert axis["sigma"] == pytest.approx(1 / 3)
    assert points["test"].shape == (1000, 2)


def test_points_that_a_hand_adds_are_fitted_to() -> None:
    added = ((0.5, 0.5, 1), (0.5, -0.5, 1))
    assert LDAM.tables["problem"].entry(at(added=added))["counts"].tolist() == [1000, 10]
    told = LDAM.tables["terms"].entry(at(loss__ldam__max_margin=0.3))["terms"]
    for more in (0, 2, FURTHER):
        alone = terms(make_loss("ldam", [1000, 10 + more], max_margin=0.3))
        assert alone is not None
        for key in ("slope", "offset", "weight"):
            assert np.allclose(told[key][more if len(told[key]) > 1 else 0], getattr(alone, key), rtol=1e-12)
    assert LDAM.tables["fit"].entry(at(added=added)) is None
    for odd in (((0.5, 0.5, 0),), ((0.5, 0.5, 1),) * (FURTHER + 1)):
        given = problem(scene="separable", added=odd)
        found = fit2d(given.data.points, given.data.labels, make_loss("ldam", given.counts))
        assert np.allclose(LDAM.tables["fit"].entry(at(added=odd))["W"], found.weights["W"])
    given = problem(scene="separable", added=added)
    assert np.array_equal(given.data.points[-2:], [[0.5, 0.5], [0.5, -0.5]])
    with pytest.raises(BadInput, match="class 0..1"):
        problem(scene="separable", added=((0.0, 0.0, 2),))
    with pytest.raises(BadInput, match="at most 100"):
        LDAM.dials["added"].control.check("added", [(0, 0, 1)] * 101)
    with pytest.raises(BadInput, match="triples"):
        LDAM.dials["added"].control.check("added", [1])


def test_keywords_are_those_of_show() -> None:
    opened, state = card("decision_map").start({"loss": "ldam", "max_margin": 0.33, "classes": 4})
    assert state["loss"] == "ldam"
    assert state["loss.ldam.max_margin"] == 0.33
    assert 0.33 in opened.dials["loss.ldam.max_margin"].values
    assert state["classes"] == 4
    assert card("decision_map").start({"loss": "ce", "shape": "moons"})[1]["scene"] == "moons"
    assert card("decision_map").start({"loss": "ce", "scene": "rings"})[1]["scene"] == "rings"
    two, state = card("decision_map").start({"losses": "ce, mm(gamma=2)"})
    assert [name for name in two.tables if name.startswith("fit")] == ["fit", "fit_2"]
    assert chosen("second", state) == LossSpec("mm", {"gamma": 2.0})
    assert study(**opened.still(card("decision_map").start({"loss": "ce"})[1])).panels[0].loss == "ce"
    with pytest.raises(BadInput, match="did you mean|Did you mean"):
        card("decision_map").start({"loss": "ldma"})
    with pytest.raises(BadInput, match="max_margn"):
        card("decision_map").start({"loss": "ldam", "max_margn": 0.3})


def test_a_fan_is_the_same_fit_to_other_points() -> None:
    opened, state = card("two_truths").start({"seed": 0, "imbalance": 100.0})
    fan = opened.tables["fan"].entry(state)
    assert fan["W"].shape == (20, 2, 3)
    data = toy.scene("overlap", seed=5)
    alone = fit2d(data.points, data.labels, make_loss("ce", data.counts))
    assert np.allclose(fan["W"][4], alone.weights["W"])
    assert np.allclose(fan["centre"][4], alone.weights["centre"])
    assert len({round(float(w), 6) for w in fan["W"][:, 0, 0]}) == 20


def test_after_training_is_the_classic_shift() -> None:
    """Post-hoc: argmax of scores - tau log prior; at tau = 1 nearly what training with the prior gives."""
    post = study(losses="ce", scene="overlap", posthoc=1.0, resolution=60).panels[0]
    trained = study(losses="logit_adjustment", scene="overlap", resolution=60).panels[0]
    plain = study(losses="ce", scene="overlap", resolution=60).panels[0]
    assert (post.regions == trained.regions).mean() > 0.99
    assert (plain.regions == trained.regions).mean() < 0.8
    assert problem(scene="overlap").after_training(1.0) == pytest.approx(np.log(ClassCounts([1000, 10]).prior))
