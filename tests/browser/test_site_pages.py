"""The site's pages over file://, with all network refused: by keyboard, mouse and touch, in every look and width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz import site, views, web
from ltviz.core.params import Param
from ltviz.explorers import CARDS, Card
from ltviz.site import build

NAMES = tuple(CARDS)
LOOKS = ("light", "dark", "projector")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
READY = "section.ltviz .says:not(:empty)"
EXPLORER = "document.querySelector('section.ltviz').ltviz"


def few(name: str) -> Card:
    """A card whose page has at most four stops for each dial: built in seconds."""
    card = CARDS[name]
    state, fixed = card.start()[1], card.fixed()
    asked = card.guess.state if card.guess else {}
    stops: dict[str, tuple[Any, ...]] = {}
    for key in card.page:
        values = fixed.dials[key].values
        if not values:  # a field for words has no stops
            stops[key] = ()
            continue
        keep = {state[key], asked.get(key, state[key]), values[0], values[-1]}
        if fixed.dials[key].live or key == "gap":
            keep = set(values)
        elif isinstance(fixed.dials[key].control, Param):
            keep.add(values[len(values) // 2])
        stops[key] = tuple(value for value in fixed.dials[key].at(key, state[key]).values if value in keep)
    tables = {each: table for each, table in card.tables.items() if not table.asked}
    return replace(card, page=stops, tables=tables)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, browser: Any, asked: set[str]) -> dict[str, Any]:
    """The pages' folder stands under "", the cards of the tests' explorers under their names."""
    out = tmp_path_factory.mktemp("site")
    cards = {name: few(name) for name in NAMES if name in asked or not asked & {*NAMES}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_card", cards.__getitem__)
        report = site.write_site(out, ",".join(cards), figures=False)
    assert not report.failed
    return {**cards, "": out}


@pytest.fixture(scope="module")
def contexts(browser: Any, pages: Any) -> Iterator[Callable[..., Any]]:
    """Contexts by their options, without a network: made once, as a browser's first page of a context is a slow one."""
    made: dict[str, Any] = {}
    still = pages[""] / "still.html"
    still.write_text("<!doctype html><title>still</title>", encoding="utf-8")

    def context(**options: Any) -> Any:
        if (key := repr(sorted(options.items()))) not in made:
            made[key] = browser.new_context(
                **{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
            )
            made[key].set_offline(True)
            made[key].route(
                "**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort()
            )
            made[key].new_page().goto(still.as_uri())  # keeps the process of pages alive between tests
        return made[key]

    yield context
    for each in made.values():
        each.close()


@pytest.fixture
def open_page(pages: Any, contexts: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Open a page where no request may leave the machine; at the end nothing has gone wrong and none has tried."""
    opened_, wrong, asked = [], [], []

    def opened(name: str, hash_: str = "", **options: Any) -> Any:
        page = contexts(**options).new_page()
        opened_.append(page)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        path: Path = pages[""] / "index.html" if name == "index" else pages[""] / "explore" / f"{name}.html"
        page.goto(path.as_uri() + hash_)
        page.wait_for_selector(READY, state="attached")
        return page

    yield opened
    for page in opened_:
        page.close()
    assert not wrong
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def state(page: Any) -> dict[str, Any]:
    return page.evaluate(f"({{...{EXPLORER}.state}})")


def until(page: Any, true: str) -> None:
    """Wait; Playwright's own way evaluates text in the page, which the page forbids."""
    for _ in range(1000):
        if page.evaluate(true):
            return
        page.wait_for_timeout(20)
    raise AssertionError(true)


def first_slider(page: Any, card: Card) -> tuple[str, Any, list[Any]]:
    """The first slider, behind "more" only where no other is: its dial, its element, its stops."""
    skip = page.get_by_role("button", name="Skip")
    if skip.count() and skip.is_visible():
        assert page.locator(".panel").is_hidden()  # first the guess
        skip.click()
    fixed, now = card.fixed().start()
    sliders = [
        key
        for key, dial in fixed.dials.items()
        if isinstance(dial.control, Param) and len(dial.values) > 1 and fixed.active(key, now)
    ]
    name = min(sliders, key=lambda key: fixed.dials[key].more)
    if fixed.dials[name].more:
        page.get_by_text("More controls", exact=True).click()
    return name, page.locator(f"input[id$='-{name}']"), list(fixed.dials[name].values)


@pytest.mark.parametrize("name", ["index", *NAMES])
def test_nothing_keeps_anyone_out(open_page: Any, name: str) -> None:
    """Nothing serious in any look, and on a phone nothing that scrolls sideways."""
    import axe_playwright_python

    page = open_page(name)
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    for look in LOOKS:
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        if name != "index":
            page.get_by_label("look").select_option("projector" if look == "projector" else "auto")
            assert page.locator("section.ltviz").get_attribute("data-look") == look
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        told = [(each["impact"], each["help"], [node["target"] for node in each["nodes"]]) for each in found]
        assert [each for each in told if each[0] in ("serious", "critical")] == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for look in LOOKS if name != "index" else ():
        page.get_by_label("look").select_option(look)
        page.wait_for_timeout(30)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, look
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


PLACES = """() => {
  const seen = (each) => each.checkVisibility({visibilityProperty: true});
  const place = (each) => { const {x, y, width, height} = each.getBoundingClientRect(); return [x, y, width, height]; };
  const all = (what) => [...document.querySelectorAll(what)].filter(seen).map(place);
  return {frame: all(".frame"), dials: all(".dial :is(input, select, textarea)"), buttons: all(".ltviz button"),
    numbers: all(".read .numbers"), end: all(".end a")};
}"""
ACTS = ".ltviz :is(button, select, input, textarea, summary), .next a, body > nav :is(a, summary)"


def steady(page: Any) -> dict[str, Any]:
    """What stands where once the hand rests: the picture as wide as it will be, the last line as long."""
    page.wait_for_timeout(350)
    return dict(page.evaluate(PLACES))


def move(page: Any) -> None:
    """The first dial in sight that can be moved by a key."""
    for control in page.locator(".panel :is(input[type=range], select):visible").all():
        before = state(page)
        control.focus()
        for key in ("End", "Home"):
            page.keyboard.press(key)
            if state(page) != before:
                return
    raise AssertionError("no dial moves")


def guessed(page: Any) -> bool:
    """Show the truth, and wait for the answer; whether anything was asked."""
    show = page.get_by_role("button", name="Show the truth")
    if not show.count():
        return False
    assert page.locator(".read .numbers").is_hidden(), "no number before the guess"
    show.click()
    until(page, "document.querySelector('.answer').textContent !== ''")
    return True


@pytest.mark.parametrize("name", tuple(CARDS))
def test_an_explorer_stands_on_one_screen_and_nothing_leaps(open_page: Any, name: str) -> None:
    """On a projector: all of it, the picture first; from the truth on, whatever is under the hand stays there."""
    page = open_page(name, "#look=projector", viewport={"width": 1280, "height": 720})
    high = "document.documentElement.scrollHeight"
    asked = steady(page)
    assert page.evaluate(high) <= 720
    line = page.locator(".question").evaluate(
        "(each) => each.offsetHeight / parseFloat(getComputedStyle(each).lineHeight)"
    )
    assert line < 1.5, "the question has one line"
    _, y, width, height = asked["frame"][0]
    assert width >= 640
    assert y + height <= 720
    again = page.get_by_role("button", name="Skip").count() and guessed(page)
    shown = steady(page)
    assert shown["frame"] == asked["frame"]
    assert page.evaluate(high) <= 720
    picture = page.locator(".picture").evaluate("(each) => [each.offsetHeight, each.parentElement.clientHeight]")
    assert picture[0] <= picture[1] + 1, "the picture is not higher than its place"
    move(page)
    moved = steady(page)
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
        assert steady(page)["frame"] == asked["frame"]


@pytest.mark.parametrize("name", tuple(CARDS))
def test_a_phone_shows_the_question_and_the_picture(open_page: Any, name: str) -> None:
    page = open_page(name, **PHONE)
    small = [
        (each.evaluate("(each) => each.outerHTML.slice(0, 80)"), box)
        for each in page.locator(ACTS).all()
        if each.is_visible() and min((box := each.bounding_box())["width"], box["height"]) < 44
    ]
    assert small == []
    show = page.get_by_role("button", name="Show the truth")
    if asks := show.count():
        box, picture = show.bounding_box(), page.locator(".frame").bounding_box()
        assert box["y"] + box["height"] <= 844
        assert box["y"] + box["height"] <= picture["y"] <= 600, "the guess is above the picture, which is in sight"
        guessed(page)
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
        assert hand["y"] + hand["height"] <= picture["y"] <= 640, (
            "the dials stand where the guess was, over the picture"
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_whole_story(open_page: Any, pages: Any) -> None:
    """From the front page by its live explorer to the next one at the setting in hand; F, a copied link, the class."""
    page = open_page("index", viewport={"width": 1280, "height": 720})
    live = page.locator("#live section.ltviz")
    for each in (live.locator(".picture"), *page.get_by_label("Ways on").get_by_role("link").all()):
        box = each.bounding_box()
        assert box["y"] + box["height"] <= 720, "the first screen"
    before = live.evaluate("(each) => each.ltviz.guess.value")
    box = live.locator(".picture > div").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert live.evaluate("(each) => each.ltviz.guess.value") < before
    live.get_by_role("button", name="Skip").click()
    live.evaluate("(each) => each.ltviz.set('imbalance', 1)")
    page.wait_for_timeout(350)
    live.locator(".next a").click()
    page.wait_for_selector(READY)
    assert "explore/two_losses.html#imbalance=1&" in page.url
    assert page.url.endswith("&guess=first")
    assert state(page)["imbalance"] == 1.0
    assert page.evaluate(f"{EXPLORER}.asking")
    page.get_by_role("button", name="Skip").click()
    for shut in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(300, 60)):
        page.locator(".note summary").click()
        assert page.locator(".note p").is_visible()
        shut()
        assert page.locator(".note p").is_hidden()
    page.keyboard.press("f")
    until(page, "document.fullscreenElement?.className.includes('ltviz') ?? false")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement === null")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector("button:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "two_losses.html#imbalance=1" in page.url
    assert "guess" not in page.url
    page.goto((pages[""] / "class.html").as_uri())
    links = page.evaluate("[...document.querySelectorAll('main a')].map((each) => each.href)")
    assert len(links) >= 10
    page.locator("summary").first.click()
    assert page.locator(".notes").first.is_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
def test_keys_move_a_slider(open_page: Any, pages: Any, name: str) -> None:
    page = open_page(name)
    key, slider, stops = first_slider(page, pages[name])
    slider.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    for pressed, at in (
        *(("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("ArrowDown", 0)),
        *(("End", len(stops) - 1), ("ArrowRight", len(stops) - 1)),
    ):
        page.keyboard.press(pressed)
        assert state(page)[key] == stops[min(at, len(stops) - 1)], pressed
    page.keyboard.press("PageDown")
    down = state(page)[key]
    assert down < stops[-1]
    page.keyboard.press("PageUp")
    assert state(page)[key] > down
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext")
    page.wait_for_timeout(350)  # the hand rests
    assert f"{key}=" in page.url or stops[0] == pages[name].start()[1][key]
    says = page.locator(".says").inner_text()
    assert len(says) > 20
    assert page.locator(".picture").first.get_attribute("aria-label") == says
    assert page.locator(".alarm").is_hidden()
    page.get_by_role("button", name="Reset", exact=True).click()
    assert state(page) == page.evaluate(f"({{...{EXPLORER}.first}})")


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("name", tuple(CARDS))
def test_a_hand_moves_a_slider(open_page: Any, pages: Any, name: str, touch: bool) -> None:
    page = open_page(name, **(PHONE if touch else {}))
    key, slider, stops = first_slider(page, pages[name])
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    for share, stop in ((0.01, stops[0]), (0.99, stops[-1])):
        x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y) if touch else page.mouse.click(x, y)
        until(page, f"{EXPLORER}.state['{key}'] === {stop}")
        box = slider.bounding_box()  # what stands above may have gone


@pytest.mark.parametrize("name", tuple(CARDS))
def test_a_link_leads_back_to_the_settings(open_page: Any, pages: Any, name: str) -> None:
    page = open_page(name)
    key, slider, stops = first_slider(page, pages[name])
    slider.focus()
    page.keyboard.press("End")
    page.get_by_label("look").select_option("dark")
    page.keyboard.press("Escape")
    page.wait_for_timeout(250)
    before, fragment = state(page), page.url.partition("#")[2]
    again = open_page(name, f"#{fragment}")
    assert state(again) == before
    assert before[key] == stops[-1]
    # Typed just before the page writes its own: what was typed counts.
    again.evaluate(f"location.hash = 'nothing=1&&=&look=none&%E4', history.replaceState(null, '', '#{fragment}')")
    until(again, f"JSON.stringify({EXPLORER}.state) === JSON.stringify({EXPLORER}.first)")


OWN = ("constructor", "__proto__", "toString", "hasOwnProperty", "valueOf")  # what every object of JavaScript has
ODD = [
    *(f"look={word}" for word in (*OWN, "", "%ff", "null")),
    *("constructor=1", "__proto__=1", "toString=x&look=dark&look=night", "&&&", "=", "%", "%E4%A", "x" * 100_000),
]


@pytest.mark.parametrize("name", NAMES)
def test_any_address_leaves_a_page_that_works(open_page: Any, pages: Any, name: str) -> None:
    page = open_page(name, "#look=constructor&__proto__=1")
    key, slider, stops = first_slider(page, pages[name])
    odd = [*ODD, *(f"{dial}={text}" for dial in pages[name].dials for text in ("", "1e999", "toString"))]
    page.evaluate(
        "async (all) => { for (const each of all) { location.hash = each; await new Promise(requestAnimationFrame) } }",
        [f"#{each}" for each in odd],
    )
    page.evaluate("location.hash = '#'")
    until(page, f"JSON.stringify({EXPLORER}.state) === JSON.stringify({EXPLORER}.first)")
    slider.focus()
    page.keyboard.press("End")
    until(page, f"{EXPLORER}.state['{key}'] === {stops[-1]}")


@pytest.mark.parametrize("name", NAMES)
def test_every_stop_of_every_dial_draws(open_page: Any, name: str) -> None:
    page = open_page(name)
    failed = page.evaluate(
        f"""() => {{
          const explorer = {EXPLORER};
          explorer.guess?.close();
          const lost = [];
          const draw = explorer.picture.draw.bind(explorer.picture);
          const kept = () => ({{...explorer, sizes: [...explorer.entries.values()].map(({{size}}) => size).join()}});
          const weighed = (sum, each, i) => sum + each * (i % 7 + 1);
          const numbers = (node) => ArrayBuffer.isView(node) ? node.reduce(weighed, 0)
            : node && typeof node === "object" ? Object.values(node).reduce((sum, each) => sum + numbers(each), 0) : 0;
          explorer.picture.draw = (scene) => {{
            const [fields, before] = [kept(), numbers(scene.entries)];
            const drawn = draw(scene);
            const after = kept();
            lost.push(...Object.keys(after).filter((name) => after[name] !== fields[name]));
            if (String(numbers(scene.entries)) !== String(before)) lost.push("a picture wrote into the numbers");
            return drawn;
          }};
          const rows = explorer.spec.dials.filter((dial) => dial.values.length > 1);
          const inner = (k) => {{
            for (const dial of rows) {{
              for (const value of dial.live ? [dial.values[0], dial.values.at(-1)] : dial.values) {{
                explorer.set(dial.name, value);
                if (!explorer.alarm.hidden || explorer.failed.size) lost.push([dial.name, value]);
                if (k && dial.kind === "choice") inner(k - 1);
              }}
            }}
          }};
          inner(1);
          return lost;
        }}"""
    )
    assert failed == []


def flat(tree: Any) -> list[Any]:
    """Numbers and words of a tree in order; keys are sorted, floats as the wire has them."""
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in flat(tree[key])]
    if isinstance(tree, (list, tuple)):
        return [leaf for each in tree for leaf in flat(each)]
    if isinstance(tree, np.ndarray):
        return tree.astype(np.float32).ravel().tolist() if tree.dtype.kind == "f" else tree.ravel().tolist()
    return [tree.item() if isinstance(tree, np.generic) else tree]


@pytest.mark.parametrize("name", sorted(CARDS))
def test_what_is_drawn_is_what_python_computes(open_page: Any, pages: Any, name: str) -> None:
    page = open_page(name)
    _, slider, _ = first_slider(page, pages[name])
    slider.focus()
    page.keyboard.press("End")
    card, _ = CARDS[name].fixed().start()
    now = {each: tuple(value) if isinstance(value, list) else value for each, value in state(page).items()}
    drawn = page.evaluate(
        f"""() => {{
          const explorer = {EXPLORER};
          const flat = (node) => {{
            if (ArrayBuffer.isView(node)) return Array.from(node);
            if (Array.isArray(node)) return node.flatMap(flat);
            if (node === null || typeof node !== "object") return [node];
            return Object.keys(node).filter((k) => k !== "shape").sort().flatMap((k) => flat(node[k]));
          }};
          return Object.fromEntries(explorer.needs().map(({{table, key}}) =>
            [table, flat(explorer.entries.get(table).get(key))]));
        }}"""
    )
    fresh = CARDS[name].tables
    assert set(drawn) == {each for each, table in card.tables.items() if not table.asked}
    for table, numbers in drawn.items():
        wanted = flat(fresh[table].entry(now))
        assert len(numbers) == len(wanted)
        for one, other in zip(numbers, wanted, strict=True):
            assert one == (pytest.approx(other, rel=1e-6, abs=1e-9) if isinstance(other, float) else other), table


@pytest.mark.parametrize("name", ["decision_map", "two_truths"])
def test_cells_of_the_map(open_page: Any, pages: Any, name: str) -> None:
    """The regions on the page are the view's, at its own settings, for a fit and for a shift after training."""
    page = open_page(name)
    card = CARDS[name]
    page.evaluate(f"{EXPLORER}.guess?.close()")
    for posthoc in (0.0, 1.0):
        page.evaluate(f"{EXPLORER}.set('posthoc', {posthoc})")
        now = {each: tuple(value) if isinstance(value, list) else value for each, value in state(page).items()}
        result = views.compute("decision_map", **card.still(now), resolution=100)
        cells = np.array(page.evaluate(f"Array.from({EXPLORER}.picture.panels[0].cells)")).reshape(100, 100)
        assert (cells == result.panels[0].regions).mean() >= 0.99
        assert len(np.unique(cells)) > 1


def test_the_front_page_by_keyboard(open_page: Any, pages: Any) -> None:
    page = open_page("index")
    seen = []
    for _ in range(page.locator("a, #live :is(input, button)").count()):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.href ?? ''"))
    for name in pages.keys() - {""}:
        assert any(url.endswith(f"explore/{name}.html") for url in seen)
    page.locator("h3 a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    page.get_by_role("link", name="All explorers").click()
    page.wait_for_selector("h1")


def test_a_front_page_at_night(open_page: Any, pages: Any) -> None:
    page = open_page("index", color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.look") == "dark"
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("html[data-look='light']", state="attached")
    until(page, "[...document.querySelectorAll('section.ltviz')].every((each) => each.ltviz?.drawn > 0)")
    looks = page.locator("section.ltviz").evaluate_all(
        "all => all.map((each) => [each.dataset.look, each.ltviz.drawn > 0])"
    )
    assert looks == [["light", True]] * (len(CARDS.keys() & pages.keys()) + 1)


@pytest.mark.parametrize("name", ["margin_bound"])
def test_numbers_that_are_missing_are_said(open_page: Any, name: str) -> None:
    page = open_page(name)
    old = page.locator(".picture svg").first.inner_html()
    table = page.evaluate(
        f"{EXPLORER}.source.ask([{{table: {EXPLORER}.spec.tables[0].name, key: 'none'}}]), {EXPLORER}.failed.size"
    )
    assert table == 1
    assert page.locator(".picture svg").first.inner_html() == old


def test_the_looks_are_the_figures_own() -> None:
    assert tuple(web.looks()) == LOOKS
