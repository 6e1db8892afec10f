"""The pages' words: every sentence in the catalogue, German whole, and no language offered that lacks one."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from ltviz import web
from ltviz.core.errors import DataError
from ltviz.core.told import Told, spread, told
from ltviz.explorers import card
from ltviz.site.build import NAMES
from ltviz.web import catalogue, extract

MESSAGES = {each.text: each for each in extract.messages()}


def test_the_catalogue_is_what_the_pages_say() -> None:
    """Otherwise a sentence was added or changed: `make catalogue`."""
    assert (extract.FOLDER / "ltviz.pot").read_bytes() == extract.template()


@pytest.mark.parametrize("language", catalogue.languages())
def test_a_language_is_whole(language: str) -> None:
    found = catalogue.sentences(language)
    assert [text for text in MESSAGES if text not in found] == []
    assert [text for text in found if text not in MESSAGES] == [], "nobody says these any more"
    for text, sentence in found.items():
        forms = [sentence] if isinstance(sentence, str) else sentence
        assert (len(forms) > 1) == bool(MESSAGES[text].many), text
        for form in forms:
            told_ = catalogue.places_in(form) | ({"count"} & catalogue.places_in(MESSAGES[text].many))
            assert told_ == catalogue.places_in(text) | catalogue.places_in(MESSAGES[text].many), text
            assert (form[:1].isspace(), form[-1:].isspace()) == (text[:1].isspace(), text[-1:].isspace()), text


def test_babel_reads_the_same() -> None:
    pofile = pytest.importorskip("babel.messages.pofile")
    text = (extract.FOLDER / "de.po").read_bytes()
    theirs: dict[Any, Any] = {each.id: each.string for each in pofile.read_po(BytesIO(text), locale="de") if each.id}
    ours = catalogue.sentences("de")
    assert ours == {
        (each if isinstance(each, str) else each[0]): (said if isinstance(said, str) else list(said))
        for each, said in theirs.items()
    }


def test_every_explorer_speaks_german() -> None:
    """In a notebook, where it has the most dials."""
    for name in NAMES:
        words = web.spec(*card(name).start())["words"]["de"]
        assert len(str(words).encode()) < 20_000, "its own sentences, no others"
        assert words["Reset"] == "Von vorn"


def test_a_language_that_lacks_a_sentence_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(catalogue.words(["Reset", "Notes", "7", ""])) == ["de"]
    assert catalogue.words(["Reset", "A sentence that nobody has translated."]) == {}
    whole = catalogue.sentences("de")
    monkeypatch.setattr(catalogue, "sentences", lambda _: {text: whole[text] for text in whole if text != "Notes"})
    assert catalogue.words(["Reset", "Notes"]) == {}
    each, state = card("rare_margins").fixed().start()
    assert web.spec(each, state, page=True)["words"] == {}


def test_a_catalogue_is_read_without_what_is_unsure() -> None:
    text = (
        'msgid ""\nmsgstr "Language: de\\n"\n\n# by hand\n#: a.js\nmsgid "one "\n"line"\nmsgstr "eine \\"Zeile\\""\n\n'
        '#, fuzzy\nmsgid "unsure"\nmsgstr "unsicher"\n\nmsgid "empty"\nmsgstr ""\n\n'
        'msgid "a class"\nmsgid_plural "{count} classes"\nmsgstr[0] "eine Klasse"\nmsgstr[1] "{count} Klassen"\n'
    )
    assert catalogue.read(text) == {"one line": 'eine "Zeile"', "a class": ["eine Klasse", "{count} Klassen"]}
    with pytest.raises(DataError, match="no line of a gettext catalogue"):
        catalogue.read("msgid unquoted\n")


def test_a_told_text_is_text_and_knows_its_sentence() -> None:
    inner = told("margin (cosine)")
    text = told("{loss}: {what} is {value}", loss="LDAM", what=inner, value=0.5)
    assert text == "LDAM: margin (cosine) is 0.5"
    assert isinstance(text, Told)
    plain = {
        "say": "{loss}: {what} is {value}",
        "with": {"loss": "LDAM", "what": {"say": "margin (cosine)", "with": {}}, "value": 0.5},
    }
    assert spread([text, ("x", 1)]) == [plain, ["x", 1]]
    assert web.pack({"a": text})[0] == {"a": plain}
    assert told("{all}.", all=[inner, 0.5]) == "margin (cosine); 0.5."
    assert list(catalogue.keys(text)) == ["{loss}: {what} is {value}", "margin (cosine)"]


def test_what_a_script_says_is_found() -> None:
    code = 'say("a {b}", {b}); sayMany(\n "one", "{count}",\n n); word("kept"); say(known); "say(\\"no\\")"; essay("x")'
    assert catalogue.plurals_in_script(code) == [("a {b}", ""), ("one", "{count}"), ("kept", "")]
