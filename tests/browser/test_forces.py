"""The balance of forces in a browser: the guess by hand, the drag, the way back to rest, and losses of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz import site
from ltviz.explorers import card
from ltviz.explorers.balance_of_forces import seen
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.plane.forces import forces
from ltviz.plane.problem import problem

EXPLORER = "document.querySelector('section.ltviz').ltviz"
VALUES = f"{EXPLORER}.told.values"


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One page for all tests: each begins where the one before has left it."""
    folder: Path = tmp_path_factory.mktemp("site")
    small = {"imbalance": (10.0,), "overlap": (0.32,), "loss": ("ce", "class_balanced", "ldam", "mm")}
    with pytest.MonkeyPatch.context() as patch:
        opened = card("balance_of_forces")
        patch.setitem(opened.page, "imbalance", small["imbalance"])
        patch.setitem(opened.page, "overlap", small["overlap"])
        patch.setitem(opened.page, "loss", small["loss"])
        assert not site.write_site(folder, "balance_of_forces", figures=False).failed
    made = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True, reduced_motion="reduce")
    made.goto((folder / "explore" / "balance_of_forces.html").as_uri())
    made.wait_for_function(f"{EXPLORER}.drawn")
    yield made
    made.close()


def drag(page: Any, place: float) -> None:
    box = page.locator(".picture .ltviz-plot").first.bounding_box()
    across = f"(x) => {EXPLORER}.picture.plane.px(x)"
    page.mouse.move(box["x"] + page.evaluate(across, 0.0), box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + page.evaluate(across, place), box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()


def test_nothing_is_given_away_before_the_guess(page: Any) -> None:
    texts = page.evaluate("[...document.querySelectorAll('.picture text')].map((each) => each.textContent)")
    assert texts.count("?") == 2
    assert not {"level", "pushed to the right", "pushed to the left"} & set(texts)
    assert page.get_by_role("button", name="Let the boundary go").is_disabled()
    drag(page, 1.5)
    assert page.evaluate(f"[{EXPLORER}.guess.value, {EXPLORER}.state.place]") == pytest.approx([1.5, 0.0], abs=0.11)


def test_the_truth_is_where_the_scale_is_level(page: Any) -> None:
    page.get_by_role("button", name="Show the truth").click()
    page.wait_for_function(f"{EXPLORER}.state.place === 0.9")
    values = page.evaluate(VALUES)
    assert values["place"] == values["rest"] == pytest.approx(0.867, abs=0.001)
    assert values["level"] < 1e-6, "the gradient is zero"
    assert values["left"] == pytest.approx(-values["right"], rel=1e-3)
    texts = page.evaluate("[...document.querySelectorAll('.picture text')].map((each) => each.textContent)")
    assert "level" in texts
    assert (
        page.locator(".answer").text_content().endswith("it is 0.9\N{NO-BREAK SPACE}σ: off by 0.6\N{NO-BREAK SPACE}σ.")
    )


@pytest.mark.parametrize("loss", ["ce", "class_balanced", "ldam", "mm"])
def test_pulls_are_those_of_python_and_the_boundary_goes_back_to_rest(page: Any, loss: str) -> None:
    """What has terms is worked out in the page, the others' pulls come with it."""
    page.evaluate(f"{EXPLORER}.change({{loss: '{loss}'}})")
    drag(page, -1.0)
    place = page.evaluate(f"{EXPLORER}.state.place")
    assert place == pytest.approx(-1.0, abs=0.11)
    values = page.evaluate(VALUES)
    state = card("balance_of_forces").start()[1]
    data = problem(
        shape="gaussians", classes=2, largest=60, imbalance=10.0, overlap=state["overlap"], seed=state["seed"]
    ).data
    made, points = make_loss(loss, data.counts), seen(data, "plane")
    wanted = forces(fit2d(points, data.labels, made), made, points, data.labels, np.array([place]))
    by_class = [wanted.pull[0, data.labels == c].sum() for c in (0, 1)]
    assert [values["left"], values["right"]] == pytest.approx(by_class, rel=1e-4, abs=1e-4)
    assert values["rest"] == pytest.approx(wanted.rest, abs=1e-4)
    page.get_by_role("button", name="Let the boundary go").click()
    page.wait_for_function(f"{VALUES}.place === {VALUES}.rest")
    assert page.evaluate(f"{VALUES}.level") < 1e-3
