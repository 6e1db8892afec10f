"""The angle wheel's entries against DBM's formulas by hand, and the mistakes that are easily made with them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ltviz.explorers import card

CARD, START = card("angle_wheel").start()
TURNS = np.array(CARD.dials["angle"].values)
STATES = (
    {},
    {"margin": 0.5, "tau": 0.5, "imbalance": 1000.0},
    {"sample": "middle", "instance": "all", "scale": 8.0},
    {"sample": "frequent", "instance": "none", "tau": 0.0},
)


def wheel(**changed: Any) -> dict[str, Any]:
    return CARD.tables["wheel"].entry({**START, **changed})


def by_hand(state: dict[str, Any], turn: float) -> dict[str, float]:
    """DBM at one angle: radians inside, nothing of torch."""
    counts = [5000, int(5000 / math.sqrt(state["imbalance"])), int(5000 / state["imbalance"])]
    own = {"frequent": 0, "middle": 1, "rare": 2}[state["sample"]]
    place = math.radians([90, 210, 330][own] + turn)
    cosine = [math.cos(place - math.radians(each)) for each in (90, 210, 330)]
    m_c = state["margin"] * (counts[own] / min(counts)) ** -state["tau"]
    hard = max(cosine) > cosine[own] + 1e-9
    counts_in = {"none": False, "all": True, "hard": hard}[state["instance"]]
    m_i = m_c * (1 - cosine[own]) / 2 if counts_in else 0.0
    angle = math.acos(max(-1.0, min(1.0, cosine[own]))) + m_c + m_i
    moved = math.cos(angle) if angle <= math.pi else -2 - math.cos(angle)

    def loss(target: float) -> float:
        logits = np.array(cosine) * state["scale"]
        logits[own] = target * state["scale"]
        return float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[own])

    return {
        "cosine": cosine[own],
        "moved": moved,
        "hard": hard,
        "difficulty": (1 - cosine[own]) / 2,
        "margin": math.degrees(m_c + m_i),
        "loss": loss(moved),
        "plain": loss(cosine[own]),
    }


@pytest.mark.parametrize("changed", STATES)
def test_every_degree_follows_the_paper(changed: dict[str, Any]) -> None:
    entry = wheel(**changed)
    expected = [by_hand({**START, **changed}, turn) for turn in TURNS.tolist()]
    state = {**START, **changed}
    ends = np.isin(TURNS, (-180, 0, 180))  # there the loss goes on along a tangent, for the sake of its gradient
    for name in expected[0]:
        hand = np.array([each[name] for each in expected])
        np.testing.assert_allclose(entry[name][~ends], hand[~ends], rtol=1e-9, atol=1e-9, err_msg=name)
        near = 2e-3 * (state["scale"] if name == "loss" else 1.0)
        np.testing.assert_allclose(entry[name][ends], hand[ends], rtol=0, atol=near, err_msg=name)
    m_c = [state["margin"] * (n / entry["counts"].min()) ** -state["tau"] for n in entry["counts"]]
    np.testing.assert_allclose(entry["class_margins"], np.degrees(m_c))


def test_only_hard_samples_have_an_instance_margin_and_a_tie_is_not_hard() -> None:
    entry = wheel()
    instance = entry["margin"] - entry["class_margins"][entry["own"]]
    hard = np.abs(TURNS) > 60  # neighbours are 120 degrees apart
    assert (entry["hard"] == hard).all()
    assert (np.abs(instance[~hard]) < 1e-12).all()
    assert (instance[hard] > 0.24 * entry["class_margins"][entry["own"]]).all()
    at_back = instance[TURNS == 180] / entry["class_margins"][entry["own"]]
    np.testing.assert_allclose(at_back, 1.0)


def test_all_and_none_do_not_ask_whether_the_sample_is_hard() -> None:
    own = wheel(instance="all")
    assert own["margin"] == pytest.approx(own["class_margins"][own["own"]] * (1 + own["difficulty"]))
    assert np.ptp(wheel(instance="none")["margin"]) == 0


def test_margins_are_in_degrees_and_the_wheel_is_the_same_both_ways_round() -> None:
    entry = wheel(margin=0.1)
    assert entry["class_margins"][2] == pytest.approx(5.7296, abs=1e-4)
    for name in ("cosine", "moved", "hard", "margin", "loss"):
        assert (entry[name] == entry[name][::-1]).all(), name


def test_the_sample_beyond_the_back_is_punished_more_not_less() -> None:
    entry = wheel(margin=0.5)
    half = entry["moved"][TURNS >= 0]
    assert (np.diff(half) < 0).all()
    assert half[-1] < -1


def test_equally_near_classes_are_a_tie() -> None:
    assert (wheel()["tie"] == np.isin(np.abs(TURNS), (60, 180))).all()


def test_the_nearest_other_class_is_named() -> None:
    entry = wheel()
    assert entry["rival"][TURNS == 100] == 0  # class 2 lies at 330 degrees, class 0 at 90
    assert entry["rival"][TURNS == -100] == 1


@pytest.mark.parametrize("changed", [{}, {"tau": 0.5, "imbalance": 50.0, "sample": "middle"}])
def test_the_second_margin_starts_where_another_class_is_nearer(changed: dict[str, Any]) -> None:
    """The step at a difficulty of 0.25 is the boundary: below 60° none; beyond 60°, it has doubled it at 180°."""
    entry = wheel(**changed)
    second = entry["margin"] - entry["class_margins"][entry["own"]]
    assert np.abs(second[np.abs(TURNS) <= 60]).max() < 1e-9
    assert (second[np.abs(TURNS) > 60] > 0.25 * entry["class_margins"][entry["own"]]).all()
    assert entry["difficulty"][TURNS == 60] == pytest.approx(0.25)
    assert entry["margin"][TURNS == 180] == pytest.approx(2 * entry["class_margins"][entry["own"]])


def test_the_guess_asks_for_what_the_formula_gives() -> None:
    """The sample is turned 90° away, so that another class is nearer."""
    assert CARD.guess is not None
    state = {**START, **CARD.guess.state}
    truth = by_hand(state, state["angle"])["margin"]
    assert CARD.guess.low < truth < CARD.guess.high
    assert abs(truth - CARD.guess.start) > 5
    (at,) = np.flatnonzero(state["angle"] == TURNS)
    assert wheel(**CARD.guess.state)["margin"][at] == pytest.approx(truth)
    assert f"{math.degrees(state['margin']):.1f}" in CARD.guess.prompt
