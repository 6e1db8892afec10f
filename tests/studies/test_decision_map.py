"""The decision map against fits and densities of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.core.profiles import profile
from ltviz.datasets import toy
from ltviz.figures.decision_map import decision_map as drawn
from ltviz.figures.themes import SIDES, THEMES
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.decision_map import decision_map

STATE = {"classes": 3, "largest": 80, "imbalance": 10.0, "resolution": 31, "seed": 3}


@pytest.fixture(scope="module")
def result():
    return decision_map(losses="ce, mm", **STATE)


def assert_tie(scores: np.ndarray) -> None:
    """Two classes lead alike, as far as a grid of 31 can tell."""
    ranked = np.sort(scores, axis=1)
    assert (ranked[:, -1] - ranked[:, -2]).max() < 0.03 * np.ptp(ranked[:, -1] - ranked[:, 0])


def test_each_cell_is_the_argmax_of_a_fit_at_that_point(result) -> None:
    data = toy.make("gaussians", profile("exp", 80, 3, 10.0), overlap=0.3, seed=3)
    for panel in result.panels:
        fit = fit2d(data.points, data.labels, make_loss(panel.loss, data.counts))
        for row, column in ((0, 0), (30, 30), (7, 22), (15, 15), (29, 3)):
            scores = fit.scores(np.array([[result.x[column], result.y[row]]]))
            assert panel.regions[row, column] == scores.argmax()


def test_bayes_lines_lie_where_the_densities_are_equal(result) -> None:
    data = toy.make("gaussians", profile("exp", 80, 3, 10.0), overlap=0.3, seed=3)
    for kind, prior in (("bayes_balanced", np.ones(3)), ("bayes_training", data.counts.prior)):
        assert result.bayes[kind]
        for line in result.bayes[kind]:
            assert_tie(data.log_density(line) + np.log(prior))


def test_only_mm_shows_each_side_of_its_margin_and_ldam(result) -> None:
    ce, mm = result.panels
    assert set(ce.boundaries) == {"learned"}
    assert set(mm.boundaries) == {"learned", "positive", "negative", "ldam"}
    data = toy.make("gaussians", profile("exp", 80, 3, 10.0), overlap=0.3, seed=3)
    for kind, spelled in (("positive", "mm(side=positive)"), ("negative", "mm(side=negative)"), ("ldam", "ldam")):
        fit = fit2d(data.points, data.labels, make_loss(spelled, data.counts))
        for line in mm.boundaries[kind]:
            assert_tie(fit.scores(line))


def test_the_picture_has_both_bayes_rules_dashed_apart_and_linked_axes(result) -> None:
    figure = drawn(result)
    dashes = {trace.name: trace.line.dash for trace in figure.data if trace.to_plotly_json().get("mode") == "lines"}
    assert dashes["Bayes, training prior"] == "dot"
    assert dashes["Bayes, balanced classes"] == "dash"
    colours = {trace.name: trace.line.color for trace in figure.data if trace.to_plotly_json().get("mode") == "lines"}
    for side in SIDES:
        word = {"positive": "right", "negative": "wrong"}[side]
        assert colours[f"margin of the {word} side alone"] == THEMES["light"].hues[SIDES[side]]
    assert figure.layout.xaxis2.matches == "x"
    gap = np.linalg.norm(np.diff(toy.scene("separable").centres, axis=0))
    apart = drawn(decision_map(losses="ce", scene="separable", resolution=5))
    assert (
        f"σ = {gap / toy.SCENES['separable'].gap:.2g}" in apart.layout.xaxis.title.text
    )  # 6 of them from centre to centre
    assert figure.layout.yaxis2.matches == "y"


def test_a_fit_that_did_not_settle_is_named_in_the_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "settled" not in decision_map(losses="ce", **STATE).caption

    def unsettled(points, labels, loss, model):
        return replace(fit2d(points, labels, loss, model), converged=loss.name != "ldam")

    monkeypatch.setattr("ltviz.plane.problem.fit2d", unsettled)
    assert "Not settled, last pass drawn: LDAM (" in decision_map(losses="ce, ldam", **STATE).caption


@pytest.mark.parametrize("resolution", [1, 0, 10**6])
def test_a_grid_of_no_sense_is_refused(resolution: int) -> None:
    with pytest.raises(BadInput, match="resolution"):
        decision_map(resolution=resolution)


@pytest.mark.parametrize(("key", "value"), [("classes", 5), ("shape", "rings"), ("largest", 60), ("overlap", 0.1)])
def test_what_a_scene_sets_cannot_be_set(key, value):
    with pytest.raises(BadInput, match=f"sets {key} itself.*scene='none'"):
        decision_map(losses="ce", scene="separable", resolution=5, **{key: value})
