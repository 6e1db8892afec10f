"""The site's small pages: each is made once for all workers, and opened once for the tests of a file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ltviz import site
from ltviz.core.params import Param
from ltviz.explorers import CARDS, Card
from ltviz.site import build

DESK = {"width": 1280, "height": 900}
EXPLORER = "document.querySelector('section.ltviz').ltviz"
READY = "section.ltviz .says:not(:empty)"
FRAME = "new Promise(requestAnimationFrame)"
HASTE = "const slow = setTimeout; window.setTimeout = (act, time = 0, ...given) => slow(act, time / 10, ...given);"
ANEW = f"""() => {{
  const explorer = {EXPLORER};
  document.activeElement?.blur();
  for (const each of document.querySelectorAll("details")) each.open = false;
  explorer.theme = explorer.spec.theme;
  explorer.restyle();
  explorer.reset();
  scrollTo(0, 0);
}}"""


def few(name: str) -> Card:
    """A card whose page has at most four stops for each dial: built in seconds."""
    card = CARDS[name]
    state, fixed = card.start()[1], card.fixed()
    asked = {**card.guess.state, **card.guess.shows} if card.guess else {}
    stops: dict[str, tuple[Any, ...]] = {}
    for key in card.page:
        values = fixed.dials[key].values
        if not values:  # a field for words has no stops
            stops[key] = ()
            continue
        keep = {state[key], asked.get(key, state[key]), values[0], values[-1]}
        path = key == "gap" or (card.picture, key) == ("bound", "imbalance")  # drawn along all of its stops
        if fixed.dials[key].live or path:
            keep = set(values)
        elif isinstance(fixed.dials[key].control, Param) and keep <= {values[0], values[-1]}:
            keep.add(values[len(values) // 2])
        stops[key] = tuple(value for value in fixed.dials[key].at(key, state[key]).values if value in keep)
    tables = {each: table for each, table in card.tables.items() if not table.asked}
    return replace(card, page=stops, tables=tables)


class SmallSite:
    """A folder that all workers share, with a small page of each explorer and, once it is asked for, the front page.

    Parameters
    ----------
    out : Path
        The folder.
    names : tuple of str
        The explorers that are to have a page.
    """

    def __init__(self, out: Path, names: tuple[str, ...]) -> None:
        self.out = out
        self.names = names
        self.cards = {name: few(name) for name in names}
        out.mkdir(exist_ok=True)

    def page(self, name: str) -> Path:
        """The page of an explorer, or "index"."""
        if name != "index":
            return self._once(f"explore/{name}.html", lambda: build.write_page(name, self.out, beside=self.names))
        for each in self.names:
            self.page(each)
        return self._once("index.html", lambda: site.write_site(self.out, ",".join(self.names), figures=False))

    def _once(self, place: str, make: Callable[[], Any]) -> Path:
        """Have the first worker that asks make a file; the others wait for it."""
        note = self.out / f"{place.replace('/', '-')}.made"
        try:
            os.close(os.open(self.out / f"{note.name}.begun", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            until = time.monotonic() + 120
            while not note.exists():
                assert time.monotonic() < until, f"another worker has not made {place}"
                time.sleep(0.05)
        else:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(build, "_card", self.cards.__getitem__)
                make()
            note.touch()
        return self.out / place


class Stand:
    """A page of the site in a browser.

    Parameters
    ----------
    page : Page
        Playwright's.
    card : Card, optional
        The explorer's, with the stops of its page.
    """

    def __init__(self, page: Any, card: Card | None) -> None:
        self.page = page
        self.card = card

    def state(self) -> dict[str, Any]:
        """Where the dials stand."""
        return dict(self.page.evaluate(f"({{...{EXPLORER}.state}})"))

    def address(self) -> str:
        """What stands in the address bar; Playwright may hear of it later."""
        return str(self.page.evaluate("location.href"))

    def until(self, true: str) -> None:
        """Wait; Playwright's own way evaluates text in the page, which the page forbids."""
        for _ in range(1000):
            if self.page.evaluate(true):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(true)

    def rest(self) -> None:
        """Leave the page alone until its words are said, its address is written and its picture has its size."""
        self.page.evaluate(f"new Promise((go) => setTimeout(() => {FRAME}.then(() => {FRAME}).then(go), 350))")

    def guess(self) -> bool:
        """Guess, show the truth, and wait for the answer; whether anything was asked."""
        show = self.page.get_by_role("button", name="Show the truth")
        if not show.count():
            return False
        assert self.page.locator(".read .numbers").is_hidden(), "no number before the guess"
        self.page.get_by_role("group", name="Guess first").get_by_role("slider").press("ArrowRight")
        show.click()
        self.until("document.querySelector('.answer').textContent !== ''")
        return True

    def first_slider(self) -> tuple[str, Any, list[Any]]:
        """The first slider, behind "more" only where no other is: its dial, its element, its stops."""
        skip = self.page.get_by_role("button", name="Skip")
        if skip.count() and skip.is_visible():
            assert self.page.locator(".panel").is_hidden()  # first the guess
            skip.click()
        assert self.card is not None
        fixed, now = self.card.fixed().start()
        sliders = [
            key
            for key, dial in fixed.dials.items()
            if isinstance(dial.control, Param) and len(dial.values) > 1 and fixed.active(key, now)
        ]
        name = min(sliders, key=lambda key: fixed.dials[key].more)
        if fixed.dials[name].more:
            self.page.get_by_text("More controls", exact=True).click()
        return name, self.page.locator(f"input[id$='-{name}']"), list(fixed.dials[name].values)


@pytest.fixture(scope="session")
def small_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, asked_at_all: set[str]
) -> SmallSite:
    root = tmp_path_factory.getbasetemp()
    names = tuple(name for name in CARDS if name in asked_at_all or not asked_at_all & {*CARDS})
    return SmallSite((root.parent if hasattr(request.config, "workerinput") else root) / "small_site", names)


@pytest.fixture(scope="session")
def page_on(browser: Any) -> Iterator[Callable[..., Any]]:
    """The one page of each device, by Playwright's options: without a network, and its clocks run ten times as fast."""
    made: dict[str, Any] = {}

    def page(**device: Any) -> Any:
        if (key := repr(sorted(device.items()))) not in made:
            context = browser.new_context(reduced_motion="reduce", **device)
            context.set_offline(True)
            context.add_init_script(HASTE)
            context.route(
                "**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort()
            )
            made[key] = context.new_page()
        return made[key]

    yield page
    for each in made.values():
        each.context.close()


@pytest.fixture
def open_page(
    small_site: SmallSite, page_on: Callable[..., Any], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Stand]]:
    """Open a page where no request may leave the machine; at the end nothing has gone wrong and none has tried.

    Where the explorer stands already, as the test before has left it, it begins anew instead; an address opens a page.
    """
    opened_: list[Any] = []
    failed = request.session.testsfailed
    wrong: list[str] = []
    asked: list[str] = []
    heard = {
        "request": lambda request: asked.append(request.url),
        "pageerror": lambda error: wrong.append(str(error)),
        "console": lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None,
    }

    def opened(
        name: str, hash_: str = "", viewport: dict[str, int] = DESK, color_scheme: str = "light", **device: Any
    ) -> Stand:
        page = page_on(**device)
        if page not in opened_:
            opened_.append(page)
            for event, hears in heard.items():
                page.on(event, hears)
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        place, stands = small_site.page(name).as_uri(), page.url.partition("#")[0]
        if hash_ or name == "index" or stands.partition("?")[0] != place:
            page.goto(place + "?" * (stands == place) + hash_)  # with another # alone it would not be opened, but stay
            page.wait_for_selector(READY, state="attached")
        else:
            page.evaluate(ANEW)
        return Stand(page, small_site.cards.get(name))

    yield opened
    for page in opened_:
        for event, hears in heard.items():
            page.remove_listener(event, hears)
        if wrong or request.session.testsfailed > failed:
            page.goto("about:blank")  # what went wrong here stays here
    assert not wrong
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
