"""The page of one explorer: one file that holds all it needs, so that it works from a memory stick."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

from ltviz import __version__, web
from ltviz.core.files import to_json
from ltviz.course.public import addresses
from ltviz.course.public import page as place
from ltviz.explorers import Card
from ltviz.site.entries import Packed, encoded, opening, plain
from ltviz.web import catalogue

Words = dict[str, dict[str, catalogue.Sentence]]

# the browser itself refuses whatever would leave the machine
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src 'self' file: data: blob:; form-action 'none'; base-uri 'none'"
)
NO_SCRIPT = "<noscript><p>This page draws with JavaScript, which is switched off here.</p></noscript>\n"


def document(title: str, head: str, body: str) -> str:
    """Return a whole HTML document that may ask nothing of another machine."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{html.escape(title)}</title>\n<link rel="icon" href="data:,">\n{head}</head>\n{body}</html>\n'
    )


def said(text: str, element: str = "span", **attributes: str) -> str:
    """Return an element whose text a page says in the reader's language; see ``web/js/language.js``."""
    given = "".join(f' {name.rstrip("_")}="{html.escape(value, quote=True)}"' for name, value in attributes.items())
    return f"<{element}{given} data-say>{html.escape(text, quote=False)}</{element}>"


def landmark(label: str) -> str:
    """Return the attributes of a landmark's name, said in the reader's language too."""
    text = html.escape(label, quote=True)
    return f'aria-label="{text}" data-say-label="{text}"'


def words(script: str, texts: Iterable[str], beside: Words | None = None) -> str:
    """Return the block of a page's words in other languages.

    Parameters
    ----------
    script : str
        The page's; what it says is among them.
    texts : iterable of str
        What the page says besides.
    beside : dict, optional
        The words of an explorer on it: another language is offered where that one has it too.
    """
    own = catalogue.words([*catalogue.said_in_script(script), *texts])
    both = own if beside is None else {each: own[each] | beside[each] for each in own if each in beside}
    return block(both, "ltviz-words")


def block(told: dict[str, Any], name: str = "ltviz-spec") -> str:
    """Return JSON, a card's say, as a block of a page; nothing in it ends the block or starts another."""
    text = to_json(told).strip().replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>\n'


def data(content: Packed) -> str:
    """Return the block of a page's numbers."""
    return f'<script type="application/octet-stream" id="ltviz-data">{encoded(content)}</script>\n'


def first(content: Packed) -> str:
    """Return the block of the numbers with which a page opens: they are drawn before the others are read."""
    return f'<script type="application/octet-stream" id="ltviz-first">{plain(content)}</script>\n'


def style(name: str) -> str:
    """Return a style sheet of the site behind that of the explorers."""
    return f"<style>\n{web.style()}\n{sheet(name)}</style>\n"


def sheet(name: str) -> str:
    """Return a style sheet of the site."""
    return (resources.files("ltviz.site") / f"{name}.css").read_text(encoding="utf-8")


def icon(name: str) -> str:
    """Return the small drawing of an explorer, which gives no answer away; empty where there is none."""
    try:
        return resources.files("ltviz.site").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def explorer(card: Card, spec: dict[str, Any], packed: Packed, key: str, up: str = "") -> str:
    """Return the page.

    Parameters
    ----------
    card : Card
        As `Card.fixed` and then `Card.start` gave it.
    spec : dict
        As `ltviz.web.spec` gives it.
    packed : tuple
        Its entries.
    key : str
        What the entries were made from.
    up : str
        The way to the folder in which the reference stands; empty where it does not.
    """
    head = (
        f'<meta name="description" content="{html.escape(card.question, quote=True)}">\n'
        f'<meta name="ltviz-entries" content="{key}">\n'
        f"{style('page')}"
    )
    figure = f'<code id="ltviz-command">ltviz figure {html.escape(card.view)}</code>'
    body = (
        f"<body>\n<nav {landmark('Site')}>{said('All explorers', 'a', href='../index.html')}"
        f"{_reference(card.about if up else (), up)}"
        f"<details>{said('In JupyterLab, as a figure', 'summary')}<div>"
        f"<p>{said('In JupyterLab, with more controls:')} "
        f'<code>ltviz.explore("{html.escape(card.name)}")</code></p>\n'
        f"<p>{said('As a figure:')} {figure}</p>\n<p>ltviz {__version__}</p></div></details></nav>\n"
        f'<main id="ltviz"></main>\n{NO_SCRIPT}'
        f"{block(spec)}{first(opening(card, packed))}"
        f"<script>\n{web.script('page', pictures=[card.picture])}boot();\n</script>\n"
        f"{data(packed)}</body>\n"  # last: it is drawn before the browser has read them
    )
    return document(f"{card.title} - ltviz", head, body)


def _reference(names: Sequence[str], up: str) -> str:
    """Return links to the pages of public names."""
    known = addresses()
    links = ", ".join(f'<a href="{up}{known.get(name) or place(name)}">{name}</a>' for name in names)
    return f'<p class="about">{said("Reference:")} {links}</p>' if links else ""
