"""Pages without a browser: whole, small, silent towards the network, and made again only where something changed."""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import ltviz.site
from ltviz import web
from ltviz.core.errors import BadInput, DataError, MissingExtra
from ltviz.core.params import Choice, Flag, Param
from ltviz.explorers import CARDS, Card, Dial, Table
from ltviz.figures import index as gallery
from ltviz.figures.index import Entry
from ltviz.site import build, entries, front, lecture, page

LIGHT = ("bound", "counts", "curves", "surface")  # pictures whose pages hold numbers only, no fits
NASTY = "</script><script>alert(1)</script><!-- \u2028 & \" '"
SHOWN = {"angle": (0.0, 30.0), "loss": None, "hard": None}


def tiny(**changed: Any) -> Card:
    """A card of three dials, one of which counts only for one loss, and one that a page does not show."""
    dials = {
        "angle": Dial("angle", Param(30.0, 0.0, 90.0, 15.0, "how far")),
        "hard": Dial("hard", Flag(False, "which"), when={"loss": ("mm",)}),
        "loss": Dial("loss", Choice("ce", ("ce", "mm"), "what")),
        "seed": Dial("seed", Param(0, 0, 9, 1, "which draw")),
    }

    def entry(state: Any) -> dict[str, Any]:
        return {"cosine": np.cos([state["angle"]]), "seed": state["seed"], "said": NASTY}

    tables = {"a": Table(("angle", "loss", "hard"), entry), "b": Table(("seed",), entry, asked="more")}
    card = Card("tiny", NASTY, NASTY, "bound", dials, tables, "margin_bound", dict, page=SHOWN, note=NASTY)
    return replace(card, **changed)


@pytest.fixture
def only_tiny(monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    cards = {"tiny": tiny()}
    monkeypatch.setattr(build, "CARDS", cards)
    monkeypatch.setattr(build, "NAMES", ("tiny",))
    return cards


def reachable(card: Card) -> Iterator[dict[str, Any]]:
    """Every state that the dials of a page can be moved to."""
    _, start = card.start()
    free = [name for name, dial in card.dials.items() if len(dial.values) > 1 and not dial.live]
    for values in itertools.product(*(card.dials[name].values for name in free)):
        yield {**start, **dict(zip(free, values, strict=True))}


def test_a_page_has_every_entry_that_its_dials_can_reach() -> None:
    card, _ = tiny().fixed().start()
    found = entries.entries(card)
    wanted = {card.key("a", state) for state in reachable(card)}
    assert set(found["a"]) == wanted == {"0,0,-", "1,0,-", "0,1,0", "1,1,0", "0,1,1", "1,1,1"}
    assert set(found["b"]) == {"0"}


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize("name", CARDS)
def test_the_keys_of_a_real_page_are_all_there(name: str) -> None:
    card, _ = build._card(name).fixed().start()
    for table in card.tables:
        have = {card.key(table, state) for state in card.states(table)}
        stops = card.tables[table].page.items()  # of dials at some of whose stops only a page has entries
        held = (
            state
            for state in reachable(card)
            if all(state[dial] in some or not card.active(dial, state) for dial, some in stops)
        )
        states = itertools.islice(held, 0, None, 7)
        assert {card.key(table, state) for state in itertools.islice(states, 20_000)} <= have


@pytest.mark.parametrize("name", CARDS)
def test_a_page_is_small(name: str) -> None:
    """Told from some of its entries: all of them together are no larger, as they are packed together."""
    card, state = build._card(name).fixed().start()
    some: dict[str, dict[str, Any]] = {}
    more = 0.0
    for table in card.tables:
        states = list(card.states(table))
        few = states[:: max(1, len(states) // 6)]
        some[table] = {card.key(table, each): card.tables[table].entry(each) for each in few}
        more += len(entries.encoded(web.pack(some[table]))) * (len(states) / len(few) - 1)
    size = len(page.explorer(card, web.spec(card, state, page=True), web.pack(some), "").encode()) + more
    assert size <= (6e5 if card.picture in LIGHT else 1e6)


def test_a_page_opens_with_numbers_of_its_own() -> None:
    """They are read before the others, and a fit that the page could find for itself is among them."""
    card, state = build._card("two_truths").fixed().start()
    here = {name: {card.key(name, state): table.entry(state)} for name, table in card.tables.items()}
    there = {**state, "imbalance": 1.0}
    here["terms"][card.key("terms", there)] = card.tables["terms"].entry(there)
    found = entries._unpacked(*entries.opening(card, web.pack(here)))
    assert {name: list(each) for name, each in found.items()} == {
        name: [card.key(name, state)] for name, table in card.tables.items() if not table.asked
    }
    same = found["points"][card.key("points", state)]["points"]
    assert (same == here["points"][card.key("points", state)]["points"].astype(np.float32)).all()
    assert here["fit"][card.key("fit", state)] is None
    assert found["fit"][card.key("fit", state)]["W"].shape == (2, 3)


def test_what_a_card_says_is_text(tmp_path: Path, only_tiny: dict[str, Card]) -> None:
    build.write_page("tiny", tmp_path)
    text = (tmp_path / "explore" / "tiny.html").read_text(encoding="utf-8")
    assert "alert(1)</script>" not in text
    assert "<script>alert" not in text
    assert len(re.findall("<script", text)) == len(re.findall("</script>", text)) == 4
    spec = json.loads(re.search(r'id="ltviz-spec">(.*?)</script>', text, re.DOTALL)[1])
    assert spec["question"] == NASTY
    entry = Entry(NASTY, NASTY, {"html": "a.html", "svg": "a.svg", "dark": "dark/a.svg"}, (9, 9))
    for each in (front.front({"tiny": only_tiny["tiny"]}, None, 1, "auto"), gallery.index([entry], up=NASTY)):
        assert "<script>alert" not in each
        assert "alert(1)</script>" not in each


def test_small_drawings_have_no_numbers() -> None:
    icons = {name: drawn for name in CARDS if (drawn := page.icon(name))}
    assert {*CARDS} - {*icons} <= {"small_gap"}, "one for each that is shipped; that of tests/added has none"
    for drawn in icons.values():
        assert drawn.startswith("<svg viewBox=")
        assert not {*re.findall(r"<text[^>]*>([^<]*)", drawn)} - {"?"}, "a number would give the answer away"
    assert page.icon("none") == ""


def test_the_class_is_the_beginning_of_the_path() -> None:
    assert [step.explorer for step in lecture.STEPS] == list(CARDS)[: len(lecture.STEPS)]


def test_whoever_interrupts_has_a_folder_with_a_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(state: Any) -> None:
        doors.append([(tmp_path / name).read_text(encoding="utf-8") for name in ("index.html", "class.html")])
        raise KeyboardInterrupt

    doors: list[list[str]] = []
    cards = {"margin_bound": CARDS["margin_bound"], "stopped": tiny(tables={"a": Table((), stopped)})}
    monkeypatch.setattr(build, "CARDS", cards)
    monkeypatch.setattr(build, "NAMES", tuple(cards))
    with pytest.raises(KeyboardInterrupt):
        build.write_site(tmp_path, figures=False)
    assert all("explore/margin_bound.html" in text for text in doors[0])


def test_pages_know_no_address_of_another_machine(tmp_path: Path, only_tiny: dict[str, Card]) -> None:
    build.write_page("tiny", tmp_path)
    text = (tmp_path / "explore" / "tiny.html").read_text(encoding="utf-8")
    found = set(re.findall(r"""(?:https?:)?//[a-z0-9-]+\.[a-z0-9./-]+""", text))
    assert all(url.endswith("www.w3.org/2000/svg") for url in found), found
    assert re.findall(r"""(?:src|href)=["']([^"']*)""", text) == ["data:,", "../index.html"]
    assert "default-src 'none'" in text


def test_only_what_has_changed_is_made_again(tmp_path: Path, only_tiny: dict[str, Card]) -> None:
    asked: list[Any] = []

    def counted(state: Any) -> dict[str, Any]:
        asked.append(state)
        return {}

    only_tiny["tiny"] = card = tiny(tables={"a": Table(("angle",), counted)})
    path = tmp_path / "explore" / "tiny.html"
    assert build.write_page("tiny", tmp_path)
    first = path.read_bytes()
    assert len(asked) == 2
    assert not build.write_page("tiny", tmp_path)
    assert len(asked) == 2
    only_tiny["tiny"] = replace(card, note="other words")  # a page's words are no reason to compute
    assert build.write_page("tiny", tmp_path)
    assert len(asked) == 2
    assert path.read_bytes() != first
    only_tiny["tiny"] = replace(card, page={"angle": (0.0, 15.0, 30.0)})
    assert build.write_page("tiny", tmp_path)
    assert len(asked) == 5
    path.write_text(path.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    assert build.write_page("tiny", tmp_path, force=True)
    assert len(asked) == 8
    only_tiny["tiny"] = card
    assert build.write_page("tiny", tmp_path, theme="auto")
    assert path.read_bytes() == first


@pytest.mark.parametrize("share", [0.0, 0.3, 0.97, 1.0])
def test_a_damaged_page_is_computed_and_written_again(tmp_path: Path, only_tiny: dict[str, Card], share: float) -> None:
    build.write_page("tiny", tmp_path)
    path = tmp_path / "explore" / "tiny.html"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))] + b" " * (share == 1.0))
    assert build.write_page("tiny", tmp_path)
    assert path.read_bytes() == whole
    path.write_bytes(whole.replace(b'ltviz-data">', b'ltviz-data">A'))
    only_tiny["tiny"] = tiny(note="other words")  # numbers of a damaged page are not taken over
    assert build.write_page("tiny", tmp_path)
    assert b'ltviz-data">A' not in path.read_bytes() or b'ltviz-data">A' in whole
    (tmp_path / ".drawn").unlink()
    assert build.write_page("tiny", tmp_path)
    assert not build.write_page("tiny", tmp_path)


def test_another_plotly_is_another_page(tmp_path: Path, only_tiny: dict[str, Card], monkeypatch: Any) -> None:
    build.write_page("tiny", tmp_path)
    monkeypatch.setattr(build, "version", lambda package: "0")
    assert build.write_page("tiny", tmp_path)


def test_packed_numbers_come_back() -> None:
    tree = {"x": np.arange(5, dtype=np.float32), "words": ["ä", "<"], "none": None}
    told, data = entries.decoded(entries.encoded(web.pack(tree)))
    assert (told, data) == web.pack(tree)


def test_a_hole_is_refused(tmp_path: Path, only_tiny: dict[str, Card]) -> None:
    only_tiny["tiny"] = tiny(tables={"a": Table(("angle",), lambda state: {"y": np.array([np.nan])})})
    report = build.write_site(tmp_path, figures=False)
    assert "tiny, table a, entry 0" in report.failed["tiny"]
    assert not (tmp_path / "explore").exists()
    assert report.index.is_file()


def test_one_broken_explorer_does_not_cost_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(state: Any) -> None:
        raise RuntimeError("no numbers")

    cards = {"broken": tiny(tables={"a": Table((), broken)}), "margin_bound": CARDS["margin_bound"]}
    monkeypatch.setattr(build, "CARDS", cards)
    monkeypatch.setattr(build, "NAMES", tuple(cards))
    report = build.write_site(tmp_path, "broken,margin_bound", figures=False)
    assert report.written == ["margin_bound"]
    assert report.failed == {"broken": "RuntimeError: no numbers"}
    assert "explore/margin_bound.html" in report.index.read_text(encoding="utf-8")


def test_every_link_of_the_class_is_a_setting_of_a_page() -> None:
    assert len(lecture.STEPS) == 5
    for step in lecture.STEPS:
        card, _ = CARDS[step.explorer].fixed().start()
        assert step.question.endswith("?")
        for link in step.links:
            for name, value in link.state.items():
                assert value in card.dials[name].values, (step.explorer, name, value)
            assert link.href(step.explorer).startswith(f"explore/{step.explorer}.html")
    link = lecture.Link("", {"loss": "a b", "hard": True, "imbalance": 1000.0})
    assert link.href("x") == "explore/x.html#loss=a%20b&hard=true&imbalance=1000&guess=first"


def test_the_class_has_codes_for_phones_where_its_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    standing = {step.explorer for step in lecture.STEPS[1:]}
    plain, coded = (lecture.lecture(standing, "auto", address) for address in ("", "https://example.org/ltviz"))
    assert plain.count('href="explore/') == sum(len(step.links) for step in lecture.STEPS[1:])
    assert (plain.count("<figure"), coded.count("<figure")) == (0, len(standing)), "one code a step"
    assert "explore/<wbr>margin_bound.html</figcaption>" in coded
    assert "code of https://example.org/ltviz/explore/margin_bound.html" in coded
    assert plain.count(">This explorer is not in this folder.<") == 1
    for wrong in (
        "example.org",
        "ftp://example.org",
        "https://a b",
        "https://a.org/?x",
        "https://a.org/#x",
        "https://",
    ):
        with pytest.raises(BadInput, match="must be where the folder will stand"):
            lecture.checked_address(wrong)
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingExtra, match="pip install segno"):
        lecture.lecture(standing, "auto", "https://example.org")


@pytest.mark.parametrize(("standing", "after", "shared"), [
    ({"class_counts", "two_truths", "mm_jump"}, "mm_jump", ()),
    ({"class_counts", "two_losses", "mm_jump"}, "two_losses", ("imbalance",)),
    (set(), "class", ()),
])  # fmt: skip
def test_an_explorer_leads_to_the_next_that_has_a_page(standing: set[str], after: str, shared: tuple[str, ...]) -> None:
    found = build._following("margin_bound", standing)
    assert (found.name, found.dials) == (after, shared)
    assert found.href == ("../class.html" if after == "class" else f"{after}.html")
    assert found.question == (build.ONWARD if after == "class" else CARDS[after].question)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    report = ltviz.site.write_site(out, "margin_bound")
    assert report.written == ["margin_bound", "margin_bound"]
    return out


def test_the_site_has_figures_and_a_front_page(written: Path) -> None:
    index = (written / "index.html").read_text(encoding="utf-8")
    for link in re.findall(r'(?:href|src|srcset)="([^"#:]+)"', index):
        assert (written / link).is_file(), link
    assert 'href="explore/margin_bound.html"' in index
    assert 'href="figures/index.html"' in index
    gallery = (written / "figures" / "index.html").read_text(encoding="utf-8")
    assert 'href="../explore/margin_bound.html"' in gallery, "what has an explorer is interactive there"
    assert {path.name for path in (written / "figures").glob("[a-z]*.*")} == {
        "index.html",
        "margin_bound.svg",
        "margin_bound.json",
    }
    assert 'href="../index.html"' in gallery
    assert not re.findall(r"https?://(?!www.w3.org/2000/svg)", index)


def test_a_second_run_writes_no_page(written: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in written.rglob("margin_bound.*")}
    report = ltviz.site.write_site(written, "margin_bound")
    assert report.kept == ["margin_bound", "margin_bound"]
    assert before == {path: path.stat().st_mtime_ns for path in written.rglob("margin_bound.*")}


def test_names_that_fit_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Did you mean 'margin_bound'"):
        ltviz.site.write_site(tmp_path, "margin_bond")
    with pytest.raises(BadInput, match="theme"):
        ltviz.site.write_site(tmp_path, theme="paper")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="is a file"):
        ltviz.site.write_site(tmp_path / "file")
    assert not list(tmp_path.glob("*.html"))


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ltviz.cli.site import play, site

    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(opened.append(url)) or len(opened) == 1)
    done = CliRunner().invoke(play, ["margin_bound", "--out", str(tmp_path)], standalone_mode=False)
    assert done.return_value == 0
    assert opened == [(tmp_path / "explore" / "margin_bound.html").as_uri()]
    assert str(tmp_path / "explore" / "margin_bound.html") in done.stdout
    again = CliRunner().invoke(play, ["margin_bound", "--out", str(tmp_path)], standalone_mode=False)
    assert "open the file by hand" in again.stderr
    assert "kept" in again.stderr
    wrong = CliRunner().invoke(play, ["margin_bond", "--out", str(tmp_path)], standalone_mode=False)
    assert isinstance(wrong.exception, BadInput)
    monkeypatch.setattr("ltviz.figures.export.chrome", lambda: None)
    words = ["--only", "margin_bound", "--out", str(tmp_path), "--theme", "projector"]
    done = CliRunner().invoke(site, words, standalone_mode=False)
    assert done.return_value == 0
    assert "Note: static pictures" in done.stderr
    assert done.stdout.strip() == str(tmp_path / "index.html")
    assert '"theme":"projector"' in (tmp_path / "explore" / "margin_bound.html").read_text(encoding="utf-8")
