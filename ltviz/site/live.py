"""Explorers in the text of a page: each with the dials of its own page, opened as the text says."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ltviz import web
from ltviz.explorers import CARDS, Card
from ltviz.site import codes
from ltviz.site.entries import Packed, encoded, entries, entries_key, kept
from ltviz.site.page import block

NUMBERS = "ltviz-data-{}"


class Explorers:
    """The explorers of one page, in the order in which its text asks for them.

    Parameters
    ----------
    out : Path
        The site's folder: numbers that a page of it holds already are not computed again.
    own : Path
        This page, as it may stand there from before.
    theme : str
        The look at opening.
    """

    def __init__(self, out: Path, own: Path, theme: str = "auto") -> None:
        self._out, self._own, self._theme = out, own, theme
        self._specs: list[dict[str, Any]] = []
        self._numbers: list[tuple[str, Packed]] = []

    def asks(self, told: Mapping[str, Any]) -> bool:
        """Whether an explorer asks for a guess itself."""
        return CARDS[told["name"]].start(told["given"])[0].guess is not None

    def html(self, told: Mapping[str, Any], picture: str) -> str:
        """Return the place of an explorer; the picture stands there until it is near."""
        card, state = opened(told["name"], told["given"])
        key = entries_key(card)
        content = kept(self._out / "explore" / f"{card.name}.html", key) or kept(self._own, key) or _made(card)
        spec = web.spec(card, state, self._theme)
        spec.pop("looks")
        spec["words"] = {}  # the text around it is English
        if spec["guess"]:
            spec["guess"] = {**spec["guess"], "codes": codes.told(card.name, "../pulse.html")}
        self._specs.append(spec)
        self._numbers.append((key, content))
        at, title = len(self._specs) - 1, html.escape(card.title, quote=True)
        return f'<div class="live" data-explorer="{at}" aria-label="{title}" role="group">{picture}</div>'

    @property
    def pictures(self) -> list[str]:
        """What they draw."""
        return sorted({spec["picture"] for spec in self._specs})

    def blocks(self) -> str:
        """Return the blocks of a page that its script reads."""
        blocks = [block({"looks": web.looks(), "theme": self._theme, "explorers": self._specs}, "ltviz-live")]
        blocks += [
            f'<script type="application/octet-stream" id="{NUMBERS.format(at)}" data-key="{key}">{encoded(content)}'
            "</script>\n"
            for at, (key, content) in enumerate(self._numbers)
        ]
        return "".join(blocks)


def opened(name: str, given: Mapping[str, Any]) -> tuple[Card, dict[str, Any]]:
    """Return an explorer's card with the dials of its page, and the state in which these keywords open it."""
    usual = CARDS[name].start()[1]
    card, full = CARDS[name].start(given)
    page = {
        dial: _with(stops, full[dial]) if stops and full[dial] != usual.get(dial) else stops
        for dial, stops in card.page.items()
        if dial in card.dials
    }
    return replace(card, page=page, reads=None).fixed(full).start()


def _with(stops: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """Return stops with one more: numbers in order, others at the end."""
    if value in stops:
        return stops
    return tuple(sorted((*stops, value))) if isinstance(value, float | int) else (*stops, value)


def _made(card: Card) -> Packed:
    return web.pack(entries(card))
