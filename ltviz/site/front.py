"""The front page: each explorer with the picture that it opens with, and the figures."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from ltviz import __version__, web
from ltviz.explorers import Card
from ltviz.figures.index import Entry
from ltviz.site.page import NO_SCRIPT, data, document, style

TITLE = "Why long-tailed losses work"
LEAD = (
    "When a few classes have thousands of training images and most have a handful, plain cross-entropy bets on the "
    "frequent ones. Dozens of losses answer with margins, weights and priors. Here is what each of them does to the "
    "decision boundary, on problems where the right answer is known."
)
EXPLORERS = (
    "Drag a slider; whatever is drawn was computed at that setting, nothing is interpolated. Each page is one file: "
    "it works from a memory stick, without network, and its address keeps the settings: a link leads back to them."
)
FIGURES = "Each figure answers one question; the numbers that it shows stand beside it."

Opening = tuple[Card, dict[str, Any], dict[str, Any]]  # a card, its state and its entries at opening


def front(openings: Sequence[Opening], figures: Sequence[Entry], theme: str) -> str:
    """Return the front page.

    Parameters
    ----------
    openings : sequence
        The explorers whose pages stand in ``explore/``, with what their pictures draw at opening.
    figures : sequence of Entry
        What stands in ``figures/``.
    theme : str
        The look.
    """
    cards = [{"spec": web.spec(card, state, theme), "entries": entries} for card, state, entries in openings]
    for each in cards:
        each["spec"].pop("looks")
    content = web.pack({"looks": web.looks(), "theme": theme, "cards": cards})
    sections = [
        each
        for each in (
            ("Explorers", EXPLORERS, [_explorer(card) for card, _, _ in openings]),
            ("Figures", FIGURES, [_figure(entry, theme) for entry in figures]),
        )
        if each[2]
    ]
    pictures = sorted({card.picture for card, _, _ in openings})
    links = " ".join(f'<a href="#{title.lower()}">{title}</a>' for title, _, _ in sections)
    body = (
        f'<body>\n<header><p class="name">ltviz</p>\n<h1>{TITLE}</h1>\n<p>{LEAD}</p>\n'
        f'<nav aria-label="Sections">{links}</nav></header>\n{NO_SCRIPT}'
        f"<main>\n{''.join(_section(*each) for each in sections)}</main>\n"
        f"<footer>ltviz {__version__}. Nothing on these pages asks the network.</footer>\n{data(content)}"
        f"<script>\n{web.script('front', pictures=pictures)}bootFront();\n</script>\n</body>\n"
    )
    return document("ltviz: why long-tailed losses work", style("front"), body)


def _section(title: str, text: str, articles: Sequence[str]) -> str:
    name = title.lower()
    return (
        f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>\n<p>{text}</p>\n'
        f'<div class="cards {name}">\n{"".join(articles)}</div></section>\n'
    )


def _explorer(card: Card) -> str:
    name = html.escape(card.name, quote=True)
    picture = f'<div class="small" inert><div id="picture-{name}"></div></div>'
    return f"<article>{picture}\n<div>{_heading(card)}</div></article>\n"


def _heading(card: Card) -> str:
    name = html.escape(card.name, quote=True)
    return (
        f'<h3><a href="explore/{name}.html">{html.escape(card.title)}</a></h3>\n<p>{html.escape(card.question)}</p>\n'
    )


def _figure(entry: Entry, theme: str) -> str:
    files = {kind: html.escape(f"figures/{path}", quote=True) for kind, path in entry.files.items()}
    name, size = html.escape(entry.name, quote=True), f'width="{entry.size[0]}" height="{entry.size[1]}"'
    still = files.get("svg") or files.get("png")
    picture = f'<img src="{still}" alt="" {size} loading="lazy">' if still else ""
    if theme == "auto" and "svg" in files and "dark" in files:
        source = f'<source srcset="{files["dark"]}" media="(prefers-color-scheme: dark)">'
        picture = f"<picture>{source}{picture}</picture>"
    links = [(files[kind], word) for kind, word in (("html", "interactive"), ("json", "numbers")) if kind in files]
    named = " ".join(f'<a href="{path}" aria-label="{name}: {word}">{word}</a>' for path, word in links)
    title = html.escape(entry.name.replace("_", " ").capitalize().replace("Mm ", "MM "))
    return (
        f"<article>{picture}\n<h3>{title}</h3>\n<p>{html.escape(entry.caption)}</p>\n"
        f'<div class="links">{named}</div></article>\n'
    )
