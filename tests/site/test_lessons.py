"""Lessons as pages, from a small notebook that no kernel has run: text, explorers, symbols, ways on."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ltviz.core.errors import BadInput
from ltviz.course import notation, runner, slides, text
from ltviz.explorers import CARDS
from ltviz.site import codes, lesson, lessons, live, module, teach
from ltviz.web import EXPLORER

ASKED = "> **Guess first.** Where?"
CHOICES = """## Check

**Check yourself.** Which?

<details class="choice"><summary>this $\\rho$</summary>Right: so.</details>
<details class="choice"><summary>that</summary>Not quite: no.</details>"""
ROWS = """| letter | what it is |
|---|---|
| $\\rho$, IF | ratio $n_{\\max}$ |
| $c_j = \\cos\\theta_j$ | cosine |"""
AXE = """axe.run({resultTypes: ["violations"]}).then(({violations}) =>
  violations.map(({impact, help, nodes}) => [impact, help, nodes.map(({target}) => target)]))"""
SHADOW = """async (text) => {
  const widget = (await import(URL.createObjectURL(new Blob([text], {type: "text/javascript"})))).default;
  const el = document.createElement("div");
  document.body.appendChild(document.createElement("div")).attachShadow({mode: "open"}).append(el);
  window.state = {};
  window.calls = {};
  const model = {get: (name) => state[name], set: (name, value) => { state[name] = value; },
    on: (event, call) => { calls[event] = call; }};
  await widget.render({model: Object.freeze(model), el});
}"""
KNOWN = {"n_j": "images of class $j$", r"\rho": "imbalance ratio, never < 1"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def axe() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def tagged(source: str, tag: str) -> Any:
    cell = new_code_cell(source)
    cell.metadata["tags"] = [tag]
    return cell


def explored(name: str, **given: Any) -> Any:
    """A cell as a run leaves it."""
    told = {EXPLORER: {"name": name, "given": given}, "image/png": PIXEL, "text/plain": "[a figure]"}
    line = {EXPLORER: {}, "text/plain": "With sliders: elsewhere", "text/markdown": "With sliders: elsewhere"}
    outputs = [new_output("display_data", each) for each in (told, line)]
    return new_code_cell(f"explore({name!r})", outputs=outputs)


def book() -> Any:
    teacher = new_markdown_cell("**5 minutes.** Said by the teacher alone.")
    teacher.metadata["tags"] = ["teacher"]
    return new_notebook(
        cells=[
            new_markdown_cell("# 4 · Margins\n\nAn opening.\n\n**Time.** 30 minutes."),
            tagged("seed = 0", "parameters"),
            new_markdown_cell(
                "## How much?\n\nWith $n_j$ and $\\rho$:\n\n$$\\rho = n_j^2$$\n\n> **Guess first.** Where?"
            ),
            explored("margin_bound", imbalance=100.0),
            new_markdown_cell("It is there: $n_j$."),
            teacher,
            new_markdown_cell(CHOICES),
            new_markdown_cell("## Exercises\n\n### 04.1 · One"),
            tagged('given = exercise("04.1")\n### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION', "exercise"),
            tagged('check("04.1", answer)', "check"),
            tagged('"end of 04_margins"', "sentinel"),
        ]
    )


SMALL = replace(CARDS["margin_bound"], page={"place": None})
STEMS = ["03_reweighting", "04_margins", "05_decision_boundaries"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notation, "notation", lambda: KNOWN)
        patch.setattr(live, "CARDS", {"margin_bound": SMALL})
        out = tmp_path_factory.mktemp("site")
        path = out / "lessons" / "04_margins.html"
        path.parent.mkdir()
        path.write_text(lesson.lesson(book(), path, out, STEMS), encoding="utf-8")
    return path


def test_a_page_holds_what_a_reader_needs(place: Path) -> None:
    page = place.read_text(encoding="utf-8")
    assert len(page) < 2_000_000
    assert "Plotly" not in page
    assert "Said by the teacher" not in page
    assert "seed = 0" not in page
    assert "answer = 42" not in page
    assert "your answer" in page
    assert "With sliders: elsewhere" not in page
    assert "About 2 minutes to read and try, 30 in class." in page
    assert re.findall(r'<li><a href="#([^"]+)', page) == ["How-much?", "Check", "Exercises"]
    assert 'href="03_reweighting.html"' in page
    assert 'href="05_decision_boundaries.html"' in page
    assert re.findall(r'class="choice (\w+)"', page) == ["right", "wrong"]
    assert page.index("data-explorer") < page.index("Show the answer"), "an explorer that asks does not fold"


def test_a_lesson_without_its_pictures_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that did not start leaves words in their place: the site says so, and does not keep them."""
    said = ["no browser", "", ""]

    def run(path: Path, out: Path, **given: Any) -> runner.Outcome:
        copy = out / path.name
        copy.write_text("{}", encoding="utf-8")
        return runner.Outcome(runner.Code.OK, "ok", copy, None, 0.0, said.pop(0))

    monkeypatch.setattr(runner, "run", run)
    found = [lessons.run_lesson("04_margins", tmp_path) for _ in range(3)]
    assert found == [(True, "no browser"), (True, ""), (False, "")]


def test_what_an_explorer_computed_once_is_taken_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CARDS", {"margin_bound": SMALL})
    monkeypatch.setattr(live, "_made", lambda card: pytest.fail("computed again"))
    again = lesson.lesson(book(), place, place.parents[1], STEMS)
    assert again.split("<main>")[0] == place.read_text(encoding="utf-8").split("<main>")[0]


def test_an_explorer_opens_as_the_text_says() -> None:
    card, state = live.opened("class_counts", {"imbalance": 37})
    assert state["imbalance"] == 37.0
    assert {1.0, 37.0, 100.0} <= {*card.dials["imbalance"].values}
    usual, _ = live.opened("class_counts", {})
    assert 37.0 not in usual.dials["imbalance"].values
    assert live.opened("two_truths", {"seed": 5})[1]["seed"] == 5


def test_no_guess_is_asked_of_other_counts_than_those_given() -> None:
    given = {"counts": [25, 151, 15], "beta": 0.9}
    card, state = live.opened("rare_weights", given)
    assert card.guess is None
    assert (state["counts"], state["n1"], state["beta"]) == ("by hand", 151, 0.9)
    assert live.opened("rare_weights", {"imbalance": 10.0})[0].guess is not None


def test_the_notation_is_the_first_lessons_own_table() -> None:
    assert notation.table(new_notebook(cells=[new_markdown_cell(ROWS)])) == {
        "\\rho": "ratio $n_{\\max}$",
        "c_j": "cosine",
    }
    body = notation.marked(text.prose("<h2>A</h2>$n_j$ $n_j$ $\\rho_0 n_j^2$<h2>B</h2>$n_j$"), KNOWN)
    assert body.count('data-means="images of class j"') == 3
    assert body.count('data-means="imbalance ratio, never &lt; 1"') == 1
    assert body.count("tabindex") == 3, "the keyboard stops at the first of each symbol under a heading"
    assert notation.marked("<math><mi>s</mi></math>", {}) == "<math><mi>s</mi></math>"


def test_a_page_in_a_browser(place: Path, browser: Any) -> None:
    """Without a network, by day and by night, on a phone and on paper: explorers move, nothing keeps anyone out."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(10_000)
    page.context.set_offline(True)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(place.as_uri())
    page.wait_for_selector(".live section.ltviz .says:not(:empty)", state="attached")
    assert not page.get_by_role("button", name="My code").is_visible()
    page.get_by_role("group", name="Guess first").get_by_role("slider").press("End")
    page.get_by_role("button", name="My code").click()  # a class pools its guesses before it sees the truth
    assert page.locator("dialog a").get_attribute("href") == f"../pulse.html#{codes.key('margin_bound')}="
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Show the truth").click()
    page.locator(".answer", has_text="off by").wait_for()
    page.get_by_role("button", name="My code").click()
    guess = SMALL.guess
    assert page.locator("dialog .word").inner_text() == codes.code("margin_bound", codes.stops(guess) - 1)
    assert page.locator("dialog .square path").get_attribute("d")
    assert page.locator("dialog a").get_attribute("href").startswith(f"../pulse.html#{codes.key('margin_bound')}=0.2")
    page.get_by_role("button", name="Close").click()
    slider = page.locator("input[id$='-place']")
    slider.focus()
    before = page.locator(".numbers").inner_text()
    slider.press("ArrowRight")
    assert page.locator(".numbers").inner_text() != before
    symbol, tip = page.locator(".symbol").first, page.locator(".means")
    symbol.focus()
    assert tip.inner_text() == "images of class j"
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.locator("[data-means^='imbalance']").first.hover()
    assert tip.inner_text() == "imbalance ratio, never < 1"
    page.mouse.move(0, 0)
    page.locator("details.choice").first.click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate(axe())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(
            "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
        )  # it is drawn
        found = page.evaluate(AXE)
        assert [each for each in found if each[0] in ("serious", "critical")] == [], scheme
    assert page.locator(".contents").get_attribute("open") is not None
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".contents:not([open])")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert page.locator(".contents").is_hidden()
    assert wrong == []
    page.context.close()


@pytest.mark.parametrize(
    ("stems", "said"),
    [
        (STEMS, r'<p class="onward">Next: <a href="05_decision_boundaries.html">5 · [^<]*</a> looks further.</p>'),
        ([*STEMS[:2], "06_logit_adjustment"], r'looks further.*class="onward">Next: <a href="06_[^>]*>6 · [^<]*</a>'),
        (STEMS[:2], r"looks further.*That was the last lesson"),
    ],
)
def test_a_page_leads_on_once(tmp_path: Path, stems: list[str], said: str) -> None:
    """What a lesson says of the next one is the link to it, where that one stands beside it."""
    words = ["# 4 · Margins\n\nAn opening.", "## Sources\n\nA paper.\n\n*Next: lesson 5 looks further.*"]
    notebook = new_notebook(cells=list(map(new_markdown_cell, words)))
    page = lesson.lesson(notebook, tmp_path / "lessons" / "04_margins.html", tmp_path, stems)
    end = page[page.index("A paper.") : page.index("</main>")]
    assert re.search(said, end, re.DOTALL)
    assert end.count("looks further") == 1


def test_what_was_drawn_while_folded_away_is_drawn_again_where_it_is_seen(place: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light", bypass_csp=True)
    page.goto(place.as_uri())
    page.wait_for_selector(".live section.ltviz .says:not(:empty)", state="attached")
    high = "document.querySelector('.live .picture').offsetHeight"
    before = page.evaluate(high)
    page.evaluate("document.querySelector('.live').hidden = true")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(".live [data-look=dark]", state="attached")
    page.evaluate("document.querySelector('.live').hidden = false")
    page.wait_for_function(f"{high} === {before}")
    page.context.close()


def test_names_of_lines_stand_right_of_them_whichever_class_is_the_rarest(tmp_path: Path, browser: Any) -> None:
    counts = [25, 151, 101, 15, 66, 41]
    cells = [new_markdown_cell("# 11 · A"), explored("rare_weights", counts=counts, beta=0.9)]
    path = tmp_path / "lessons" / "11_a.html"
    path.parent.mkdir()
    path.write_text(lesson.lesson(new_notebook(cells=cells), path, tmp_path, ["11_a"]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelector('section.ltviz')?.ltviz?.drawn")
    left, last = page.evaluate("""() => {
      const plot = document.querySelector("section.ltviz").ltviz.picture.curves;
      const name = [...plot.root.querySelectorAll("text")].find((each) => each.textContent === "1 / n");
      return [name.getBoundingClientRect().left, plot.svg.getBoundingClientRect().left + plot.px(5)];
    }""")
    assert left > last
    page.context.close()


def test_notes_and_handout() -> None:
    notes, paper = teach.notes(book(), "04_margins"), teach.handout(book(), "04_margins")
    assert "5 minutes in 1 parts" in notes
    assert "Said by the teacher alone" in notes
    assert "<h2>How much?</h2>" in notes
    assert "1280 x 720" in notes
    assert "Said by the teacher" not in paper
    assert "<details open>" in paper
    assert "your answer" in paper
    with pytest.raises(BadInput, match="slides', 'handout', 'notes"):
        teach.write_for_teacher("poster", [], Path("x"), Path("x"))


def test_slides_hold_what_is_looked_at_and_notes_what_is_said() -> None:
    body = re.sub(r"\s+", " ", slides.slides(book()))
    shown = re.sub(r'<aside class="notes">.*?</aside>', "", body)
    assert "Said by the teacher alone" in body
    assert "Said by the teacher alone" not in shown
    assert "seed = 0" not in body
    assert "Exercises" not in body, "they are read at home"
    assert len(re.findall("<section", shown)) - shown.count("<section><section") == 5
    assert shown.index("An opening.") < shown.index("How much?") < shown.index("Where?") < shown.index("<picture")
    assert "It is there" not in shown
    assert 'class="choice right"' in shown


def test_a_slide_holds_no_answer_and_one_table() -> None:
    words = "## A\n\nRates: could they be learned? More.\n\n> **Guess first.** Which?"
    answer = "| a |\n|---|\n| 1 |\n\n- one\n- two\n\n$$x = 1,$$"
    notebook = new_notebook(cells=[new_markdown_cell("# 4 · B"), new_markdown_cell(words), new_markdown_cell(answer)])
    shown = re.sub(r'<aside class="notes">.*?</aside>', "", re.sub(r"\s+", " ", slides.slides(notebook)))
    parts = [part for part in re.split(r"<section[^>]*>", shown) if part.strip(" <section>")]
    at = [
        [k for k, part in enumerate(parts) if each in part] for each in ("Rates", "Which?", "<table", "<li>", "<math")
    ]
    assert at == [[at[0][0] + step] for step in (0, 1, 2, 3, 3)]
    assert "could they be learned?" in shown
    assert "<mo>,</mo>" not in shown


def test_a_long_table_and_a_long_list_take_two_slides() -> None:
    rows = "\n".join(f"| row {k} |" for k in range(17))
    items = "\n".join(f"- item {k}: {'words ' * 30}" for k in range(5))
    notebook = new_notebook(cells=[new_markdown_cell(f"## A\n\n| a |\n|---|\n{rows}\n\n## B\n\n{items}")])
    parts = re.split(r"<section[^>]*>", slides.slides(notebook))
    assert [part.count("<tr>") for part in parts if "<table" in part] == [10, 9], "each with its head"
    assert [part.count("<li>") for part in parts if "<li>" in part] == [2, 3]
    assert all('class="kicker"' in part for part in parts if "row 16" in part or "item 4" in part)


def test_a_slide_has_the_picture_that_was_drawn_for_it() -> None:
    cell = new_code_cell("show('x')", outputs=[new_output("display_data", {"image/png": PIXEL})])
    cell.outputs[0].metadata["slide"] = {"image/svg+xml": '<svg width="1150" height="950"></svg>'}
    notebook = new_notebook(cells=[new_markdown_cell("## A"), cell])
    assert "image/svg+xml" not in text.text(notebook)
    deck = slides.slides(notebook)
    assert "image/png" not in deck
    assert '<picture class="tall" tabindex="0"><img alt="" src="data:image/svg+xml' in deck, "it scrolls"


def test_slides_in_a_browser(place: Path, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a projector: nothing is cut off, an explorer moves by the keys that else turn the slides, axe is content."""
    if find_spec(teach.REVEAL) is None:
        pytest.skip("reveal.js is not installed: pip install 'ltviz[teach]'")
    monkeypatch.setattr(live, "CARDS", {"margin_bound": SMALL})
    path = place.with_name("04_margins.slides.html")
    path.write_text(teach.deck(book(), "04_margins", place, place.parents[1]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.context.set_offline(True)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal?.isReady()")
    for _ in range(page.evaluate("Reveal.getTotalSlides()")):
        high, room = page.evaluate("[Reveal.getCurrentSlide().scrollHeight, Reveal.getCurrentSlide().clientHeight]")
        assert high <= room + 1
        if page.evaluate("!!Reveal.getCurrentSlide().querySelector('.live')"):
            page.get_by_role("button", name="Skip").click()
            at = page.evaluate("Reveal.getIndices().h")
            page.locator("input[id$='-place']").press("ArrowRight")
            assert page.evaluate("Reveal.getIndices().h") == at
            page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowRight")
    page.evaluate(axe())
    assert [each for each in page.evaluate(AXE) if each[0] in ("serious", "critical")] == []
    assert wrong == []
    page.context.close()


def test_a_module_in_a_shadow(place: Path, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As MyST shows a widget: within a shadow root, with nothing but get, set and on."""
    monkeypatch.setattr(module, "CARDS", {"margin_bound": SMALL})
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(10_000)
    page.goto("about:blank")
    page.evaluate(SHADOW, module.module("margin_bound"))
    page.get_by_role("button", name="Skip").click()
    page.locator("input[id$='-place']").press("End")
    assert page.evaluate("state.state.place") == 0.995
    page.evaluate("state.state = {place: 0.25}; calls['change:state']()")
    assert page.locator("input[id$='-place']").get_attribute("aria-valuetext").startswith("0.25")
    note = page.get_by_text("Notes", exact=True)
    note.click()
    page.get_by_text("fourth root").click()
    assert page.locator("details.note").get_attribute("open") is not None, "a click within does not close it"
    note.focus()
    page.keyboard.press("Escape")
    assert page.locator("details.note").get_attribute("open") is None
    page.context.close()
