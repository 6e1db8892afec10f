"""The front page: one explorer to drag at once, the way to a class, and the numbered path through all of them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from ltviz import __version__, web
from ltviz.explorers import Card
from ltviz.site.page import NO_SCRIPT, data, document, style

TITLE = "Why long-tailed losses work"
LEAD = "A few classes have thousands of images, most a handful: see what each loss does about it."
PATH = "Each page asks one question. It works without network, from a memory stick too, and its address keeps settings."

Opening = tuple[Card, dict[str, Any], dict[str, Any]]  # a card, its state and the entries that it can draw


def front(
    openings: Sequence[Opening], sliders: Sequence[Card], figures: int, theme: str, following: web.Following | None
) -> str:
    """Return the front page.

    Parameters
    ----------
    openings : sequence
        The explorers whose pages stand in ``explore/``, with what their pictures draw: the first one's whole page.
    sliders : sequence of Card
        The figures with sliders whose pages stand there.
    figures : int
        How many figures stand in ``figures/``.
    theme : str
        The look.
    following : Following, optional
        What the first explorer leads to.
    """
    cards = [
        {"spec": web.spec(card, state, theme, following=None if k else following), "entries": entries}
        for k, (card, state, entries) in enumerate(openings)
    ]
    for each in cards:
        each["spec"].pop("looks")
    content = web.pack({"looks": web.looks(), "theme": theme, "cards": cards})
    pictures = sorted({card.picture for card, _, _ in openings})
    steps = "".join(_step(card, "") for card in sliders)
    steps = "".join(_step(card, _place(card)) for card, _, _ in openings) + steps
    gallery = f'<a href="figures/index.html">All {figures} figures, with their numbers</a>' if figures else ""
    body = (
        f'<body>\n<header><div><p class="name">ltviz</p>\n<h1>{TITLE}</h1>\n<p>{LEAD}</p></div>\n'
        '<nav aria-label="Ways on"><a class="first" href="class.html">Take a class</a>\n'
        f'<a href="#path">Look around</a></nav></header>\n{NO_SCRIPT}<main>\n<div id="live"></div>\n'
        f'<section id="path" aria-labelledby="path-title"><h2 id="path-title">Look around</h2>\n<p>{PATH}</p>\n'
        f'<ol class="cards">\n{steps}</ol>\n<p class="gallery">{gallery}</p></section>\n</main>\n'
        f"<footer>ltviz {__version__}. Nothing on these pages asks the network.</footer>\n{data(content)}"
        f"<script>\n{web.script('front', pictures=pictures)}bootFront();\n</script>\n</body>\n"
    )
    return document("ltviz: why long-tailed losses work", style("front"), body)


def _place(card: Card) -> str:
    """Return where the small picture of an explorer goes: nobody can touch it."""
    return f'<div class="small" inert><div id="picture-{html.escape(card.name, quote=True)}"></div></div>\n'


def _step(card: Card, picture: str) -> str:
    name, title = html.escape(card.name, quote=True), html.escape(card.title)
    return (
        f'<li><article>{picture}<h3><a href="explore/{name}.html">{title}</a></h3>\n'
        f"<p>{html.escape(card.question)}</p></article></li>\n"
    )
