"""Extract the catalogue anew: ``python -m ltviz.web.extract``, or ``make catalogue``.

``ltviz.pot`` gets every sentence of the pages; each language's file keeps what it has, and gets what is new, empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ltviz.core.errors import MissingExtra
from ltviz.core.fresh import HOME
from ltviz.web import catalogue, described

FOLDER = HOME / "web" / catalogue.LOCALE
WIDTH = 110
HEADER = (  # without dates, which would change with every run
    'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: {plurals}\\n"\n\n'
)


@dataclass(frozen=True)
class Message:
    """A sentence, its form for many where a number counts, and the file that says it."""

    text: str
    many: str
    file: str


def messages() -> list[Message]:
    """Return every sentence of the pages, in the order in which files say them; each once for each of its files."""
    found = dict.fromkeys([*_in_scripts(), *_in_python(), *_in_cards()])
    return [each for each in found if any(letter.isascii() and letter.isalpha() for letter in each.text)]


def _in_scripts() -> Iterator[Message]:
    for file in sorted((HOME / "web" / "js").rglob("*.js")):
        for one, many in catalogue.plurals_in_script(file.read_text(encoding="utf-8")):
            yield Message(one, many, _named(file))


def _in_python() -> Iterator[Message]:
    for folder in ("explorers", "site"):
        for file in sorted((HOME / folder).glob("*.py")):
            yield from (Message(text, "", _named(file)) for text in catalogue.said_in(file))


def _in_cards() -> Iterator[Message]:
    from ltviz.explorers import CARDS

    for name, card in CARDS.items():
        full, state = card.start()
        texts: Iterable[str] = [*catalogue.shown(described(full, state)), *(card.texts() if card.texts else ())]
        yield from (Message(text, "", f"ltviz/explorers/{name}.py") for text in texts)


def _named(file: Path) -> str:
    return file.relative_to(HOME.parent).as_posix()


def template() -> bytes:
    """Return the text of ``ltviz.pot``.

    Raises
    ------
    MissingExtra
        Where there is no Babel.
    """
    return _written(_template())


def _template():  # type: ignore[no-untyped-def]  # Babel's own class, of the development extra
    Catalog, _ = _babel()
    made = Catalog(project="ltviz", fuzzy=False)
    for each in messages():
        made.add((each.text, each.many) if each.many else each.text, locations=[(each.file, None)])
    return made


def update() -> list[Path]:
    """Write ``ltviz.pot`` and bring the files of all languages up to it; return what was written."""
    _, pofile = _babel()
    new = _template()
    written = [FOLDER / "ltviz.pot"]
    written[0].write_bytes(_written(new))
    for language in catalogue.languages():
        file = FOLDER / f"{language}.po"
        with file.open("rb") as opened:
            known = pofile.read_po(opened, locale=language)
        known.update(new, no_fuzzy_matching=True, update_header_comment=False)
        known.obsolete.clear()
        header = HEADER.format(language=language, plurals=known.plural_forms)
        file.write_bytes(header.encode() + _written(known))
        written.append(file)
    return written


def _written(made: object) -> bytes:
    _, pofile = _babel()
    out = BytesIO()
    pofile.write_po(out, made, width=WIDTH, omit_header=True, include_lineno=False, sort_by_file=False)
    return out.getvalue()


def _babel():  # type: ignore[no-untyped-def]
    try:
        from babel.messages import pofile
        from babel.messages.catalog import Catalog
    except ImportError as error:
        raise MissingExtra("the catalogue needs Babel: pip install babel") from error
    return Catalog, pofile


if __name__ == "__main__":
    update()
