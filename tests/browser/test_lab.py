"""Explorers in JupyterLab: by keyboard and mouse, when a study is slow or fails, and when a cell is run again.

One file, as JupyterLab takes long to start.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ltviz.core.params import Choice, Param
from ltviz.core.profiles import profile
from ltviz.explorers import CARDS, card
from ltviz.studies.decision_map import decision_map
from ltviz.views import VIEWS

# of the views that train nets on digits one is enough: their dials are alike
DIGITS = [name for name, view in VIEWS.items() if "epochs" in view.controls]
GENERIC = {name: view.tiny for name, view in VIEWS.items() if name not in (*CARDS, *DIGITS[1:])}
NUMBERED = [name for name in GENERIC if any(isinstance(each, Param) for each in VIEWS[name].controls.values())]
CHOOSING = [
    name
    for name in GENERIC
    if name not in NUMBERED and any(isinstance(each, Choice) for each in VIEWS[name].controls.values())
]
SLOW = """
import time, ltviz
from ltviz.core.params import Param
from ltviz.views import VIEWS
import ltviz.studies.weight_curve as home
study = home.weight_curve
def weight_curve(**state):
    open("computed.txt", "a").write(f"{state['imbalance']}\\n")
    time.sleep(0.2)
    if state["classes"] == 7:
        raise ZeroDivisionError("seven")
    return study(**state)
home.weight_curve = weight_curve
ltviz.explore("weight_curve")
"""

STATE = "(() => { const {ltviz} = document.querySelector('section.ltviz'); return ltviz.state; })()"
CELLS = "Array.from(document.querySelector('section.ltviz').ltviz.picture.panels[0].cells)"
# what is drawn belongs to the state, and every stop of the touched slider has come
STEADY = """() => {
  const {ltviz} = document.querySelector("section.ltviz");
  return !ltviz.section.hasAttribute("aria-busy") && !ltviz.busy;
}"""
STANDS = "(each) => each.getBoundingClientRect().top - each.closest('section').getBoundingClientRect().top"

# the words belong to what is drawn: they wait for the hand to rest
SAID = """() => {
  const section = document.querySelector("section.ltviz");
  return section.querySelector(".says").textContent === section.ltviz.told.says;
}"""


def settle(section: Any) -> None:
    """Wait until what the dials say is drawn."""
    section.evaluate(
        """async (each) => {
          while (each.ltviz.busy || each.hasAttribute("aria-busy")) await new Promise((go) => setTimeout(go, 10));
        }"""
    )


def state(section: Any) -> dict[str, Any]:
    return dict(section.evaluate("(each) => each.ltviz.state"))


@pytest.fixture
def board(open_notebook: Callable[..., Any], asked: set[str]) -> Any:
    """All explorers that the tests are about, below one cell; their names are `shown`."""
    shown = [name for name in (*CARDS, *GENERIC) if name in asked]
    calls = [f"display(ltviz.explore({name!r}, **{dict(GENERIC.get(name, {}))!r}))" for name in shown]
    page = open_notebook("import ltviz\n" + "\n".join(calls), "'the cell below'", explorers=len(calls), again=False)
    page.shown = shown
    return page


@pytest.mark.thorough(every=6)
@pytest.mark.slow
@pytest.mark.parametrize("name", [*CARDS, *NUMBERED])
def test_by_keyboard_and_mouse(board: Any, name: str) -> None:
    section = board.locator("section.ltviz").nth(board.shown.index(name))
    skip = section.get_by_role("button", name="Skip")
    if skip.count():
        assert section.locator(".panel").is_hidden()  # first the guess
        skip.click()
    sliders = section.locator(".panel input[type=range]:visible")
    if sliders.count() == 0:
        section.locator(".more summary").click()
    slider = sliders.first
    slider.focus()
    top = int(slider.get_attribute("max"))
    board.keyboard.press("Home")
    settle(section)
    assert slider.input_value() == "0"
    drawn = section.evaluate("(each) => each.ltviz.drawn")
    stands = slider.evaluate(STANDS)
    said = slider.get_attribute("aria-valuetext")
    for key, at in (("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("ArrowDown", 0)):
        board.keyboard.press(key)
        assert slider.input_value() == str(at), key
    board.keyboard.press("PageUp")
    up = int(slider.input_value())
    assert up >= 1
    board.keyboard.press("PageDown")
    assert int(slider.input_value()) < up
    board.keyboard.press("End")
    assert slider.input_value() == str(top)
    settle(section)
    assert section.evaluate("(each) => each.ltviz.drawn") > drawn
    assert slider.get_attribute("aria-valuetext") != said
    assert slider.evaluate(STANDS) == pytest.approx(stands, abs=1), "it stays under the hand"
    assert section.locator(".alarm").is_hidden()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    board.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    assert abs(int(slider.input_value()) - top / 4) <= 1 + top / 20
    for key in "abdd":  # JupyterLab's: insert above, insert below, delete
        board.keyboard.press(key)
    assert slider.evaluate("(each) => each === document.activeElement")
    assert board.locator(".jp-Notebook .jp-CodeCell").count() == 2
    settle(section)
    assert board.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOOSING)
def test_a_choice_by_keyboard_where_there_is_no_slider(board: Any, name: str) -> None:
    section = board.locator("section.ltviz").nth(board.shown.index(name))
    key, control = next((key, each) for key, each in VIEWS[name].controls.items() if isinstance(each, Choice))
    choice = section.get_by_label(key.replace("_", " "), exact=True)
    drawn, said = (section.evaluate(f"(each) => {what}") for what in ("each.ltviz.drawn", "each.innerText"))
    choice.focus()
    board.keyboard.press("End")
    settle(section)
    assert state(section)[key] == choice.input_value() == control.options[-1]
    assert section.evaluate("(each) => each.ltviz.drawn") > drawn
    assert section.evaluate("(each) => each.innerText") != said
    assert section.locator(".alarm").is_hidden()
    assert board.wrong == []


@pytest.mark.slow
def test_no_two_elements_have_one_id(open_notebook: Callable[..., Any]) -> None:
    page = open_notebook("import ltviz\nfor _ in range(2): display(ltviz.explore('margin_bound'))", explorers=2)
    ids = page.locator("section.ltviz [id]").evaluate_all("(all) => all.map((each) => each.id)")
    assert len(ids) > 4
    assert len(set(ids)) == len(ids)
    page.locator("section.ltviz").last.get_by_role("button", name="Skip").click()
    sliders = page.locator("section.ltviz").last.locator(".panel label")
    for label in sliders.all():
        assert label.evaluate("(each) => each.closest('section') === each.control.closest('section')")


@pytest.mark.slow
def test_slow_failing_and_recovered(open_notebook: Callable[..., Any], lab: Any) -> None:
    page = open_notebook(SLOW)
    computed = lab.folder / "computed.txt"
    section = page.locator("section.ltviz")
    section.get_by_role("button", name="Skip").click()
    section.locator(".more summary").click()
    imbalance, classes = (
        section.get_by_label("imbalance: most frequent / rarest"),
        section.get_by_label("classes", exact=True),
    )

    imbalance.focus()
    page.keyboard.press("Home")
    settle(section)
    before = len(computed.read_text().splitlines())
    begun = time.monotonic()
    for k in range(50):
        page.keyboard.press("ArrowRight" if k < 35 else "ArrowLeft")
        time.sleep(max(0.0, begun + 0.02 * (k + 1) - time.monotonic()))
    seconds = time.monotonic() - begun
    settle(section)
    lines = computed.read_text().splitlines()[before:]
    assert len(lines) <= math.ceil(seconds / 0.2) + 2, "F17: at most 7 in a second"
    last = state(section)["imbalance"]
    assert float(lines[-1]) == last
    assert imbalance.input_value() == "20"
    page.wait_for_function(SAID)
    drawn = page.evaluate("document.querySelector('section.ltviz').ltviz.told.values.first")
    assert drawn == pytest.approx(profile("exp", 5000, 10, last).imbalance), "weights of 1 / n"

    shown = section.locator(".says").text_content()
    classes.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".alarm:visible")
    assert section.locator(".alarm").text_content() == "ZeroDivisionError: seven"
    assert state(section)["classes"] == 7
    assert section.locator(".says").text_content() == shown
    assert section.locator(".ltviz-plot svg").count() > 0
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".alarm", state="hidden")
    settle(section)
    assert state(section)["classes"] == 6
    assert section.locator(".alarm").is_hidden()
    assert page.wrong == []


@pytest.mark.slow
def test_another_loss_by_keyboard(open_notebook: Callable[..., Any]) -> None:
    page = open_notebook("import ltviz\nltviz.explore('loss_anatomy')")
    section = page.locator("section.ltviz")
    section.get_by_role("button", name="Skip").click()
    section.locator(".more summary").click()
    text = section.get_by_label("loss", exact=True)
    for spelled, alarm in (("nonsense", "unknown loss 'nonsense'"), ("logit_adjustment", "")):
        text.fill("")
        text.press_sequentially(spelled)  # as a hand does: only then does Enter mean a change
        page.keyboard.press("Enter")
        if alarm:
            page.wait_for_selector(".alarm:visible")
            assert alarm in section.locator(".alarm").text_content()
            assert section.locator(".ltviz-plot svg").count() > 0
    slider = section.get_by_label(re.compile(r"^τ \("))
    slider.wait_for()
    assert text.evaluate("(each) => each === document.activeElement")
    assert section.get_by_label(re.compile("^max_margin")).count() == 0
    slider.focus()
    page.keyboard.press("End")
    settle(section)
    assert section.locator(".alarm").is_hidden()
    assert page.wrong == []


@pytest.mark.slow
def test_moved_from_python_and_run_again(open_notebook: Callable[..., Any]) -> None:
    page = open_notebook(
        "import ltviz\ne = ltviz.explore('margin_bound')\ne", "e.move(imbalance=10.0)\nat = e.state['imbalance']\nat"
    )
    section = page.locator("section.ltviz")
    page.wait_for_function("document.querySelector('section.ltviz')?.ltviz?.state.imbalance < 15")
    section.locator("input[type=range]:visible").last.focus()
    page.keyboard.press("End")
    end = state(section)["imbalance"]
    page.wait_for_function(f"document.querySelector('section.ltviz').ltviz.model.get('at').imbalance === {end}")
    section.evaluate("(each) => { each.dataset.old = true; }")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector("section.ltviz[data-old]", state="detached")
    page.wait_for_function("document.querySelector('section.ltviz')?.ltviz?.state.imbalance < 15")
    assert section.count() == 1
    assert page.wrong == []


@pytest.mark.slow
def test_another_look_of_jupyterlab_leaves_a_picture_its_size(open_notebook: Callable[..., Any]) -> None:
    page = open_notebook("import ltviz\nltviz.explore('class_counts')")
    size = "document.querySelector('section.ltviz .picture').offsetHeight"
    before = page.evaluate(size)
    for look in ("Dark", "Light"):
        page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {look}")
        page.wait_for_function(f"document.querySelector('section.ltviz').dataset.look === '{look.lower()}'")
        page.wait_for_function(f"{size} === {before}")
    assert page.wrong == []


# the decision map: after every move its cells are those of a fresh study


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
    page.locator(".ltviz .more summary").click()
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


def test_figures_turn_dark_with_jupyterlab(open_notebook: Callable[..., Any]) -> None:
    """What `show` gives has JupyterLab's ground; what was asked for in a look of its own stays as it is."""
    shown = ("import ltviz\nltviz.show('weight_curve')", "ltviz.show('weight_curve', theme='dark')")
    page = open_notebook(*shown, explorers=0)
    figures = page.locator(".jp-RenderedPlotly")
    for at in (0, 1):
        figures.nth(at).locator(".main-svg").first.wait_for()
    page.wait_for_selector(".ltviz-night", state="attached")
    ground = """(all) => all.map((each) => [getComputedStyle(each).filter !== "none",
      getComputedStyle(each.querySelector(".main-svg")).backgroundColor])"""
    found = {}
    for light in ("true", "false"):
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", light)
        found[light] = figures.evaluate_all(ground)
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    assert found["true"] == [[False, "rgb(255, 255, 255)"], [False, "rgb(20, 24, 29)"]]
    assert found["false"] == [[True, "rgba(0, 0, 0, 0)"], [False, "rgb(20, 24, 29)"]]
    style = page.locator(".jp-OutputArea-child:has(.ltviz-night)")
    assert style.evaluate_all("(all) => all.map((each) => each.offsetHeight)") == [0, 0], "it takes no room"
