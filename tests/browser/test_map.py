"""The decision map in a browser: its cells are the study's, its numbers those of a fresh fit."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from ltviz import web
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.explorers import card
from ltviz.losses import make_loss
from ltviz.metrics import accuracy
from ltviz.plane.fit import fit2d
from ltviz.plane.problem import problem
from ltviz.studies.decision_map import decision_map

OPEN = """([spec, entries]) => {
  const by = new Map(entries.map(([table, tree, data]) =>
    [table, unpack(tree, Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer)]));
  const source = {ask(list) {
    for (const {table, key} of list) this.onmessage({entry: {table, key, tree: by.get(table)}});
    this.onmessage({done: true});
  }};
  window.ex?.close();
  window.ex = new Explorer(document.getElementById("r"), spec, source);
  ex.guess?.close();
  if (spec.tables.some(({name}) => name === "fan")) [...document.querySelectorAll("button")].find(
    (each) => each.textContent.includes("samples")).click();
  return {cells: ex.picture.panels.map(({cells}) => Array.from(cells)), values: ex.told.values, says: ex.told.says,
    numbers: document.querySelector("dl").innerText};
}"""


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("map") / "map.html"
    place.write_text(
        f"<!doctype html><meta charset=utf-8><style>{web.style()}</style><main id=r></main>"
        f"<script>{web.script('explorer', pictures=['map', 'truths', 'pair'])}</script>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(place.as_uri())
    yield page
    page.close()


def opened(page: Any, name: str, **given: Any) -> tuple[dict[str, Any], Any, dict[str, Any]]:
    each, state = card(name).start(given)
    entries = []
    for table in each.tables:
        tree, buffer = web.pack(each.tables[table].entry(state))
        entries.append([table, tree, base64.b64encode(buffer).decode()])
    return page.evaluate(OPEN, [web.spec(each, state), entries]), each, state


@pytest.mark.parametrize(
    "given",
    [
        {"loss": "ldam", "max_margin": 0.3},
        {"loss": "ldam", "scene": "separable"},
        {"loss": "mm", "model": "random_features", "shape": "moons", "classes": 2},
        {"loss": "dbm", "model": "mlp", "shape": "rings", "largest": 200},
        {"loss": "logit_adjustment", "posthoc": 0.5, "classes": 4},
        {"losses": "ce, ldam", "scene": "overlap"},
    ],
    ids=str,
)
def test_cells_and_accuracies_are_the_views(page: Any, given: dict[str, Any]) -> None:
    seen, each, state = opened(page, "decision_map", **given)
    view = decision_map(**{**each.still(state), "resolution": 100})
    for k, (cells, panel) in enumerate(zip(seen["cells"], view.panels, strict=True)):
        assert (np.array(cells) == panel.regions.ravel()).mean() >= 0.99
        assert len(np.unique(cells)) > 1
        assert seen["values"]["balanced" + (f"_{k + 1}" if k else "")] == pytest.approx(panel.accuracy, abs=0.004)


@pytest.mark.parametrize("tau", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("imbalance", [10.0, 100.0])
def test_two_truths_are_a_fresh_fits(page: Any, imbalance: float, tau: float) -> None:
    seen, _, _ = opened(page, "two_truths", imbalance=imbalance, posthoc=tau)
    data = toy.scene("overlap", imbalance=imbalance)
    fit = fit2d(data.points, data.labels, make_loss("ce", data.counts))
    shift = tau * np.log(data.counts.prior)
    along = np.column_stack([np.linspace(-12, 12, 240_001), np.zeros(240_001)])
    gap = (fit.scores(along) - shift) @ [1.0, -1.0]
    place = along[np.argmax(gap < 0), 0] / data.sigma  # the frequent class is on the left
    assert seen["values"]["place"] == pytest.approx(place, abs=0.01)
    assert f"{abs(seen['values']['place']):.2f} σ from the middle" in seen["says"]

    test = data.draw(ClassCounts([20_000, 20_000]), 7)
    by_class = accuracy.by_class(test.labels, (fit.scores(test.points) - shift).argmax(axis=1), 2)
    assert seen["values"]["balanced"] == pytest.approx(by_class.mean(), abs=0.05)  # 500 points a class: 3 deviations
    assert seen["values"]["overall"] == pytest.approx(by_class @ data.counts.prior, abs=0.06)


def test_a_fan_has_a_mean_and_a_deviation(page: Any) -> None:
    seen, _, _ = opened(page, "two_truths", imbalance=100.0, seed=0)
    places = []
    for seed in range(1, 21):
        data = toy.scene("overlap", seed=seed)
        weights = fit2d(data.points, data.labels, make_loss("ce", data.counts)).weights
        lean = weights["W"][0] - weights["W"][1]
        u = weights["centre"][1] * 0 - weights["centre"][1]  # y = 0 in the model's frame
        x = -(lean[2] + lean[1] * u / weights["spread"]) / lean[0] * weights["spread"] + weights["centre"][0]
        places.append(x / data.sigma)
    assert seen["values"]["fan"] == pytest.approx(np.mean(places), abs=0.01)
    assert seen["values"]["spread"] == pytest.approx(np.std(places, ddof=1), abs=0.01)
    assert "20 other samples" in seen["numbers"]


def test_the_truth_is_hidden_until_the_reader_has_guessed(page: Any) -> None:
    opened(page, "two_truths", imbalance=100.0)
    page.evaluate("ex.reset()")
    box = page.get_by_role("group", name="Guess first")
    assert box.is_visible()
    assert page.locator(".numbers").is_hidden()
    assert set(page.locator(".numbers dd").all_text_contents()) == {"?"}
    learned = "[...document.querySelectorAll('.panels text')].some((each) => each.textContent === 'Cross-entropy')"
    assert not page.evaluate(learned)
    box.get_by_role("slider").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Show the truth").click()
    page.get_by_text("You guessed +0.20 σ").or_(page.get_by_text("You guessed 0.20")).wait_for()
    assert page.evaluate(learned)
    assert "?" not in page.locator(".numbers dd").all_text_contents()
    truth = page.evaluate("ex.told.values.place")
    assert f"{truth:.2f}" in page.locator(".answer").inner_text()
    costs = page.evaluate("ex.picture.costs")
    page.evaluate("ex.set('posthoc', 1)")
    assert f"with “τ after training” at 0 it was {truth:.2f}" in page.locator(".answer").inner_text()
    assert page.evaluate("ex.picture.costs") == costs
    assert costs.endswith(" points better")
    page.evaluate("ex.reset()")
    assert box.locator("output").inner_text() == "?"
    page.get_by_role("button", name="Show the truth").click()
    page.get_by_text("You made no guess").wait_for()
    assert page.evaluate("ex.guess.drawn") is None


def test_the_guess_is_dragged_in_the_picture_and_the_dials_wait(page: Any) -> None:
    opened(page, "two_truths", imbalance=100.0)
    page.evaluate("ex.reset()")
    assert page.locator(".panel").is_hidden()
    page.evaluate("ex.set('posthoc', 1)")
    assert page.evaluate("ex.state.posthoc") == 0
    x = page.evaluate("(() => { const {plot} = ex.picture.panels[0]; return plot.px(2); })()")
    box = page.locator(".panels svg").first.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + x, box["y"] + 0.5 * box["height"], steps=4)
    page.mouse.up()
    assert page.evaluate("ex.guess.value") == pytest.approx(2.0, abs=0.03)
    page.get_by_role("button", name="Skip").click()
    assert page.locator(".panel").is_visible()
    page.evaluate("ex.set('posthoc', 1)")
    assert page.evaluate("ex.state.posthoc") == 1


def spot(page: Any, x: str, y: float = 0.0, panel: int = 0) -> tuple[float, float]:
    """Return the pixel at a place that a script says in terms of the picture, in units of the plane."""
    where = f"""() => {{
      const {{plot}} = ex.picture.panels[{panel}];
      const {{left, top}} = plot.svg.getBoundingClientRect();
      return [left + plot.px({x}), top + plot.py({y})];
    }}"""
    px, py = page.evaluate(where)
    return px, py


def test_points_are_added_dragged_and_taken_away_and_the_fit_is_pythons(page: Any) -> None:
    opened(page, "decision_map", loss="logit_adjustment", scene="overlap")
    page.evaluate("""() => {
      // no kernel: what a fit needs is here already
      ex.source.ask = (list) => {
        for (const {table, key} of list) ex.receive({entry: {table, key, tree: null}});
        ex.receive({done: true});
      };
    }""")
    cursor = "ex.picture.panels[0].plot.hit.style.cursor"
    x, y = spot(page, "1.7", 0.5)
    page.mouse.move(x, y)
    assert page.evaluate(cursor) == "copy"
    page.mouse.click(x, y)
    first = page.evaluate("ex.state.added")
    assert len(first) == 1
    assert first[0][2] == 1
    page.mouse.move(x + 1, y)
    assert page.evaluate(cursor) == "grab"
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=3)
    page.mouse.up()
    moved = page.evaluate("ex.state.added")
    assert len(moved) == 1
    assert moved[0][0] > first[0][0]
    given = problem(scene="overlap", added=tuple(tuple(point) for point in moved))
    fit = fit2d(given.data.points, given.data.labels, make_loss("logit_adjustment", given.counts))
    W = np.array(page.evaluate("Array.from(ex.picture.measured[0].fitted.fit.W)")).reshape(2, 3)
    assert np.allclose(W, fit.weights["W"], rtol=1e-4, atol=1e-4)  # the page's points have 24 bits
    page.keyboard.down("Shift")
    page.mouse.click(x + 30, y)
    page.keyboard.up("Shift")
    assert page.evaluate("ex.state.added") == []
    page.get_by_role("button", name="Add one").click()
    assert len(page.evaluate("ex.state.added")) == 1


def test_the_boundary_is_dragged_and_moves_tau(page: Any) -> None:
    opened(page, "two_truths")
    cursor = "ex.picture.panels[0].plot.hit.style.cursor"
    x, y = spot(page, "ex.picture.axis.at(ex.told.values.place)[0]")
    page.mouse.move(x, y)
    assert page.evaluate(cursor) == "grab"
    page.mouse.down()
    goal = spot(page, "ex.picture.axis.at(1)[0]")
    page.mouse.move(*goal, steps=4)
    page.mouse.up()
    assert page.evaluate("ex.state.posthoc") > 0.2
    assert page.evaluate("ex.told.values.place") == pytest.approx(1.0, abs=0.08)  # a stop of tau is 0.1 sigma
    assert page.evaluate("ex.told.saw").startswith("The boundary went from +2.12")
    page.mouse.move(*spot(page, "-1.5", 1.0))
    assert page.evaluate(cursor) == "copy"  # nothing to take hold of: a click adds a point


def test_a_pair_says_what_the_second_loss_does_and_why(page: Any) -> None:
    opened(page, "two_losses", second="ldam")
    page.evaluate("ex.reset()")
    numbers = page.locator(".panels .numbers")
    assert "?" not in numbers.nth(0).inner_text()
    assert set(numbers.nth(1).locator("dd").all_inner_texts()) == {"?"}
    page.mouse.move(*spot(page, "0", 0.5))
    assert page.evaluate("ex.picture.panels[0].plot.hit.style.cursor") == "default"  # the guess is about the second one
    page.mouse.move(*spot(page, "0", 0.5, panel=1))
    assert page.evaluate("ex.picture.panels[1].plot.hit.style.cursor") == "grab"
    page.get_by_role("button", name="Skip").click()
    said = page.evaluate("ex.told.saw").replace("\u202f", "")
    assert len(said) <= 140
    left, right = page.evaluate("ex.picture.measured.map(({place}) => place)")
    assert f"Moved {right - left:.2f} σ into the rare class's side" in said
    assert "1000 small margins (0.16) outvote 10 large ones (0.5)" in said


def test_a_challenge_says_how_far_it_is(page: Any) -> None:
    _, each, state = opened(page, "decision_map", loss="ce", scene="overlap")
    page.get_by_role("button", name="Cross-entropy: 84").click()
    box = page.locator(".challenges")
    assert "Now 5" in box.inner_text()
    page.evaluate("ex.set('posthoc', 1)")
    assert "Reached." in box.inner_text()
    for challenge in each.challenges:
        for key, value in challenge.state.items():
            each.dials[key].control.check(key, value)
            assert not each.dials[key].values or value in each.dials[key].values
        assert set(challenge.keeps) <= set(challenge.state) | {"loss"}
    assert state["scene"] == "overlap"
