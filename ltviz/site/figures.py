"""Figures with sliders: closed-form views along one to three of their controls, drawn by plotly.js."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from ltviz import losses
from ltviz.core.params import Choice
from ltviz.views import VIEWS, compute, draw
from ltviz.views.cards import Card, Dial, Table
from ltviz.web import LOOKS

RATIOS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
WIDTH = 800  # as much as stands beside the controls on a laptop

# view -> control -> label, and its stops where it is a number
PATHS: dict[str, dict[str, tuple[str, tuple[Any, ...]]]] = {
    "class_counts": {"imbalance": ("imbalance n1 / nC", RATIOS), "profile": ("profile", ()), "groups": ("groups", ())},
    "margin_curve": {"imbalance": ("imbalance n1 / nC", RATIOS), "unit": ("unit", ())},
    "mm_margin": {"imbalance": ("imbalance n1 / nC", RATIOS), "classes": ("classes", (2, 3, 4, 5, 6, 8))},
    "margin_surface": {"imbalance": ("largest ratio n1 / nC", (2.0, 10.0, 30.0, 100.0, 300.0, 1000.0))},
    "weight_curve": {"imbalance": ("imbalance n1 / nC", RATIOS), "profile": ("profile", ())},
    "loss_anatomy": {"loss": ("loss", ()), "imbalance": ("imbalance n1 / nC", (1.0, 10.0, 100.0, 1000.0))},
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
    from ltviz.studies._sample import in_words

    return in_words(option) if key == "loss" else option.replace("_", " ")


def _drawn(name: str, result: Any, look: str) -> dict[str, Any]:
    """Return what plotly.js draws, and what it says; buttons would be a second, hidden state."""
    content = json.loads(draw(name, result, theme=look, width=WIDTH).to_json())
    content["layout"].pop("updatemenus", None)
    says = html.unescape(re.sub("<[^>]*>", " ", content["layout"]["title"]["text"].replace("</b>", ". ")))
    return {"figure": content, "says": " ".join(says.split())}
