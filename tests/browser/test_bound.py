"""The bound in a browser: the guess by hand, and a bar that is higher than the picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ltviz import site

TEXTS = "[...document.querySelectorAll('.picture text')].map((each) => each.textContent)"
EXPLORER = "document.querySelector('section.ltviz').ltviz"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert not site.write_site(folder, "margin_bound", figures=False).failed
    return folder


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    yield made
    made.close()


@pytest.fixture
def opened(page: Any, out: Path) -> Any:
    page.goto((out / "explore" / "margin_bound.html").as_uri())
    page.wait_for_function(f"{EXPLORER}.drawn")
    return page


def test_the_front_page_does_not_give_the_answer(page: Any, out: Path) -> None:
    page.goto((out / "index.html").as_uri())
    page.wait_for_function("document.querySelector('.picture text')")
    texts = page.evaluate(TEXTS)
    assert "?" in texts
    assert "your guess" not in texts, "nothing is marked that a reader has not said"
    assert not any("lowest" in text for text in texts)


def test_a_drag_moves_the_guess_and_then_the_boundary(opened: Any) -> None:
    box = opened.locator(".picture .ltviz-plot").last.bounding_box()
    across = "(x) => document.querySelector('section.ltviz').ltviz.picture.curve.px(x)"

    def drag(place: float) -> None:
        opened.mouse.move(box["x"] + opened.evaluate(across, 0.5), box["y"] + box["height"] / 2)
        opened.mouse.down()
        opened.mouse.move(box["x"] + opened.evaluate(across, place), box["y"] + box["height"] / 2, steps=4)
        opened.mouse.up()

    drag(0.7)
    assert opened.evaluate(f"[{EXPLORER}.guess.value, {EXPLORER}.state.place]") == pytest.approx([0.7, 0.5], abs=0.011)
    opened.get_by_role("button", name="Show the truth").click()
    opened.wait_for_function(f"{EXPLORER}.state.place === 0.24")
    cost = (1 / (0.7 * 1000**0.5) + 1 / (0.3 * 10**0.5)) / (1 / 1000**0.25 + 1 / 10**0.25) ** 2 - 1
    costs = f"costs +{100 * cost:.0f}\N{NO-BREAK SPACE}%"
    assert {"lowest at 0.240", "your guess", costs} <= set(opened.evaluate(TEXTS))
    opened.wait_for_timeout(300)
    drag(0.8)
    assert opened.evaluate(f"{EXPLORER}.state.place") == pytest.approx(0.8, abs=0.006)
    assert "your guess" in opened.evaluate(TEXTS), "guess and truth stay until the reader begins again"
    assert opened.evaluate("document.querySelector('.answer').textContent").startswith("You guessed 0.70; it is 0.24")


def test_a_larger_imbalance_lifts_the_curve_and_not_the_axis(opened: Any) -> None:
    opened.get_by_role("button", name="Skip").click()
    lowest = f"{EXPLORER}.picture.curve.py({EXPLORER}.told.values.bound)"
    ends, heights = [], []
    for imbalance, place in ((100, 0.24), (1000, 0.15)):
        opened.evaluate(f"{EXPLORER}.change({{imbalance: {imbalance}, place: {place}}})")
        ends.append(opened.evaluate(f"{EXPLORER}.picture.curve.y.high"))
        heights.append(opened.evaluate(lowest))
    assert ends[0] == ends[1]
    assert heights[1] < heights[0] - 60
    assert "1 : 1" in opened.evaluate(TEXTS), "the path of the lowest bound leads to it"


@pytest.mark.parametrize(("place", "value"), [(0.995, "63.3"), (0.005, "6.64")])
def test_a_bar_beyond_the_picture_says_its_value(opened: Any, place: float, value: str) -> None:
    opened.get_by_role("button", name="Skip").click()
    opened.evaluate(f"{EXPLORER}.set('place', {place})")
    assert value in opened.evaluate(TEXTS)
    opened.evaluate(f"{EXPLORER}.set('place', 0.3)")
    assert value not in opened.evaluate(TEXTS)
