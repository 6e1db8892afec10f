"""A class pools its guesses: codes that refuse a slip, the squares that phones read, and the page that adds them up."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.core.errors import BadDeclaration
from ltviz.explorers import CARDS
from ltviz.site import codes, page, pulse

AXE = "axe.run({resultTypes: ['violations']}).then((all) => all.violations.map((v) => [v.impact, v.help]))"
ASKING = [name for name in CARDS if CARDS[name].guess]


def whole(word: str) -> bool:
    weights = (2, 3, 4, 5, 1)
    return sum(k * codes.ALPHABET.index(letter) for k, letter in zip(weights, word, strict=True)) % 31 == 0


def test_every_explorer_has_letters_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(ASKING) > 10
    assert [each["name"] for each in codes.asked(CARDS)] == ASKING
    monkeypatch.setattr(codes, "key", lambda name: "AA")
    with pytest.raises(BadDeclaration, match="the same letters AA"):
        codes.asked(CARDS)


def test_a_slip_is_refused() -> None:
    """Each wrong letter, and each two that have changed places."""
    word = codes.code("margin_bound", 37)
    assert whole(word)
    slips = {word[:k] + letter + word[k + 1 :] for k in range(5) for letter in codes.ALPHABET}
    slips |= {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(4)}
    assert not any(map(whole, slips - {word}))


def test_squares_are_segnos() -> None:
    segno = pytest.importorskip("segno")
    guess = CARDS["margin_bound"].guess
    packed = codes.squares("margin_bound", guess)
    assert len(packed) < 9000, "a page stays small"
    bits = np.unpackbits(np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8))
    found = bits[: codes.stops(guess) * codes.SIDE**2].reshape(-1, codes.SIDE, codes.SIDE)
    wanted = segno.make(codes.code("margin_bound", 40), version=1, error="h", boost_error=False)
    assert (found[40] == np.array([list(row) for row in wanted.matrix]) % 2).all()


def test_thirty_guesses_in_two_rounds(tmp_path: Path, browser: Any) -> None:
    import axe_playwright_python

    path = tmp_path / "pulse.html"
    path.write_text(pulse.pulse(CARDS, "auto"), encoding="utf-8")
    assert "default-src 'none'" in page.POLICY
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.set_default_timeout(10_000)
    tab.context.set_offline(True)
    wrong: list[str] = []
    tab.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(f"{path.as_uri()}#{codes.key('margin_bound')}=0.24")
    first = [codes.code("margin_bound", stop) for stop in range(30, 60)]  # guesses from 0.32 to 0.61
    second = [codes.code("margin_bound", 22 + k % 3) for k in range(30)]
    slip = first[0][:-1] + ("A" if first[0][-1] != "A" else "B")
    tab.get_by_label("Codes").fill(" ".join(first).lower() + f", {slip}")
    tab.get_by_role("button", name="Add").click()
    assert tab.get_by_role("alert").inner_text() == f"Not a code, or mistyped: {slip}."
    rows = tab.locator("tbody tr")
    assert rows.all_inner_texts() == ["first round\t30\t0.46\t0.225"]
    tab.get_by_label("after the discussion").check()
    tab.get_by_label("Codes").fill("\n".join(second))
    tab.get_by_role("button", name="Add").click()
    assert rows.last.inner_text() == "after the discussion\t30\t0.25\t0.010"
    assert "95.6" in tab.locator(".gain").inner_text()
    tab.evaluate(f"location.hash = '{codes.key('margin_bound')}=0.25'")  # the explorer's link, after the truth is shown
    tab.locator(".gain:not(:has-text('95.6'))").wait_for()
    assert rows.count() == 2, "the codes are kept"
    assert tab.locator("rect.one").count() == 7
    assert tab.locator("line.truth").count() == 1
    assert tab.get_by_label("Codes").input_value() == ""
    tab.screenshot(path=str(tmp_path / "pulse.png"))
    tab.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = tab.evaluate(AXE)
    assert [each for each in found if each[0] in ("serious", "critical")] == []
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert wrong == []
    tab.context.close()
