"""The entries of MM's jump against its formula by hand, the view decision_map, and 20 draws of the points."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ltviz import views
from ltviz.datasets import toy
from ltviz.explorers import card
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import shift_of

CARD, START = card("mm_jump").start()
GAPS = np.array(CARD.dials["gap"].values)
MM_LDAM = {"loss": "mm_ldam", "imbalance": 10.0, "scale": 26.0}


def jump(**changed: Any) -> dict[str, Any]:
    return CARD.tables["jump"].entry({**START, **changed})


def scene(**changed: Any) -> dict[str, Any]:
    return CARD.tables["scene"].entry({**START, **changed})


@pytest.fixture(scope="module")
def opening() -> dict[str, Any]:
    return jump()


@pytest.mark.parametrize("changed", [{}, {"max_margin": 0.8, "gamma": 2.0}, MM_LDAM])
def test_the_margin_and_its_limits_follow_the_paper(changed: dict[str, Any]) -> None:
    state, entry = {**START, **changed}, jump(**changed)
    reach = state["max_margin"] - (0.5 if state["loss"] == "mm_ldam" else 0.0)  # n_y / n_min is 1: the rarest class
    assert (entry["gaps"] == GAPS).all()
    for d, margin in zip(GAPS, entry["margin"], strict=True):
        hand = math.exp(-d - state["gamma"] * reach) if d > 0 else math.exp(d - reach) if d < 0 else 0.0
        assert margin == pytest.approx(hand, rel=1e-12)
    assert entry["wrong"] == pytest.approx(math.exp(-reach), rel=1e-9)
    assert entry["right"] == pytest.approx(math.exp(-state["gamma"] * reach), rel=1e-9)
    assert entry["tie"] == 0


def test_the_tie_is_a_stop() -> None:
    assert 0.0 in GAPS
    assert (-GAPS[::-1] == GAPS).all()


@pytest.mark.parametrize("changed", [{}, {"scene": "separable", "max_margin": 0.8}, MM_LDAM])
def test_boundaries_are_those_of_the_decision_map(changed: dict[str, Any]) -> None:
    state = {**START, **changed}
    (panel,) = views.compute("decision_map", **CARD.still(state)).panels
    ours = {**jump(**changed)["lines"], "ldam": scene(**changed)["ldam"]}
    assert set(ours) == set(panel.boundaries)
    for kind, lines in ours.items():
        assert len(lines) == len(panel.boundaries[kind]) > 0
        for line, theirs in zip(lines, panel.boundaries[kind], strict=True):
            np.testing.assert_allclose(line, theirs, atol=1e-9, err_msg=kind)


def test_green_and_red_are_not_swapped(opening: dict[str, Any]) -> None:
    data = toy.scene("overlap")
    for kind, side in (("positive", "positive"), ("negative", "negative")):
        fit = fit2d(data.points, data.labels, make_loss("mm", data.counts, side=side))
        for line in opening["lines"][kind]:
            lead = np.diff(fit.scores(line), axis=1)[:, 0]
            assert np.abs(lead).max() < 1e-2, kind
            other = opening["lines"]["negative" if kind == "positive" else "positive"][0]
            assert np.abs(np.diff(fit.scores(other), axis=1)).min() > 0.5


@pytest.mark.parametrize(("name", "reach"), [("overlap", 1.29), ("separable", 0.8)])
def test_the_sample_stands_where_the_fit_gives_it_its_gap(name: str, reach: float) -> None:
    entry, data = jump(scene=name, max_margin=reach), toy.scene(name)
    fit = fit2d(data.points, data.labels, make_loss("mm", data.counts, max_margin=reach))
    inside = entry["inside"].astype(bool)
    x = entry["places"][inside]
    cosine = fit.scores(np.column_stack([x, np.zeros(len(x))])) / fit.scale
    np.testing.assert_allclose(cosine[:, 1] - np.maximum(0, cosine[:, 0]), GAPS[inside], atol=2e-4)
    assert (np.diff(entry["places"]) >= 0).all()
    left, right = scene(scene=name)["extent"][:2]
    assert set(entry["places"][~inside].tolist()) <= {left, right}
    assert inside[GAPS == 0]


def test_moves_are_measured_against_the_fit_without_margins(opening: dict[str, Any]) -> None:
    data = toy.scene("overlap")
    spelled = {
        "learned": ("mm", {}),
        "positive": ("mm", {"side": "positive"}),
        "negative": ("mm", {"side": "negative"}),
        "ldam": ("ldam", {}),
    }
    start = shift_of(fit2d(data.points, data.labels, make_loss("ldam", data.counts, max_margin=0, scale=19)), data)
    for kind, (name, params) in spelled.items():
        fit = fit2d(data.points, data.labels, make_loss(name, data.counts, **params))
        assert opening["moves"][kind] == pytest.approx(start - shift_of(fit, data), abs=1e-9), kind


def test_a_positive_move_is_into_the_rare_classs_side_which_is_the_right_one(opening: dict[str, Any]) -> None:
    ground = scene()
    rare = ground["points"][ground["labels"] == ground["counts"].argmin(), 0]
    assert rare.mean() > ground["points"][:, 0].mean()
    (plain,), (positive,) = opening["plain"], opening["lines"]["positive"]
    seen = positive[:, 0].mean() - plain[:, 0].mean()
    assert opening["moves"]["positive"] > 0.5
    assert opening["moves"]["positive"] == pytest.approx(seen / ground["sigma"], rel=0.2)


def test_larger_m_gives_smaller_margins_as_its_label_says(opening: dict[str, Any]) -> None:
    larger = jump(max_margin=2.0)["margin"]
    assert (larger[GAPS != 0] < opening["margin"][GAPS != 0]).all()
    assert "larger M: smaller margins" in CARD.dials["max_margin"].label


def test_ldams_margin_is_that_of_the_rarest_class() -> None:
    assert scene()["constant"] == pytest.approx(0.5)
    assert scene()["counts"].tolist() == [1000, 10]


def test_mm_costs_where_classes_overlap(opening: dict[str, Any]) -> None:
    """MM costs balanced accuracy where the classes overlap; where they separate it changes hardly anything."""
    apart = jump(scene="separable")["balanced"]
    assert opening["balanced"]["learned"] < opening["balanced"]["plain"] - 0.03
    assert abs(apart["learned"] - apart["plain"]) < 0.01
    data = toy.scene("overlap")
    test = data.draw([20_000, 20_000], 3)
    fit = fit2d(data.points, data.labels, make_loss("mm", data.counts))
    assert opening["balanced"]["learned"] == pytest.approx((fit.predict(test.points) == test.labels).mean(), abs=0.01)


@pytest.mark.slow
def test_the_note_says_what_20_draws_give() -> None:
    """The right side's margin moves; the wrong side's does nothing beyond chance; where they separate, neither does."""
    said = {}
    for name in ("overlap", "separable"):
        moves = []
        for seed in range(20):
            data = toy.scene(name, imbalance=100, seed=seed)
            plain, *halves = (
                shift_of(fit2d(data.points, data.labels, make_loss(loss, data.counts, **params)), data)
                for loss, params in (
                    ("ldam", {"max_margin": 0.0, "scale": 19.0}),
                    ("mm", {"side": "positive"}),
                    ("mm", {"side": "negative"}),
                )
            )
            moves.append([plain - half for half in halves])
        said[name] = np.mean(moves, axis=0), np.std(moves, axis=0, ddof=1)
    (positive, negative), (far, near) = said["overlap"]
    assert positive > 2 * far
    assert f"right side's margin moves the boundary by +{positive:.1f} ± {far:.1f} σ" in CARD.note
    assert abs(negative) < near  # as the note says: nothing beyond chance
    assert f"nothing beyond chance: −{-negative:.2f} ± {near:.2f} σ" in CARD.note
    (positive, negative), (far, near) = said["separable"]
    assert abs(positive) < far
    assert abs(negative) <= near
    assert f"−{-positive:.2f} ± {far:.2f} σ and {negative:.2f} σ" in CARD.note


def test_the_guess_asks_for_what_was_measured(opening: dict[str, Any]) -> None:
    assert CARD.guess is not None
    assert CARD.guess.shows == {"right": False, "wrong": True}  # the wrong side's margin alone, as the prompt says
    assert {key: START[key] for key in CARD.guess.state} == dict(CARD.guess.state)
    assert opening["wrong"] / opening["right"] == pytest.approx(2, abs=0.1)  # as the prompt says
    assert CARD.guess.low < opening["moves"][CARD.guess.truth] < CARD.guess.high
