"""The words of pages in other languages: what a page says is looked up in ``locale``, English sentences are the keys.

A language is offered on a page only where it has every sentence of that page.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ltviz.core.errors import DataError
from ltviz.core.fresh import HOME
from ltviz.core.told import PLACE, Told

if TYPE_CHECKING:
    from ltviz.explorers import Card

Sentence = str | list[str]  # several forms where a number counts
LOCALE = "locale"
SAYING = ("told", "said", "landmark")  # Python's functions whose first argument is a key
_HOME = resources.files("ltviz.web") / LOCALE
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_IN_SCRIPT = re.compile(rf"\b(?:say|word)\(\s*({_STRING})|\bsayMany\(\s*({_STRING}),\s*({_STRING})")
_LETTER = re.compile(r"[A-Za-z]")


def languages() -> tuple[str, ...]:
    """Return the languages beside English, by their codes: the files of ``locale``."""
    return tuple(sorted(file.name.removesuffix(".po") for file in _HOME.iterdir() if file.name.endswith(".po")))


@cache
def sentences(language: str) -> dict[str, Sentence]:
    """Return the finished sentences of a language by their English."""
    return read((_HOME / f"{language}.po").read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Sentence]:
    """Return the sentences of a gettext catalogue, without those that are empty or marked as unsure.

    Raises
    ------
    DataError
        For a line that is none of a catalogue.
    """
    found: dict[str, Sentence] = {}
    for entry in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name, unsure = "", False
        for line in entry.splitlines():
            if line.startswith("#"):
                unsure = unsure or (line.startswith("#,") and "fuzzy" in line)
                continue
            key, _, rest = line.rpartition(" ") if line.startswith('"') else line.partition(" ")
            quoted = line if line.startswith('"') else rest
            name = name if line.startswith('"') else key
            try:
                fields[name] = fields.get(name, "") + json.loads(quoted)
            except ValueError as error:
                raise DataError(f"{line!r} is no line of a gettext catalogue") from error
        forms = [fields[key] for key in sorted(fields) if key.startswith("msgstr")]
        if fields.get("msgid") and forms and all(forms) and not unsure:
            found[fields["msgid"]] = forms if "msgid_plural" in fields else forms[0]
    return found


def words(texts: Iterable[str], names: Iterable[str] = ()) -> dict[str, dict[str, Sentence]]:
    """Return language -> English -> sentence, of those languages that have all these texts.

    Names are said otherwise only where a language has them.
    """
    wanted = dict.fromkeys(filter(_LETTER.search, texts))
    found = {}
    for language in languages():
        known = sentences(language)
        if all(text in known for text in wanted):
            found[language] = {text: known[text] for text in (*wanted, *names) if known.get(text, text) != text}
    return found


def texts_of(card: Card, spec: Mapping[str, Any], scripted: Iterable[str], *, page: bool) -> Iterator[str]:
    """Yield all that an explorer says.

    Parameters
    ----------
    card : Card
        The explorer.
    spec : mapping
        What the browser is given of it.
    scripted : iterable of str
        What its scripts say.
    page : bool
        Whether it stands in a page of its own, which says more.
    """
    yield from scripted
    yield from shown(spec)
    yield from card.texts() if card.texts else ()
    for file in sorted((HOME / "explorers").glob("_*.py")):
        yield from said_in(file)
    for own in (HOME / "explorers" / f"{card.name}.py", *([HOME / "site" / "page.py"] if page else [])):
        if own.is_file():
            yield from said_in(own)


def shown(spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a card as the browser is given it."""
    parts = [spec[key] for key in ("title", "question", "note")]
    for dial in spec["dials"]:
        parts += [dial["label"], dial["help"], dial["unit"], *dial["words"]]
    parts += [table["asked"] for table in spec["tables"]]
    parts += [text for each in spec["challenges"] for text in (each["name"], each["words"])]
    parts += [spec["guess"][key] for key in ("prompt", "label", "unit")] if spec["guess"] else []
    parts += [spec["next"]["question"]] if spec["next"] else []
    for part in parts:
        yield from keys(part)


def keys(text: str) -> Iterator[str]:
    """Yield the keys of a text: itself, or its sentence and those of what stands in its places."""
    if not isinstance(text, Told):
        yield text
        return
    yield text.template
    for value in text.places.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Told):
                yield from keys(each)


@cache
def said_in(file: Path) -> tuple[str, ...]:
    """Return the sentences that a file of Python writes out."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return tuple(
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in SAYING
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )


def said_in_script(code: str) -> tuple[str, ...]:
    """Return the sentences that a script writes out; of two forms the first."""
    return tuple(dict.fromkeys(one for one, _ in plurals_in_script(code)))


def plurals_in_script(code: str) -> list[tuple[str, str]]:
    """Return (sentence, its form for many or nothing) for each call of a script that says something."""
    found = []
    for plain, one, many in _IN_SCRIPT.findall(code):
        found.append((json.loads(plain or one), json.loads(many) if many else ""))
    return found


def places_in(text: str) -> set[str]:
    """Return the names of a sentence's places."""
    return set(PLACE.findall(text))
