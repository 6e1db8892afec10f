"""The site's pages by keyboard, mouse and touch, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ltviz.explorers import CARDS
from ltviz.web import catalogue

NAMES = tuple(CARDS)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
READY = "section.ltviz .says:not(:empty)"
EXPLORER = "document.querySelector('section.ltviz').ltviz"
SAID = """() => {
  const shown = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (shown.nextNode()) {
    const {parentElement, textContent} = shown.currentNode;
    if (!parentElement.closest("script, style, noscript")) texts.push(textContent.trim());
  }
  for (const name of ["title", "aria-label", "aria-valuetext"])
    for (const each of document.querySelectorAll(`[${name}]`)) texts.push(each.getAttribute(name));
  return [...new Set(texts.filter(Boolean))];
}"""
HEAD = """() => {
  const left = (what) => document.querySelector(what).getBoundingClientRect().left;
  const links = [...document.querySelectorAll("body > nav :is(a, summary)")].filter((each) => each.checkVisibility());
  return [left(".tools > *") - left("h1"), links.filter(({offsetHeight}) => offsetHeight > 45).length];
}"""
ENGLISH = re.compile(r"\b(the|of|and|with|is|are|to|your)\b", re.I)  # words that no German sentence has
ACTS = ".ltviz :is(button, select, input, textarea, summary), .next a, body > nav :is(a, summary)"


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_keys_move_a_slider(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name)
    page = stand.page
    key, slider, stops = stand.first_slider()
    slider.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    for pressed, at in (
        *(("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("ArrowDown", 0)),
        *(("End", len(stops) - 1), ("ArrowRight", len(stops) - 1)),
    ):
        page.keyboard.press(pressed)
        assert stand.state()[key] == stops[min(at, len(stops) - 1)], pressed
    page.keyboard.press("PageDown")
    down = stand.state()[key]
    assert down < stops[-1]
    page.keyboard.press("PageUp")
    assert stand.state()[key] > down
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext")
    stand.rest()
    assert f"{key}=" in stand.address() or stops[0] == stand.card.start()[1][key]
    says = page.locator(".says").inner_text()
    assert len(says) > 20
    assert page.locator(".picture").first.get_attribute("aria-label") == says
    assert page.locator(".alarm").is_hidden()
    page.get_by_role("button", name="Reset", exact=True).click()
    assert stand.state() == page.evaluate(f"({{...{EXPLORER}.first}})")


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_a_phone_shows_the_question_and_the_picture(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name, **PHONE)
    page = stand.page
    small = [
        (each.evaluate("(each) => each.outerHTML.slice(0, 80)"), box)
        for each in page.locator(ACTS).all()
        if each.is_visible() and min((box := each.bounding_box())["width"], box["height"]) < 44
    ]
    assert small == []
    show = page.get_by_role("button", name="Show the truth")
    if asks := show.count():
        stand.rest()
        box, picture = show.bounding_box(), page.locator(".frame").bounding_box()
        assert box["y"] + box["height"] <= 844
        assert box["y"] + box["height"] <= picture["y"] <= 600, "the guess is above the picture, which is in sight"
        stand.guess()
        stand.rest()
        assert page.locator(".frame").bounding_box()["y"] == picture["y"], "no hole, and no jump"
    slider = page.locator(".panel :is(input, select, textarea):visible").first
    low = page.locator(".picture").evaluate("(each) => each.offsetHeight <= 0.6 * innerHeight")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    slider.focus()
    picture, hand = page.locator(".picture").bounding_box(), slider.bounding_box()
    assert hand["y"] + hand["height"] <= 845
    if low:
        assert picture["y"] >= -1, "the picture stays in sight while the hand is on a slider"
        assert picture["y"] + picture["height"] <= hand["y"] or hand["y"] + hand["height"] <= picture["y"]
    if asks:
        where = "the dials stand where the guess was, over the picture"
        assert hand["y"] + hand["height"] <= picture["y"] <= 640, where
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_the_head_of_a_page_is_whole_on_a_phone(open_page: Callable[..., Any], name: str) -> None:
    """A code that has not come leaves no hole before the tools, and no link of the navigation breaks."""
    stand = open_page(name, **PHONE)
    for language in ("en", "de"):
        stand.page.evaluate(f"{EXPLORER}.speak('{language}')")
        assert stand.page.evaluate(HEAD) == [0, 0], language
    stand.page.evaluate(f"{EXPLORER}.speak('en')")


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_a_hand_moves_a_slider(open_page: Callable[..., Any], name: str, touch: bool) -> None:
    stand = open_page(name, **(PHONE if touch else {}))
    page = stand.page
    key, slider, stops = stand.first_slider()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    for share, stop in ((0.01, stops[0]), (0.99, stops[-1])):
        x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y) if touch else page.mouse.click(x, y)
        stand.until(f"{EXPLORER}.state['{key}'] === {stop}")
        box = slider.bounding_box()  # what stands above may have gone


@pytest.mark.parametrize("name", ["two_truths", "margin_curve"], scope="module")
def test_german_and_back(open_page: Callable[..., Any], name: str) -> None:
    """Nothing English is left in sight, what is in hand stays, and English comes back as it was."""
    stand = open_page(name)
    page = stand.page
    stand.guess()
    key, slider, _ = stand.first_slider()
    slider.press("PageDown")
    stand.rest()
    english, state, address = page.evaluate(SAID), stand.state(), stand.address()
    choice = page.locator("select.language")
    choice.focus()
    page.keyboard.press("d")
    stand.until("document.documentElement.lang === 'de'")
    stand.rest()
    german = page.evaluate(SAID)
    known = [text for text, said in catalogue.sentences("de").items() if said != text]
    left = re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in known))
    assert [text for text in german if ENGLISH.search(text) or left.fullmatch(text)] == []
    assert page.evaluate("document.activeElement.className") == "language"
    assert stand.state() == state
    assert re.fullmatch(re.escape(address) + "[#&]lang=de", stand.address())
    assert slider.get_attribute("aria-valuetext") not in ("", None)
    page.keyboard.press("e")
    stand.until("document.documentElement.lang === 'en'")
    stand.rest()
    assert page.evaluate(SAID) == english
    assert (stand.state(), stand.address()) == (state, address)
    assert key in state


def test_the_whole_story(open_page: Callable[..., Any], small_site: Any) -> None:
    """From the front page by its live explorer to the next one at the setting in hand; F, a copied link, the class."""
    stand = open_page("index", viewport={"width": 1280, "height": 720})
    page = stand.page
    live = page.locator("#live section.ltviz")
    for each in (live.locator(".picture"), *page.get_by_label("Ways on").get_by_role("link").all()):
        box = each.bounding_box()
        assert box["y"] + box["height"] <= 720, "the first screen"
    assert live.evaluate("(each) => each.ltviz.guess.value") is None, "no guess before the first touch"
    box = live.locator(".picture > div").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert live.evaluate("(each) => each.ltviz.guess.value") < 0.5
    live.get_by_role("button", name="Skip").click()
    live.evaluate("(each) => each.ltviz.set('imbalance', 1)")
    stand.rest()
    live.locator(".next a").click()
    page.wait_for_selector(READY)
    assert "explore/two_losses.html#imbalance=1&" in stand.address()
    assert stand.address().endswith("&guess=first")
    assert stand.state()["imbalance"] == 1.0
    assert page.evaluate(f"{EXPLORER}.asking")
    page.get_by_role("button", name="Skip").click()
    for shut in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(300, 60)):
        page.locator(".note summary").click()
        assert page.locator(".note p").is_visible()
        shut()
        assert page.locator(".note p").is_hidden()
    page.keyboard.press("f")
    stand.until("document.fullscreenElement?.className.includes('ltviz') ?? false")
    page.keyboard.press("f")
    stand.until("document.fullscreenElement === null")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector("button:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == stand.address()
    assert "two_losses.html#imbalance=1" in stand.address()
    assert "guess" not in stand.address()
    page.goto((small_site.out / "class.html").as_uri())
    links = page.evaluate("[...document.querySelectorAll('main a')].map((each) => each.href)")
    assert len(links) >= 10
    page.locator("summary").first.click()
    assert page.locator(".notes").first.is_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_front_page_by_keyboard(open_page: Callable[..., Any], small_site: Any) -> None:
    stand = open_page("index")
    page = stand.page
    seen = []
    for _ in range(page.locator("a, #live :is(input, button)").count()):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.href ?? ''"))
    for name in small_site.names:
        assert any(url.endswith(f"explore/{name}.html") for url in seen)
    page.locator("h3 a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    page.get_by_role("link", name="All explorers").click()
    page.wait_for_selector("h1")
