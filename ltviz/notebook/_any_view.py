"""A card for a view that is no explorer: its figure, drawn by Python, is the picture."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ltviz import views
from ltviz.explorers import Card, counting, of_view
from ltviz.figures.themes import label

WIDE = (320.0, 1400.0)  # pixels between which a figure follows its window


class Drawing:
    """The figure of a view, in the look and width of the browser that shows it.

    The last numbers are kept: another look or width computes nothing again.
    """

    def __init__(self, name: str, look: str) -> None:
        self.name = name
        self.look = look
        self.width = float(views.view(name).size[0])
        self._last: tuple[dict[str, Any], Any] = ({}, None)

    def __call__(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return the figure as plotly's JavaScript takes it, and the words that say what it shows."""
        full = views.state(self.name, counting(self.name, state))
        if self._last[0] != full:
            self._last = (full, views.compute(self.name, **full))
        width = min(max(self.width, WIDE[0]), WIDE[1])
        figure = views.draw(self.name, self._last[1], theme=self.look, width=width)
        figure.layout.updatemenus = ()  # its buttons are dials here
        told = {"figure": json.loads(figure.to_json()), "look": self.look, "width": self.width}
        return {**told, "says": self._says(figure, full)}

    def _says(self, figure: Any, full: Mapping[str, Any]) -> str:
        """Return the figure's title without its tags, and the settings that are not the view's own."""
        from ltviz.figures.themes import unmarked

        controls = views.view(self.name).controls
        lines = re.split("<br><span[^>]*>", figure.layout.title.text or views.view(self.name).question)
        words = (unmarked(line) for line in lines)
        title = ". ".join(line[:1].upper() + line[1:] for line in words)
        settings = ((key.replace("_", " "), value) for key, value in full.items() if value != controls[key].default)
        changed = [f"{word} {label(value, 60)}" for word, value in settings]
        return f"{title.rstrip('?.')}." + (f" Here with {', '.join(changed)}." if changed else "")


def card(drawing: Drawing) -> Card:
    """Return the card of a view, which takes keywords as `ltviz.show` takes them."""
    return of_view(drawing.name, "figure", drawing)
