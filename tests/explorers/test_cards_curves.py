"""The explorers of curves and of the surface: their truths by hand, their axes, and what their notes say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ltviz import losses, views
from ltviz.explorers import CARDS

CURVES = ("margin_curve", "mm_margin", "weight_curve", "loss_anatomy")
EVERY = (*CURVES, "margin_surface")


def entry(name: str, **changed: Any) -> dict[str, Any]:
    card, start = CARDS[name].start()
    (table,) = card.tables.values()
    return table.entry({**start, **changed})


def stops(name: str, dial: str) -> tuple[Any, ...]:
    return CARDS[name].fixed().dials[dial].values


def test_ldams_rarest_class_has_one_margin_and_a_prior_grows() -> None:
    """LDAM gives the rarest class the same margin at every imbalance; a prior's shift grows with the imbalance."""
    found = [entry("margin_curve", imbalance=ratio) for ratio in stops("margin_curve", "imbalance")]
    assert {round(each["values"]["rarest"], 9) for each in found} == {15.0}
    frequent = [each["values"]["frequent"] for each in found]
    assert np.all(np.diff(frequent) < 0)
    np.testing.assert_allclose(frequent[-1], 15 * 0.001**0.25)
    prior = [each["panels"][1]["curves"][0]["y"] for each in found]
    np.testing.assert_allclose([curve[0] for curve in prior], 0.0, atol=1e-9)
    np.testing.assert_allclose([curve[-1] for curve in prior], np.log(stops("margin_curve", "imbalance")), atol=1e-9)


def test_mm_ldam_flattens_ldams_margins() -> None:
    reach = 1.29 - 0.5 * np.array([0.01, 1.0]) ** 0.25
    frequent, rare = np.exp(-1.528 * reach)
    found = entry("mm_margin")
    assert found["values"]["times"] == pytest.approx(rare / frequent) == pytest.approx(1.69, abs=0.005)
    assert pytest.approx(3.2, abs=0.05) == 100**0.25


def test_class_balanced_weights_at_the_question() -> None:
    frequent, rare = (1 / (1 - 0.99**count) for count in (5000, 50))
    found = entry("weight_curve")
    assert found["values"]["last"] == pytest.approx(rare / frequent) == pytest.approx(2.53, abs=0.005)
    assert found["values"]["first"] == pytest.approx(100)
    balanced = found["panels"][0]["curves"]
    several = balanced[3]["y"][balanced[3]["x"] > 300]  # some hundred samples
    assert np.ptp(several) / several.mean() < 0.05
    assert np.abs(np.log(balanced[2]["y"] / balanced[0]["y"])).max() < 0.25


def test_ldam_costs_what_a_tie_costs_nearer_to_the_class() -> None:
    """LDAM charges a sample of the rarest class what a tie costs, nearer to its own class."""
    found = entry("loss_anatomy")
    by_hand = math.degrees(math.acos(0.5 / math.sqrt(2))) - 45  # cos t - sin t = 0.5
    assert found["values"]["angle"] == pytest.approx(by_hand, abs=0.05) == pytest.approx(24.3, abs=0.05)
    plain = views.compute("loss_anatomy", loss="ce")
    assert np.interp(45, np.degrees(plain.angle), np.log(plain.ce_penalty + 1)) == pytest.approx(
        math.log(1.69), abs=0.05
    )


def test_a_margin_moves_the_penalty_and_a_weight_stretches_it() -> None:
    ldam = views.compute("loss_anatomy")
    heights = [1.0, 5.0, 10.0]
    at = [np.interp(heights, curve, np.degrees(ldam.angle)) for curve in (*ldam.penalty, ldam.ce_penalty)]
    assert all((here < at[-1]).all() for here in at[:-1])
    weighed = views.compute("loss_anatomy", loss="inverse_frequency", sharpness=10.0)
    for weight, curve in zip(weighed.weight[[0, 5, 9]], weighed.penalty, strict=True):
        np.testing.assert_allclose(curve, weight * weighed.ce_penalty, rtol=1e-6)


def test_ten_times_the_samples_leave_a_tenth_of_dbms_margin() -> None:
    """The hardest sample of the rarest class gets a margin of 11.5°."""
    found = entry("margin_surface")
    assert found["at"] == pytest.approx(10)
    assert found["hardest"] == pytest.approx(math.degrees(0.2)) == pytest.approx(11.5, abs=0.05)
    assert found["tenth"] == pytest.approx(found["hardest"] / 10, rel=1e-3)
    assert found["hardest"] == pytest.approx(2 * found["easiest"])
    page, start = CARDS["margin_surface"].fixed().start()
    assert page.tables["surface"].entry(start)["tenth"] == pytest.approx(found["tenth"], rel=1e-9)


@pytest.mark.parametrize("name", EVERY)
def test_the_truth_is_not_where_the_guess_starts(name: str) -> None:
    guess = CARDS[name].guess
    assert guess is not None
    found = entry(name, **guess.state)
    truth = (found.get("values") or found)[guess.truth]
    assert guess.low <= truth <= guess.high
    assert abs(truth - guess.start) > 0.1 * (guess.high - guess.low)


@pytest.mark.parametrize("name", CURVES)
def test_axes_hold_all_lines_and_stay_while_the_imbalance_moves(name: str) -> None:
    found = [entry(name, imbalance=ratio) for ratio in stops(name, "imbalance")]
    for each in found:
        for panel in each["panels"]:
            for shape in (*panel["curves"], *panel["marks"]):
                for key in ("x", "y"):
                    low, high = panel[key]["low"], panel[key]["high"]
                    assert low <= np.min(shape[key]) + 1e-9
                    assert np.max(shape[key]) <= high + 1e-9
    axes = {panel["y"]["title"]: set() for each in found for panel in each["panels"]}
    for each in found:
        for panel in each["panels"]:
            axes[panel["y"]["title"]].add((panel["x"]["low"], panel["x"]["high"], round(panel["y"]["high"], 9)))
    assert all(len(kept) == 1 for kept in axes.values()), axes


def test_in_the_papers_units_each_loss_has_its_panel_and_angles_are_degrees() -> None:
    found = entry("margin_curve", unit="paper")
    titles = [panel["y"]["title"] for panel in found["panels"]]
    assert titles == [
        f"{name}: margin ({unit})"
        for name, unit in (
            ("LDAM", "cosine"),
            ("MM-LDAM", "cosine"),
            ("DBM", "degrees"),
            ("Logit adjustment", "logits"),
        )
    ]
    np.testing.assert_allclose(found["panels"][2]["curves"][0]["y"][-1], math.degrees(0.1))


@pytest.mark.parametrize("loss", losses.names())
def test_what_a_loss_does_not_change_has_no_panel(loss: str) -> None:
    page, start = CARDS["loss_anatomy"].fixed().start()
    found = page.tables["curves"].entry({**start, "loss": loss})
    study = views.compute("loss_anatomy", loss=loss)
    changed = [not np.allclose(study.drop, 0), not np.allclose(study.weight, 1)]
    assert len(found["panels"]) == 2 + sum(changed)
    assert found["aim"] is None or loss == "ldam"


@pytest.mark.parametrize("name", CURVES)
def test_counts_of_ones_own_with_names(name: str) -> None:
    card, state = CARDS[name].start({"counts": "cat,500\ndog,60\na very long name of a class,7"})
    assert card.guess is None
    found = card.tables["curves"].entry(state)
    assert found["aim"] is None
    words = str([curve["name"] for panel in found["panels"] for curve in panel["curves"]])
    if name in ("mm_margin", "loss_anatomy"):
        assert "cat: 500" in words
        assert "a very long name of…: 7" in words
    for panel in found["panels"]:
        if panel["x"]["log"]:
            assert panel["x"]["low"] < 7 < 500 < panel["x"]["high"]


@pytest.mark.parametrize("name", CURVES)
def test_a_page_chooses_among_the_losses_and_a_notebook_takes_any(name: str) -> None:
    page, _ = CARDS[name].fixed().start()
    slot = "loss" if name == "loss_anatomy" else "losses"
    assert len(page.dials[slot].values) == (len(losses.names()) if slot == "loss" else 1)
    given = (
        {"loss": "mm(max_margin=0.4)", "scale": 20.0}
        if name != "weight_curve"
        else {"loss": "class_balanced", "beta": 0.9}
    )
    card, state = CARDS[name].start(given)
    assert {"max_margin", "scale"} <= set(card.dials) or "beta" in card.dials
    assert card.guess is None
    assert card.tables["curves"].entry(state)["panels"]
    assert views.state(name, card.still(state)) == views.state(name, given)


@pytest.mark.parametrize("name", ["mm_margin", "weight_curve", "margin_curve"])
def test_a_guess_stays_where_it_was_while_dials_move(name: str) -> None:
    """Axes hold the highest guess: they would jump with it."""
    assert len({str(entry(name, imbalance=ratio)["aim"]) for ratio in stops(name, "imbalance")}) == 1


def test_what_does_not_move_is_said() -> None:
    assert "however rare" in entry("margin_curve", imbalance=1000.0)["lead"]
    card, state = CARDS["margin_curve"].start({"losses": "logit_adjustment", "imbalance": 1000.0})
    assert card.tables["curves"].entry(state)["lead"] == ""
