"""Figures with sliders: closed-form views along one to three of their controls, drawn by plotly.js."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ltviz import losses
from ltviz.core.params import Choice
from ltviz.explorers import Card, Dial, Table
from ltviz.views import VIEWS, compute, draw
from ltviz.web import LOOKS

RATIOS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
IMBALANCE = ("imbalance: most frequent / rarest", RATIOS)
WIDTH, PHONE = 800, 322  # as much as stands beside the controls on a laptop, and above them on a small phone

# view -> control -> label, and its stops where it is a number
PATHS: dict[str, dict[str, tuple[str, tuple[Any, ...]]]] = {
    "margin_curve": {"imbalance": IMBALANCE, "unit": ("unit", ())},
    "mm_margin": {"imbalance": IMBALANCE, "classes": ("classes", (2, 3, 4, 5, 6, 8))},
    "margin_surface": {"imbalance": ("largest ratio: most frequent / rarest", (2.0, 10.0, 30.0, 100.0, 300.0, 1000.0))},
    "weight_curve": {"imbalance": IMBALANCE, "profile": ("profile", ())},
    "loss_anatomy": {"loss": ("loss", ()), "imbalance": (IMBALANCE[0], (1.0, 10.0, 100.0, 1000.0))},
}
FIXED = {"margin_surface": {"resolution": 31}}  # a page stays below 6 MB


def title(name: str) -> str:
    """Return a view's name as a heading."""
    return name.replace("_", " ").capitalize().replace("Mm ", "MM ")


def card(name: str) -> Card:
    """Return a view as an explorer whose picture is its figure."""
    controls, dials = VIEWS[name].controls, {}
    for key, (label, stops) in PATHS[name].items():
        control = controls[key]
        if key == "loss":
            control = Choice(str(control.default), tuple(losses.names()), control.help)
        words = {word: _words(key, word) for word in control.options} if isinstance(control, Choice) else {}
        dials[key] = Dial(label, control, stops=stops, words=words)

    def figures(state: Mapping[str, Any]) -> dict[str, Any]:
        result = compute(name, **FIXED.get(name, {}), **{key: state[key] for key in dials})
        return {look: _drawn(name, result, look) for look in LOOKS}

    return Card(
        name=name,
        title=title(name),
        question=VIEWS[name].question,
        picture="figures",
        dials=dials,
        tables={"figures": Table(tuple(dials), figures)},
        view=name,
        still=dict,
        page=dict.fromkeys(dials),
    )


def _words(key: str, option: str) -> str:
    from ltviz.losses import LossSpec

    return LossSpec.of(option).title if key == "loss" else option.replace("_", " ")


def _drawn(name: str, result: Any, look: str) -> dict[str, Any]:
    """Return what plotly.js draws at each width, and its title as a caption below, which a phone can break."""
    widths = (WIDTH,) if look == "projector" else (WIDTH, PHONE)
    drawn = [json.loads(draw(name, result, theme=look, width=width).to_json()) for width in widths]
    return {"says": _caption(drawn[0]["layout"]["title"]["text"]), "figures": [_untitled(each) for each in drawn]}


def _untitled(figure: dict[str, Any]) -> dict[str, Any]:
    """Return a figure without its title and the title's room; without buttons too, a second and hidden state."""
    layout = figure["layout"]
    layout.pop("updatemenus", None)
    title = layout.pop("title")
    room = min(1.3 * title["font"]["size"] * (title["text"].count("<br>") + 1), layout["margin"]["t"])
    layout["margin"]["t"] -= room
    layout["height"] -= room
    return figure


def _caption(title: str) -> str:
    """Return a figure's title and subtitle as sentences."""
    from ltviz.figures.themes import unmarked

    parts = (unmarked(part) for part in title.split("</b>"))
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)
