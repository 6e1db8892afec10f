"""The words in a picture: none lies on another, in any language, look and width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ltviz.explorers import CARDS

NAMES = tuple(CARDS)
PHONE = {"width": 390, "height": 844}
EXPLORER = "document.querySelector('section.ltviz').ltviz"
# a letter is lower than its line, and a halo's edge may be touched
OVER = """() => {
  const boxes = [...document.querySelectorAll(".picture svg text")].flatMap((each) => {
    const {left, right, top, bottom, height} = each.getBoundingClientRect();
    const seen = each.checkVisibility() && each.textContent.trim() && height > 0;
    const [upper, lower] = [top + 0.15 * height, bottom - 0.15 * height];
    return seen ? [{text: each.textContent, left, right, top: upper, bottom: lower}] : [];
  });
  return boxes.flatMap((one, k) => boxes.slice(k + 1).flatMap((other) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return across > 1 && down > 1 ? [`${one.text} | ${other.text}`] : [];
  }));
}"""
SWEEP = """async () => {
  const over = OVER;
  const explorer = () => document.querySelector("section.ltviz").ltviz;
  const found = new Set();
  const look = async (where) => {
    for (let k = 0; k < 2; k++) await new Promise(requestAnimationFrame);
    while (explorer().busy || explorer().section.hasAttribute("aria-busy"))
      await new Promise((go) => setTimeout(go, 5));
    for (const pair of over()) found.add(`${explorer().section.lang}, ${where}: ${pair}`);
  };
  for (const language of ["en", "de"]) {
    explorer().speak(language);
    explorer().reset();
    await look("as it opens");
    const {guess} = explorer();
    for (const share of guess ? [0.1, 0.9, 0.5] : []) {
      explorer().reset();
      guess.move(guess.spec.low + share * (guess.spec.high - guess.spec.low));
      await look(`guess at ${share}`);
      guess.reveal();
      await look(`guess at ${share}, answered`);
    }
    for (const {kind, name, values, more} of explorer().spec.dials) {
      if (more || values.length < 2 || !["number", "choice", "flag"].includes(kind)) continue;
      const stood = explorer().state[name];
      for (const at of [0, 0.5, 1]) {
        explorer().set(name, values[Math.round(at * (values.length - 1))]);
        await look(`${name} ${explorer().state[name]}`);
      }
      explorer().set(name, stood);
    }
  }
  return [...found];
}""".replace("OVER", OVER)


@pytest.mark.thorough(every=7)
@pytest.mark.parametrize("name", NAMES, scope="module")
@pytest.mark.parametrize(("look", "viewport"), [("light", None), ("projector", None), ("light", PHONE)])
def test_no_word_lies_on_another(open_page: Callable[..., Any], name: str, look: str, viewport: Any) -> None:
    """Asked, guessed and answered, at the stops of every dial; by night a picture has the sizes that it has by day."""
    stand = open_page(name, **({"viewport": viewport} if viewport else {}))
    stand.page.evaluate(f"(look) => {{ {EXPLORER}.theme = look; {EXPLORER}.restyle(); {EXPLORER}.draw(); }}", look)
    try:
        assert stand.page.evaluate(SWEEP) == []
    finally:
        stand.page.evaluate(f"{EXPLORER}.speak('en')")
