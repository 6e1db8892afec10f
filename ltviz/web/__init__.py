"""What explorers and static pages share: the browser's script and style, and the data in the form it reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from ltviz.core.errors import BadDeclaration
from ltviz.core.params import Choice, Flag, Param, Text
from ltviz.core.told import Told, spread
from ltviz.explorers import Card
from ltviz.figures.themes import DASHES, FREQUENT, MARKERS, MIDDLE, RARE, SIDES, THEMES, TURNS, Theme
from ltviz.losses import PLACES, LossSpec, names
from ltviz.web import catalogue
from ltviz.web.modules import bundle

PROJECTED = 22.0  # pixels: a page on a projector has fewer of them than a figure on a slide
EXPLORER = "application/vnd.ltviz.explorer+json"  # an output that says which explorer stands there, and how opened
LOOKS = ("light", "dark", "projector")
_HOME = resources.files("ltviz.web")
_WHOLE = 2**31 - 1
_KINDS = {"f": np.float32, "i": np.int32, "u": np.int32, "b": np.uint8}


@dataclass(frozen=True)
class Following:
    """What comes after an explorer.

    Parameters
    ----------
    name, question : str
        Of the explorer that follows.
    href : str
        Its page beside this one; empty where there is none.
    dials : tuple of str
        Those dials that it has too: it opens where they stand.
    """

    name: str
    question: str
    href: str = ""
    dials: tuple[str, ...] = ()


def picture_names() -> tuple[str, ...]:
    """Return the names of the pictures: the files of ``js/pictures``."""
    files = (_HOME / "js" / "pictures").iterdir()
    return tuple(sorted(file.name.removesuffix(".js") for file in files if file.name.endswith(".js")))


def script(*modules: str, pictures: Iterable[str]) -> str:
    """Return the browser's script: functions and classes in one scope, nothing draws by itself.

    Parameters
    ----------
    *modules : str
        Files of ``js`` without their ending; what they import comes with them.
    pictures : iterable of str
        What the explorers of this page draw.
    """
    return bundle([*(f"pictures/{name}" for name in pictures), *modules], _read)


def _read(name: str) -> str:
    try:
        return (_HOME / "js" / f"{name}.js").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        known = ", ".join(picture_names())
        raise BadDeclaration(f"there is no {name}.js in ltviz/web/js; its pictures are {known}") from error


def style() -> str:
    """Return the style sheet."""
    return (_HOME / "ltviz.css").read_text(encoding="utf-8")


def pack(tree: Any) -> tuple[Any, bytes]:
    """Split a tree into JSON and one buffer.

    An array becomes ``{"$": [kind, offset, shape]}``, kind ``f4``, ``i4`` or ``u1``; offsets are multiples of 4.
    """
    parts: list[bytes] = []
    places: dict[bytes, int] = {}
    size = 0

    def walk(node: Any) -> Any:
        nonlocal size
        if isinstance(node, Told):
            return walk(node.plain())
        if isinstance(node, np.ndarray):
            kind = np.uint8 if node.dtype == np.uint8 else _KINDS[node.dtype.kind]
            if kind is np.int32 and node.size and not -_WHOLE <= node.min() <= node.max() <= _WHOLE:
                return node.tolist()  # JavaScript's own numbers are exact to 2^53
            data = np.ascontiguousarray(node, kind).tobytes()
            data += b"\0" * (-len(data) % 4)
            if data not in places:  # what comes again is held once
                places[data] = size
                parts.append(data)
                size += len(data)
            return {"$": [np.dtype(kind).str[1:], places[data], list(node.shape)]}
        if isinstance(node, dict):
            return {str(key): walk(value) for key, value in node.items()}
        if isinstance(node, (list, tuple)):
            return [walk(value) for value in node]
        return node.item() if isinstance(node, np.generic) else node

    told = walk(tree)
    return told, b"".join(parts)


def looks() -> dict[str, dict[str, Any]]:
    """Return the figures' themes as the browser takes them."""
    names = ("ink", "paper", "muted", "grid", "palette", "hues", "guess", "size", "line", "dot")
    roles = {"frequent": FREQUENT, "middle": MIDDLE, "rare": RARE}
    shared = {"markers": MARKERS, "dashes": DASHES, "roles": roles, "sides": SIDES, "turns": TURNS}
    themes = {name: THEMES[name] for name in LOOKS}
    themes["projector"] = themes["projector"].sized(PROJECTED, themes["projector"].width)
    return {
        name: {key: getattr(theme, key) for key in names} | shared | {"losses": _strokes(theme.losses)}
        for name, theme in themes.items()
    }


def _strokes(look: Theme) -> list[dict[str, str]]:
    """Return colour, dash and marker of the losses in each of `ltviz.losses.places`, and of each one's second curve."""
    return [{"colour": look.colour(i), "dash": look.dash(i), "marker": look.marker(i)} for i in range(2 * PLACES)]


def spec(
    card: Card, state: dict[str, Any], theme: str = "auto", *, page: bool = False, following: Following | None = None
) -> dict[str, Any]:
    """Return a card as the browser takes it.

    Parameters
    ----------
    card, state
        As `Card.start` or `Card.fixed` gave them.
    theme : {"auto", "light", "dark", "projector"}
        The look at opening.
    page : bool
        Whether it stands in a page of its own, whose address keeps the state.
    following : Following, optional
        What its last line leads to.
    """
    given = described(card, state, theme, page=page, following=following)
    texts = catalogue.texts_of(card, given, _scripted(card.picture), page=page)
    return {**spread(given), "words": catalogue.words(texts, (LossSpec(name).title for name in names()))}


def described(
    card: Card, state: dict[str, Any], theme: str = "auto", *, page: bool = False, following: Following | None = None
) -> dict[str, Any]:
    """Return the same without words in other languages, its texts as Python has them."""
    return {
        "name": card.name,
        "title": card.title,
        "question": card.question,
        "note": card.note,
        "picture": card.picture,
        "dials": [_dial(name, card) for name in card.dials],
        "tables": [
            {"name": name, "keys": table.keys, "asked": table.asked, "kept": table.kept}
            for name, table in card.tables.items()
        ],
        "challenges": [vars(each) for each in card.challenges],
        "guess": None if card.guess is None else vars(card.guess),
        "state": state,
        "next": None if following is None else asdict(following),
        "theme": theme,
        "page": page,
        "looks": looks(),
    }


@cache
def _scripted(picture: str) -> tuple[str, ...]:
    """Return what the scripts of an explorer say: the same in a page, a notebook and a module."""
    return catalogue.said_in_script(script("page", "widget", "module", pictures=[picture]))


def _dial(name: str, card: Card) -> dict[str, Any]:
    dial = card.dials[name]
    control = dial.control
    values = dial.values
    plain = {Param: "number", Choice: "choice", Flag: "flag", Text: "text"}
    kind = getattr(control, "kind", "") or next(word for kinds, word in plain.items() if isinstance(control, kinds))
    return {
        "name": name,
        "label": dial.label,
        "help": control.help,
        "unit": getattr(control, "behind", getattr(control, "unit", "")),
        "kind": kind,
        "values": values,
        "words": [dial.words.get(value, str(value)) for value in values] if kind == "choice" else [],
        "live": dial.live,
        "when": {other: list(allowed) for other, allowed in dial.when.items()},
        "more": dial.more,
    }
