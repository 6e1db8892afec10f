"""Margins against class frequency, in one unit or in each paper's own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.losses import places as own_places

if TYPE_CHECKING:
    from ltviz.studies.margin_curve import MarginCurve

HEADS = (("cosine head: logits within ±s", True), ("linear head: no fixed scale", False))
UNITS = {"logit": "logit", "cosine": "cosine", "radian": "degrees"}
X = "training samples of the class (log scale)"


def margin_curve(result: MarginCurve, theme: Theme = LIGHT) -> go.Figure:
    """Return one panel per kind of head (unit "logit") or per loss (unit "paper"), and buttons for the other."""
    drawn = {"logit": _logits(result, theme), "paper": _each_unit(result, theme)}
    figure = drawn[result.unit]
    if theme.narrow:  # a paper's column has no buttons
        return figure
    size = theme.size
    low = max(each.layout.margin.b for each in drawn.values())
    for each in drawn.values():  # room for the buttons, which keep their place
        grow(each, bottom=low - each.layout.margin.b + 2.2 * size)
    menu = {
        "type": "buttons",
        "direction": "left",
        "active": list(drawn).index(result.unit),
        "buttons": [
            {"label": word, "method": "update", "args": _swap(drawn[unit], drawn)}
            for unit, word in (("logit", "logit"), ("paper", "paper's unit"))
        ],
        # plotly paints the active button almost white, whatever the theme: dark letters on a lighter or darker ground
        "bgcolor": "#9AA4B1",
        "bordercolor": theme.muted,
        "font": {"color": "#14181D", "size": size * 0.92},
        "x": 1,
        "xanchor": "right",
        "y": 0,
        "yanchor": "top",
        "pad": {"t": 3.8 * size, "r": 0, "b": 0, "l": 0},
    }
    height = max(each.layout.height for each in drawn.values())
    return figure.update_layout(height=height, updatemenus=[menu], legend=drawn["logit"].layout.legend)


def _swap(wanted: go.Figure, drawn: dict[str, go.Figure]) -> list[dict[str, Any]]:
    """Return what plotly changes to show one of the figures where another stands: of its traces, and of its layout."""
    traces = {
        key: [trace[key] if trace[key] is not None else other for trace in wanted.data]
        for key, other in (("y", None), ("xaxis", "x"), ("yaxis", "y"), ("showlegend", True))
    }
    layout = wanted.to_dict()["layout"]
    axes = {key for each in drawn.values() for key in each.to_dict()["layout"] if key[1:5] == "axis"}
    kept = {"title.text": layout["title"]["text"], "annotations": layout.get("annotations", [])}
    return [traces, {**kept, "margin": layout["margin"], **{key: layout.get(key) for key in sorted(axes)}}]


def _logits(result: MarginCurve, theme: Theme) -> go.Figure:
    x, order, where = _setting(result)
    figure = blank(
        theme,
        "A margin lowers the target's logit" + (", most for the rarest class" if result.counts.imbalance > 1 else ""),
        subtitle=where + ("; the two heights do not compare" if len(set(map(bool, result.scales))) > 1 else ""),
    )
    heads = [(word, fixed) for word, fixed in HEADS if fixed in map(bool, result.scales)]
    places = panels(
        figure,
        theme,
        [word for word, _ in heads],
        x=X if len(heads) == 1 or theme.narrow else "training samples (log scale)",
        y=["drop of the logit" if len(heads) > 1 else "drop of the target's logit"] * len(heads),
        horizontal_spacing=0.14,
    )
    place_of = {fixed: place for (_, fixed), place in zip(heads, places, strict=True)}
    own = own_places(result.losses)
    for i, name, scale, margins in zip(own, result.losses, result.scales, result.logits, strict=True):
        said = f"{name}, s = {scale:g}" if scale else name
        _curve(figure, theme, i, said, x, margins[order], **place_of[bool(scale)])
    figure.update_xaxes(log_axis(x))
    figure.update_yaxes(rangemode="tozero", nticks=6)
    return legend_foot(figure, theme)


def _setting(result: MarginCurve) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the classes' counts, the order of the classes, and where the sample lies."""
    degrees = math.degrees(result.angle)
    side = "right" if degrees < 45 else "wrong"
    where = f"sample {degrees:.3g}° from its class direction, {abs(90 - degrees):.3g}° from its rival's: {side} side"
    sizes = result.counts.values[result.counts.drawn]
    order = np.argsort(-sizes, kind="stable")
    return sizes[order], order, where


def _each_unit(result: MarginCurve, theme: Theme) -> go.Figure:
    x, order, where = _setting(result)
    figure = blank(theme, "The same margins, each in its paper's own unit", subtitle=where)
    names = [label(name, 60) for name in result.losses]
    columns = 1 if theme.narrow else min(2, len(names))
    places = panels(
        figure,
        theme,
        names,
        x="training samples (log scale)",
        y=[f"margin ({UNITS[unit]})" for unit in result.units],
        columns=columns,
        horizontal_spacing=0.16,
    )
    own = own_places(result.losses)
    for i, name, unit, margins, place in zip(own, result.losses, result.units, result.own, places, strict=True):
        values = np.degrees(margins) if unit == "radian" else margins
        _curve(figure, theme, i, name, x, values[order], showlegend=False, **place)
    figure.update_xaxes(log_axis(x))
    figure.update_yaxes(rangemode="tozero", nticks=5)
    return figure


def _curve(figure: go.Figure, theme: Theme, i: int, name: str, x: np.ndarray, y: np.ndarray, **more: object) -> None:
    markers = len(x) <= 60  # 1000 classes are a line
    figure.add_scatter(
        x=x,
        y=y,
        name=label(name, 60),
        mode="lines+markers" if markers else "lines",
        line=theme.losses.stroke(i),
        marker={"symbol": theme.losses.marker(i), "size": theme.dot, "color": theme.losses.colour(i)},
        hovertemplate="%{x} samples: %{y:.3g}<extra>%{fullData.name}</extra>",
        **more,
    )
