"""Margins against class frequency, in one unit or in each paper's own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, label

if TYPE_CHECKING:
    from ltviz.studies.margin_curve import MarginCurve

UNITS = {"logit": "logit", "cosine": "cosine", "radian": "degrees"}
X = "training samples of the class (log scale)"


def margin_curve(result: MarginCurve, theme: Theme = LIGHT) -> go.Figure:
    """Return curves in one plot (unit "logit"), or one panel per loss (unit "paper")."""
    degrees = math.degrees(result.angle)
    side = "right" if degrees < 45 else "wrong"
    where = f"sample {degrees:.3g}° from its class direction, {abs(90 - degrees):.3g}° from its rival's: {side} side"
    order = result.counts.by_frequency
    x = result.counts.values[order]
    if result.unit == "paper":
        return _each_unit(result, theme, x, order, where)
    figure = blank(
        theme,
        "A margin lowers the target's logit" + (", most for the rarest class" if result.counts.imbalance > 1 else ""),
        subtitle=where,
        x=X,
        y="drop of the target's logit",
    )
    for i, (name, margins) in enumerate(zip(result.losses, result.margins, strict=True)):
        _curve(figure, theme, i, name, x, margins[order])
    figure.update_xaxes(log_axis(x))
    figure.update_yaxes(rangemode="tozero")
    return legend_foot(figure, theme)


def _each_unit(result: MarginCurve, theme: Theme, x: np.ndarray, order: np.ndarray, where: str) -> go.Figure:
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
    for i, (name, unit, margins) in enumerate(zip(result.losses, result.units, result.margins, strict=True)):
        values = np.degrees(margins) if unit == "radian" else margins
        _curve(figure, theme, i, name, x, values[order], showlegend=False, **places[i])
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
        line=theme.stroke(i),
        marker={"symbol": theme.marker(i), "size": theme.dot, "color": theme.colour(i)},
        hovertemplate="%{x} samples: %{y:.3g}<extra>%{fullData.name}</extra>",
        **more,
    )
