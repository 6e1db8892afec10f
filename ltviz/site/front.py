"""The front page: one explorer to drag at once, the way to a class, and the path through all of them."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ltviz import __version__, web
from ltviz.core.told import told
from ltviz.explorers import Card
from ltviz.site.entries import Packed
from ltviz.site.lecture import STEPS, colours
from ltviz.site.page import NO_SCRIPT, data, document, icon, landmark, said, sheet, style, words
from ltviz.web import catalogue

TITLE = told("Why long-tailed losses work")
LEAD = told("A few classes have thousands of images, most a handful: see what each loss does about it.")
BOUND = told(
    "Where should the line between two such classes stand? An error bound is what theory allows at most for mistakes "
    "on new images, both classes together."
)
PATH = told(
    "Each page asks one question. It works without network, from a memory stick too, and its address keeps settings."
)
LESSON = told("First the five questions of the lesson, a minute each.")
LESSONS = told("One idea each, to read or to teach: pictures to drag, questions first, exercises at the end.")
MORE = told("Then one idea at a time")

Live = tuple[dict[str, Any], Packed]  # a card as the browser takes it, and what its page holds


def front(
    cards: Mapping[str, Card],
    live: Live | None,
    figures: int,
    theme: str,
    lessons: Mapping[str, str] | None = None,
    reference: str = "",
) -> str:
    """Return the front page.

    Parameters
    ----------
    cards : mapping
        The explorers whose pages stand in ``explore/``, in the order of the path.
    live : tuple, optional
        The one that can be moved here.
    figures : int
        How many figures stand in ``figures/``.
    theme : str
        The look.
    lessons : mapping, optional
        Name -> the way to a lesson's page.
    reference : str
        The way to the reference, where it stands.
    """
    spec, (tree, buffer) = live or (None, ({}, b""))
    of_live = spec["words"] if spec else None
    spec = spec and {**spec, "words": {}}  # its page has them
    content = ({"looks": web.looks(), "theme": theme, "spec": spec, "entries": tree}, buffer)
    lesson = [step.explorer for step in STEPS]
    first = [card for name, card in cards.items() if name in lesson]
    others = [card for name, card in cards.items() if name not in lesson]
    more = f"{said(MORE, 'h3', class_='part')}\n" if first and others else ""
    gallery = said("All figures, with their numbers", "a", href="figures/index.html") if figures else ""
    ways = "".join(
        f'<li><a href="{html.escape(way, quote=True)}">{html.escape(name)}</a></li>'
        for name, way in (lessons or {}).items()
    )
    read = (
        f'{said("Lessons", "h2", id="lessons")}\n{said(LESSONS, "p")}\n<ol class="lessons">{ways}</ol>\n'
        if ways
        else ""
    )
    known = f"{said('Reference of the functions', 'a', href=reference)}. " if reference else ""
    script = web.script("front", pictures=[spec["picture"]] if spec else [])
    bridge = f"{said(BOUND, 'p', class_='bridge')}\n" if live else ""
    asked = (text for card in cards.values() for text in (card.title, card.question))
    own = words(script, [*catalogue.said_in(Path(__file__)), *asked], of_live)
    body = (
        f'<body>\n<header><div><p class="name">ltviz</p>\n{said(TITLE, "h1")}\n{said(LEAD, "p")}</div>\n'
        f"<nav {landmark('Ways on')}>"
        f"{said('Take a lesson of five minutes', 'a', class_='first', href='class.html')}\n"
        f"{said('Look around', 'a', href='#path')}</nav></header>\n{NO_SCRIPT}<main>\n"
        f'{bridge}<div id="live"></div>\n'
        f'<section id="path" aria-labelledby="path-title">{said("Look around", "h2", id="path-title")}\n'
        f"<p>{said(PATH)} {said(LESSON) if first else ''}</p>\n{_list(first)}{more}{_list(others)}"
        f'<p class="gallery">{gallery}</p>{read}</section>\n</main>\n'
        f"<footer>{known}ltviz {__version__}. {said('Nothing on these pages asks the network.')}</footer>\n"
        f"{data(content)}{own}<script>\n{script}bootFront();\n</script>\n</body>\n"
    )
    head = f"{style('front')}<style>\n{colours(theme)}\n{sheet('icon')}</style>\n"
    return document(told("ltviz: why long-tailed losses work"), head, body)


def _list(cards: Sequence[Card]) -> str:
    return f'<ol class="cards">\n{"".join(map(_step, cards))}</ol>\n' if cards else ""


def _step(card: Card) -> str:
    """Return an explorer on the path: all of it is the link's target."""
    return (
        f'<li><article><div class="icon">{icon(card.name)}</div><div>\n'
        f"<h3>{said(card.title, 'a', href=f'explore/{card.name}.html')}</h3>\n"
        f"{said(card.question, 'p')}</div></article></li>\n"
    )
