"""Class counts on their page: counts that a reader types, good and bad, in the address, and the study's numbers."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz import site, views
from ltviz.cli import run
from ltviz.core import own_counts
from ltviz.core.errors import BadInput

EXPLORER = "document.querySelector('section.ltviz').ltviz"
STATE = f"({{...{EXPLORER}.state}})"
TYPED = """([text, how]) => {
  const field = document.querySelector("textarea");
  field.value = text;
  field.dispatchEvent(new InputEvent(how, {bubbles: true, inputType: "insertFromPaste"}));
}"""
NAMED = "cat,500\ndog,60\nokapi,7"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert not site.write_site(folder, "class_counts", figures=False).failed
    return folder / "explore" / "class_counts.html"


@pytest.fixture(scope="module")
def open_page(browser: Any, page_file: Path) -> Iterator[Callable[..., Any]]:
    """Open the page at an address, in one of a few places, each of which shows one page at a time."""
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    places: dict[str, Any] = {}
    wrong: list[str] = []

    def opened(hash_: str = "", place: str = "second") -> Any:
        if place not in places:
            places[place] = context.new_page()
            places[place].on("pageerror", lambda error: wrong.append(str(error)))
        page = places[place]
        page.goto("about:blank")  # with another # alone the page would not be opened, but stay
        page.goto(page_file.as_uri() + hash_)
        page.wait_for_function(f"{EXPLORER}.drawn")
        page.evaluate(f"{EXPLORER}.guess.close()")
        return page

    yield opened
    context.close()
    assert not wrong


@pytest.fixture(scope="module")
def page(open_page: Callable[..., Any]) -> Any:
    return open_page(place="first")


def typed(page: Any, text: str) -> tuple[str, str]:
    """Type a text and leave the field; return the counts of the state and the error below the field."""
    page.evaluate(TYPED, [text, "change"])
    invalid = page.locator("textarea").get_attribute("aria-invalid")
    hint = page.locator("textarea + .hint").inner_text()
    return page.evaluate(STATE)["counts"], hint if invalid else ""


def test_the_page_is_small(page_file: Path) -> None:
    assert page_file.stat().st_size < 300_000


@pytest.mark.parametrize("groups", ["thresholds", "terciles"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"imbalance": 1.0, "classes": 2},
        {"profile": "step", "imbalance": 1000.0, "classes": 5, "largest": 1000},
        {"profile": "pareto", "imbalance": 200.0, "classes": 100},
        {"profile": "exp", "imbalance": 500.0, "classes": 1000},
        {"counts": "500,60,7"},
        {"counts": "7,19,20,100,101,3,101,20"},
        {"counts": "1,9007199254740991"},
        {"counts": NAMED},
        {"counts": ",".join(str(1 + (37 * k) % 211) for k in range(1203))},
    ],
    ids=str,
)
def test_the_numbers_are_the_studys(page: Any, given: dict[str, Any], groups: str) -> None:
    page.evaluate(f"({EXPLORER}.reset(), {EXPLORER}.guess.close())")
    for name, value in {**given, "groups": groups}.items():
        page.evaluate(f"([name, value]) => {EXPLORER}.set(name, value)", [name, value])
    study = views.compute("class_counts", **given, groups=groups)
    found = page.evaluate(
        f"({{values: {EXPLORER}.told.values, entry: {EXPLORER}.needs().map((each) => "
        f"{EXPLORER}.entries.get(each.table).get(each.key)).map((each) => [[...each.counts], each.names])[0]}})"
    )
    values, (counts, names) = found["values"], found["entry"]
    assert (counts, tuple(names)) == (list(study.counts), study.counts.names)
    group = np.array(values["group"])
    for g, (name, members) in enumerate(study.groups.items()):
        assert np.flatnonzero(group == g).tolist() == members.tolist(), name
        assert values["sizes"][g] == len(members)
    assert values["total"] == study.counts.total
    assert values["imbalance"] == study.imbalance
    by_size = study.counts.values[study.counts.by_frequency]
    half = len(by_size) // 2
    assert values["rarer"] == pytest.approx(100 * by_size[len(by_size) - half :].sum() / study.counts.total, rel=1e-12)
    numbers = page.locator(".numbers dd").all_inner_texts()
    assert numbers[0].replace("\u202f", "") == str(len(study.counts))
    texts = " ".join(page.locator(".picture text").all_text_contents())
    for name, members in study.groups.items():
        size = f" ({study.sizes[name].replace('-', '–')})" if study.sizes else ""
        many = f"{len(members):,}".replace(",", "\u202f") if len(members) else "none"
        assert f"{name}{size}: {many}" in texts


GOOD = [
    "500,60,7",
    "500, 60, 7",
    " 500 60\t7 ",
    "500\n60\n7\n",
    "500,60,7\n8,9",
    "2,7\n0,500\n1,60",
    ",count\n2,7\n0,500\n1,60\n",
    NAMED,
    "animal,count\n\n" + NAMED + "\n\n",
    "animal;count\ncat;500\ndog;60",
    'name\tn\n"cat"\t500\n\ndog\t 60.0',
    '"cat, wild",5e2\n"the ""dog""",60',
    "1.0,2,3e0",
    "\n\ncat\t500\ndog\t60",
    "a,5,\nb,6,",
    "3,4\n5,6,7",
]
BAD = {
    "500": "At least 2 classes",
    "500,6o,7": "“6o” is no count",
    "500;60": "“500;60” is no count",
    "my counts.csv": "“my” is no count",
    "5,0": "Class 1 has 0 samples",
    "5,-3": "Class 1 has −3 samples",
    "5,2.5": "Class 1 has 2.5 samples; counts are whole numbers",
    "5,1e999": "Class 1 has too many samples",
    "5,9007199254740993": "Class 1 has too many samples",
    "5,nan": "“nan” is no count",
    "5,0x10": "“0x10” is no count",
    "a,1\nb,some": "Line 2: “some” is no count",
    "a,1\nb": "Line 2 has 1 cells",
    "a,1,2\nb,3,4": "Line 1 has 3 cells",
    "a,1\nb,2\na,3": "The name “a” stands for two classes",
    "a,1\n,2": "Class 1 has no name",
    "0,1\n1,2\n1,3": "Class 1 comes a second time in line 3",
    "1,5\n2,3": "Class 0 is missing",
    "class,count\ncat,3": "At least 2 classes are needed; this is one",
    ",\n,": "There are no counts",
    "500,,7": "There is a comma without a count before or behind it",
    "<b>5</b>,6\n": "“<b>5</b>” is no count",
    "5 " * 100_001: "100\u202f001 classes are too many to draw: at most 100\u202f000",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_is_typed_is_read_as_python_reads_it(page: Any, text: str) -> None:
    try:
        wanted = own_counts.spelled(own_counts.read(text))
    except BadInput:
        wanted = None
    typed(page, "9,8")
    found, error = typed(page, text)
    if wanted is None:
        assert found == "9,8"
        assert error
    else:
        assert (found, error) == (wanted, "")
        assert views.state("class_counts", {"counts": found})["counts"] == found, "Python keeps the spelling"


@pytest.mark.parametrize(("text", "said"), BAD.items(), ids=[text[:20] for text in BAD])
def test_what_cannot_be_read_is_said_and_the_picture_stays(page: Any, text: str, said: str) -> None:
    with pytest.raises(BadInput):
        own_counts.read(text)
    typed(page, "500,60,7")
    before = page.locator(".picture").inner_html()
    found, error = typed(page, text)
    assert found == "500,60,7"
    assert error.startswith(said)
    assert error.endswith("The picture stays as it was.")
    assert page.locator("textarea").get_attribute("aria-describedby") == page.locator("textarea + .hint").get_attribute(
        "id"
    )
    assert page.locator(".picture").inner_html() == before
    page.evaluate(f"{EXPLORER}.set('groups', 'terciles')")
    assert page.locator("textarea").input_value() == text.replace("\r", ""), "what was typed is still there"
    page.evaluate(f"({EXPLORER}.reset(), {EXPLORER}.guess.close())")
    assert page.locator("textarea").input_value() == ""
    assert page.locator("textarea").get_attribute("aria-invalid") is None


# how long the field was left alone before it was marked as wrong, in milliseconds
RESTED = """field => {
  let typed = 0;
  field.addEventListener("input", () => { typed = performance.now(); });
  new MutationObserver(() => { window.rested ??= performance.now() - typed; })
    .observe(field, {attributeFilter: ["aria-invalid"]});
}"""


def test_by_keyboard_letter_by_letter(page: Any) -> None:
    page.evaluate(f"({EXPLORER}.reset(), {EXPLORER}.guess.close())")
    field = page.get_by_label("your own counts")
    field.focus()
    page.keyboard.type("500,60")
    page.wait_for_function(f"{EXPLORER}.state.counts === '500,60'")
    field.evaluate(RESTED)
    page.keyboard.type(",x")
    page.wait_for_selector("textarea[aria-invalid]")
    assert page.evaluate("rested") > 800, "a hand that types is not interrupted"
    assert page.evaluate(f"{EXPLORER}.state.counts") == "500,60"
    page.keyboard.press("Backspace")
    page.keyboard.type("7")
    page.wait_for_function(f"{EXPLORER}.state.counts === '500,60,7'")
    page.wait_for_selector("textarea:not([aria-invalid])")
    assert page.locator("input[id$='-imbalance']").is_hidden(), "a profile's dials do not count"
    assert field.input_value() == "500,60,7"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.wait_for_function(f"{EXPLORER}.state.counts === ''")
    assert page.locator("input[id$='-imbalance']").is_visible()


@pytest.mark.parametrize("text", ["500,60,7", NAMED, '"a, b",5\nü&=#%,6'])
def test_a_link_and_the_command_lead_back(
    open_page: Callable[..., Any], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page()
    typed(page, text)
    page.evaluate(f"{EXPLORER}.set('groups', 'terciles')")
    page.wait_for_function("location.hash.includes('groups')")
    again = open_page("#" + page.url.partition("#")[2], "third")
    assert again.evaluate(STATE) == page.evaluate(STATE)
    assert again.locator(".picture").inner_html().count("<text") == page.locator(".picture").inner_html().count("<text")
    command = page.locator("#ltviz-command").text_content()
    monkeypatch.chdir(tmp_path)
    if text != "500,60,7":
        assert "--counts counts.csv" in command
        assert "save these lines as counts.csv" in page.locator("textarea + .hint").inner_text()
        Path("counts.csv").write_text(page.evaluate(STATE)["counts"], encoding="utf-8")
    else:
        assert command == 'ltviz figure class_counts --counts "500,60,7" --groups terciles'
    assert run([*shlex.split(command)[1:], "--format", "json", "--out", "."]) == 0


@pytest.mark.parametrize(
    "odd", ["counts=", "counts=%", "counts=toString", "counts=1", "counts=5,x", "counts=5,6&counts=", "counts=%00"]
)
def test_odd_addresses(open_page: Callable[..., Any], odd: str) -> None:
    page = open_page(f"#{odd}&groups=terciles")
    assert page.evaluate(STATE)["counts"] in ("", "5,6")
    assert page.evaluate(STATE)["groups"] == "terciles"
    assert page.locator(".alarm").is_hidden()
    page.evaluate("location.hash = '#counts=7,8'")
    page.wait_for_function(f"{EXPLORER}.state.counts === '7,8'")
    assert page.locator("textarea").input_value() == "7,8"


def test_dials_are_in_the_command(page: Any) -> None:
    page.evaluate(f"({EXPLORER}.reset(), {EXPLORER}.guess.close(), {EXPLORER}.set('profile', 'step'))")
    page.evaluate(f"({EXPLORER}.set('imbalance', 20), {EXPLORER}.set('axis', 'log'))")
    assert page.locator("#ltviz-command").text_content() == "ltviz figure class_counts --profile step --imbalance 20"


def test_100_000_classes_are_drawn_and_no_address_holds_them(page: Any) -> None:
    counts = [max(1, 10**6 // (1 + (7919 * k) % 100_000)) for k in range(100_000)]
    assert typed(page, ",".join(map(str, counts)))[1] == ""
    assert page.evaluate(f"{EXPLORER}.told.values.total") == sum(counts)
    assert page.locator(".numbers dd").first.inner_text() == "100\u202f000"
    assert len(page.locator(".picture").inner_html()) < 200_000, "an outline, not 100,000 bars"
    assert page.evaluate(f"{EXPLORER}.picture.bars.y.log")
    assert "it leads to the profile" in page.locator("textarea + .hint").inner_text()
    page.wait_for_timeout(250)
    assert len(page.url) < 3000
    page.evaluate(f"({EXPLORER}.reset(), {EXPLORER}.guess.close())")


@pytest.mark.parametrize("look", ["light", "dark", "projector"])
def test_groups_differ_by_colour_and_by_hatch(page: Any, look: str) -> None:
    page.evaluate(f"({EXPLORER}.reset(), {EXPLORER}.guess.close())")
    typed(page, "500,60,7")
    page.get_by_label("look").select_option(look)
    fills = page.evaluate(
        "Array.from(document.querySelectorAll('.picture svg > g rect'), (each) => each.getAttribute('fill')).slice(-3)"
    )
    patterns = page.evaluate("[...document.querySelectorAll('pattern')].map((each) => [each.id, each.innerHTML])")
    assert len(set(fills)) == 3
    assert [fill for fill in fills if fill.startswith("url(#")] == [f"url(#{id_})" for id_, _ in patterns]
    assert len({inner for _, inner in patterns}) == 2
    page.get_by_label("look").select_option("auto")
