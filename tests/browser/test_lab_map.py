"""The decision map in JupyterLab, driven by keys: after every move its cells are those of a fresh study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ltviz.explorers import card
from ltviz.studies.decision_map import decision_map

STATE = "(() => { const {ltviz} = document.querySelector('section.ltviz'); return ltviz.state; })()"
CELLS = "Array.from(document.querySelector('section.ltviz').ltviz.picture.panels[0].cells)"
# what is drawn belongs to the state, and every stop of the touched slider has come
STEADY = """() => {
  const {ltviz} = document.querySelector("section.ltviz");
  return !ltviz.section.hasAttribute("aria-busy") && !ltviz.busy;
}"""


def agree(page: Any) -> float:
    page.wait_for_function(STEADY)
    state = page.evaluate(STATE)
    view = decision_map(**{**card("decision_map").still(state), "resolution": 100})
    return float((np.array(page.evaluate(CELLS)) == view.panels[0].regions.ravel()).mean())


def test_keys_move_the_boundary_of_a_loss(open_notebook: Callable[..., Any]) -> None:
    page = open_notebook("import ltviz\nltviz.explore('decision_map', loss='ldam', scene='separable')")
    assert agree(page) >= 0.99
    before = page.evaluate(CELLS)
    page.locator("[id$='-loss.ldam.max_margin']").focus()
    for key, value in (("End", 1.0), ("ArrowLeft", 0.975), ("Home", 0.0), ("PageUp", 0.1)):
        page.keyboard.press(key)
        assert page.evaluate(STATE)["loss.ldam.max_margin"] == value
        assert agree(page) >= 0.99
    assert page.evaluate(CELLS) != before
    fits = "document.querySelector('section.ltviz').ltviz.entries.get('fit').size"
    assert page.evaluate(fits) == len(card("decision_map").dials["loss.ldam.max_margin"].values)
    assert not page.wrong


def test_other_losses_models_and_points(open_notebook: Callable[..., Any]) -> None:
    page = open_notebook("import ltviz\nltviz.explore('decision_map', loss='ce', classes=2, shape='moons')")
    page.locator(".ltviz summary").click()
    page.get_by_label("model", exact=True).select_option("random_features")
    assert agree(page) >= 0.99
    page.get_by_label("loss", exact=True).select_option("logit_adjustment")
    assert agree(page) >= 0.99
    page.get_by_role("slider", name="τ after training").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(STATE)["posthoc"] == 0.25
    assert agree(page) >= 0.99
    plain = page.evaluate(CELLS)
    page.get_by_role("button", name="Add one").click()
    page.wait_for_function(STEADY)
    assert len(page.evaluate(STATE)["added"]) == 1
    assert page.evaluate(CELLS) != plain
    assert not page.wrong
