"""What the site's pages hold: numbers that are Python's, at every stop, behind every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ltviz import views
from ltviz.core.told import spread
from ltviz.explorers import CARDS

NAMES = tuple(CARDS)
EXPLORER = "document.querySelector('section.ltviz').ltviz"


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_every_stop_of_every_dial_draws(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name)
    page = stand.page
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
          const sums = new Map();
          explorer.picture.draw = (scene) => {{
            for (const each of Object.values(scene.entries)) if (!sums.has(each)) sums.set(each, String(numbers(each)));
            const fields = kept();
            const drawn = draw(scene);
            const after = kept();
            lost.push(...Object.keys(after).filter((name) => after[name] !== fields[name]));
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
          for (const [each, sum] of sums)
            if (String(numbers(each)) !== sum) lost.push("a picture wrote into the numbers");
          delete explorer.picture.draw;
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


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_what_is_drawn_is_what_python_computes(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name)
    page = stand.page
    _, slider, _ = stand.first_slider()
    slider.focus()
    page.keyboard.press("End")
    card, first = CARDS[name].fixed().start()
    now = {each: tuple(value) if isinstance(value, list) else value for each, value in stand.state().items()}
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
        opens = fresh[table].opening
        if opens is not None and card.key(table, now) != card.key(table, first):
            opens = None
        wanted = flat(spread((opens or fresh[table].entry)(now)))
        assert len(numbers) == len(wanted)
        for one, other in zip(numbers, wanted, strict=True):
            assert one == (pytest.approx(other, rel=1e-6, abs=1e-9) if isinstance(other, float) else other), table


@pytest.mark.parametrize("name", ["decision_map", "two_truths"], scope="module")
def test_cells_of_the_map(open_page: Callable[..., Any], name: str) -> None:
    """The regions on the page are the view's, at its own settings, for a fit and for a shift after training."""
    stand = open_page(name)
    page = stand.page
    card = CARDS[name]
    page.evaluate(f"{EXPLORER}.guess?.close()")
    for posthoc in (0.0, 1.0):
        page.evaluate(f"{EXPLORER}.set('posthoc', {posthoc})")
        now = {each: tuple(value) if isinstance(value, list) else value for each, value in stand.state().items()}
        result = views.compute("decision_map", **card.still(now), resolution=100)
        cells = np.array(page.evaluate(f"Array.from({EXPLORER}.picture.panels[0].cells)")).reshape(100, 100)
        assert (cells == result.panels[0].regions).mean() >= 0.99
        assert len(np.unique(cells)) > 1


@pytest.mark.parametrize("name", ["margin_bound"], scope="module")
def test_numbers_that_are_missing_are_said(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name)
    page = stand.page
    old = page.locator(".picture svg").first.inner_html()
    table = page.evaluate(
        f"""async () => {{
          await {EXPLORER}.source.rest;
          {EXPLORER}.source.ask([{{table: {EXPLORER}.spec.tables[0].name, key: 'none'}}]);
          return {EXPLORER}.failed.size;
        }}"""
    )
    assert table == 1
    assert page.locator(".picture svg").first.inner_html() == old


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_a_link_leads_back_to_the_settings(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name)
    page = stand.page
    key, slider, stops = stand.first_slider()
    slider.focus()
    page.keyboard.press("End")
    page.get_by_label("look").select_option("dark")
    page.keyboard.press("Escape")
    stand.rest()
    before, fragment = stand.state(), stand.address().partition("#")[2]
    again = open_page(name, f"#{fragment}")
    assert again.state() == before
    assert before[key] == stops[-1]
    # Typed just before the page writes its own: what was typed counts.
    again.page.evaluate(f"location.hash = 'nothing=1&&=&look=none&%E4', history.replaceState(null, '', '#{fragment}')")
    again.until(f"JSON.stringify({EXPLORER}.state) === JSON.stringify({EXPLORER}.first)")


OWN = ("constructor", "__proto__", "toString", "hasOwnProperty", "valueOf")  # what every object of JavaScript has
ODD = [
    *(f"look={word}" for word in (*OWN, "", "%ff", "null")),
    *("constructor=1", "__proto__=1", "toString=x&look=dark&look=night", "&&&", "=", "%", "%E4%A", "x" * 100_000),
]


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("name", NAMES, scope="module")
def test_any_address_leaves_a_page_that_works(open_page: Callable[..., Any], name: str) -> None:
    stand = open_page(name, "#look=constructor&__proto__=1")
    page = stand.page
    key, slider, stops = stand.first_slider()
    odd = [*ODD, *(f"{dial}={text}" for dial in stand.card.dials for text in ("", "1e999", "toString"))]
    page.evaluate(
        """(all) => {
          for (const each of all) {
            const newURL = `${location.href.split("#")[0]}#${each}`;
            dispatchEvent(new HashChangeEvent("hashchange", {newURL}));  // all that the page hears of a new address
          }
        }""",
        odd,
    )
    page.evaluate("location.hash = '#'")
    stand.until(f"JSON.stringify({EXPLORER}.state) === JSON.stringify({EXPLORER}.first)")
    slider.focus()
    page.keyboard.press("End")
    stand.until(f"{EXPLORER}.state['{key}'] === {stops[-1]}")
