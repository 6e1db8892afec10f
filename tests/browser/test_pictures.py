"""What a picture is given is not its own: it writes neither into its explorer nor into the numbers."""

from __future__ import annotations

from typing import Any

import pytest

from ltviz import web
from ltviz.explorers import CARDS

RUDE = """(spec) => {
  const tree = {list: [1, {deep: 2}]};
  const source = {ask(list) {
    for (const {table, key} of list) this.onmessage({entry: {table, key, tree: unpack(tree, new ArrayBuffer(0))}});
    this.onmessage({done: true});
  }};
  const refused = [];
  const tried = (what, write) => {
    try { write(); } catch (error) { if (error instanceof TypeError) refused.push(what); }
  };
  PICTURES.rude = class {
    constructor(host, controls) {
      this.controls = controls;
      tried("controls", () => { controls.touched = "place"; });
      tried("state", () => { controls.state = {}; });
      tried("a dial", () => { controls.state.place = 7; });
      tried("spec", () => { controls.spec.dials[0].values[0] = 7; });
      tried("looks", () => { controls.spec.looks.light.ink = "red"; });
    }
    draw({state, entries, look}) {
      tried("the scene's state", () => { state.place = 7; });
      tried("entries", () => { entries.bound = null; });
      tried("an entry", () => { entries.bound.list[1].deep = 3; });
      tried("a list", () => { entries.bound.list.push(3); });
      tried("look", () => { look.ink = "red"; });
      return {values: {}, numbers: [], says: "rude"};
    }
  };
  const explorer = new Explorer(document.getElementById("r"), {...spec, picture: "rude"}, source);
  return [[...new Set(refused)], explorer.drawn, explorer.state.place, explorer.look.ink === spec.looks.light.ink];
}"""


def test_nothing_that_a_picture_is_given_can_be_written_into(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(f"<main id=r></main><script>{web.script('explorer', pictures=[])}</script>")
    card, state = CARDS["margin_bound"].start()
    refused, drawn, place, ink = page.evaluate(RUDE, web.spec(card, state, "light"))
    assert refused == [
        *("controls", "state", "a dial", "spec", "looks"),
        *("the scene's state", "entries", "an entry", "a list", "look"),
    ]
    assert drawn > 0
    assert place == state["place"]
    assert ink
    page.close()


@pytest.mark.parametrize("name", web.picture_names())
def test_no_picture_names_the_explorer(name: str) -> None:
    """It has its controls; what it wants done, it says or returns."""
    code = web.script(f"pictures/{name}", pictures=[])
    assert "explorer." not in code.replace("ltviz.explorer.", "")
