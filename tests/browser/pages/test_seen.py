"""The site's pages over file://, as eyes and readers of the screen meet them: every look, on one screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ltviz import web
from ltviz.explorers import CARDS

NAMES = tuple(CARDS)
LOOKS = ("light", "dark", "projector")
FRAMES = "new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))"
# at night only colours differ: what else is to be asked is asked by day
VIOLATED = """(rules) => axe.run({...rules, resultTypes: ["violations"]}).then(({violations}) =>
  violations.map(({impact, help, nodes}) => [impact, help, nodes.map(({target}) => target)]))"""
EXPLORER = "document.querySelector('section.ltviz').ltviz"
PLACES = """() => {
  const seen = (each) => each.checkVisibility({visibilityProperty: true});
  const place = (each) => { const {x, y, width, height} = each.getBoundingClientRect(); return [x, y, width, height]; };
  const all = (what) => [...document.querySelectorAll(what)].filter(seen).map(place);
  return {frame: all(".frame"), dials: all(".dial :is(input, select, textarea)"), numbers: all(".read .numbers"),
    buttons: all(".ltviz button:not(.dial *)"), end: all(".end a")};
}"""


def places(stand: Any) -> dict[str, Any]:
    """What stands where once the hand rests: the picture as wide as it will be, the last line as long."""
    stand.rest()
    return dict(stand.page.evaluate(PLACES))


def move(stand: Any) -> None:
    """The first dial in sight that can be moved by a key."""
    for control in stand.page.locator(".panel :is(input[type=range], select):visible").all():
        before = stand.state()
        control.focus()
        for key in ("End", "Home"):
            stand.page.keyboard.press(key)
            if stand.state() != before:
                return
    raise AssertionError("no dial moves")


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", ["index", *NAMES], scope="module")
def test_nothing_keeps_anyone_out(open_page: Callable[..., Any], name: str) -> None:
    """Nothing serious in any look, and on a phone nothing that scrolls sideways."""
    import axe_playwright_python

    stand = open_page(name)
    page = stand.page
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    for look in LOOKS:
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        if name != "index":
            page.get_by_label("look").select_option("projector" if look == "projector" else "auto")
            assert page.locator("section.ltviz").get_attribute("data-look") == look
        told = page.evaluate(VIOLATED, {"runOnly": ["color-contrast", "link-in-text-block"]} if look == "dark" else {})
        assert [each for each in told if each[0] in ("serious", "critical")] == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for look in LOOKS if name != "index" else ():
        page.get_by_label("look").select_option(look)
        page.evaluate(FRAMES)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, look
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_an_explorer_stands_on_one_screen_and_nothing_leaps(open_page: Callable[..., Any], name: str) -> None:
    """On a projector: all of it, the picture first; from the truth on, whatever is under the hand stays there."""
    stand = open_page(name, "#look=projector", viewport={"width": 1280, "height": 720})
    page = stand.page
    high = "document.documentElement.scrollHeight"
    asked = places(stand)
    assert page.evaluate(high) <= 720
    line = page.locator(".question").evaluate(
        "(each) => each.offsetHeight / parseFloat(getComputedStyle(each).lineHeight)"
    )
    assert line < 1.5, "the question has one line"
    _, y, width, height = asked["frame"][0]
    assert width >= 640
    assert y + height <= 720
    again = page.get_by_role("button", name="Skip").count() and stand.guess()
    shown = places(stand)
    assert shown["frame"] == asked["frame"]
    assert page.evaluate(high) <= 720
    picture = page.locator(".picture").evaluate("(each) => [each.offsetHeight, each.parentElement.clientHeight]")
    assert picture[0] <= picture[1] + 1, "the picture is not higher than its place"
    move(stand)
    moved = places(stand)
    first = len(shown["dials"]) and 1
    assert moved["dials"][:first] == shown["dials"][:first]
    assert [moved[key] for key in ("frame", "buttons", "end")] == [shown[key] for key in ("frame", "buttons", "end")]
    assert page.evaluate(high) <= 720
    assert page.locator(".saw p").inner_text()
    assert page.locator(".next a").get_attribute("href")
    if again:
        assert page.evaluate(f"{EXPLORER}.guess.drawn") is not None
        assert page.locator(".answer").inner_text()
        page.get_by_role("button", name="Reset", exact=True).click()
        assert page.locator(".answer").is_hidden()
        assert places(stand)["frame"] == asked["frame"]


def test_a_front_page_at_night(open_page: Callable[..., Any]) -> None:
    stand = open_page("index", color_scheme="dark")
    page = stand.page
    assert page.evaluate("document.documentElement.dataset.look") == "dark"
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("html[data-look='light']", state="attached")
    stand.until("[...document.querySelectorAll('section.ltviz')].every((each) => each.ltviz?.drawn > 0)")
    looks = page.locator("section.ltviz").evaluate_all(
        "all => all.map((each) => [each.dataset.look, each.ltviz.drawn > 0])"
    )
    assert looks == [["light", True]]


def test_the_looks_are_the_figures_own() -> None:
    assert tuple(web.looks()) == LOOKS
