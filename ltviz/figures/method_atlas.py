"""The atlas of methods drawn: frequent against rare accuracy, a colour and a marker for each family."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import capital, legend_foot
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.methods import titled
from ltviz.studies.method_atlas import MethodAtlas, Place

_SIDES = ("top center", "bottom center", "middle right", "middle left")


def method_atlas(result: MethodAtlas, theme: Theme = LIGHT) -> go.Figure:
    """Draw each method as a point with the ellipse of one standard error of its mean over seeds."""
    n = sorted({each.seeds for each in result.places})
    seeds = f"n = {n[0]}" if n[0] == n[-1] else f"n = {n[0]} to {n[-1]}"
    figure = blank(
        theme,
        f"What do methods gain on rare classes, and lose on frequent ones? {capital(label(result.data, 120))}",
        x="test accuracy of frequent classes (%)",
        y="test accuracy of rare classes (%)",
        subtitle=f"{result.caption} Ellipses: one standard error of the mean over {seeds} seeds.",
    )
    grow(figure, plots=theme.size * (14 if theme.narrow else 16))
    for i, family in enumerate(result.families):
        own = [each for each in result.places if each.family == family]
        for each in own:
            x, y = _ellipse(each)
            figure.add_scatter(
                x=x,
                y=y,
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=theme.fill(i, 0.18),
                showlegend=False,
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=[each.thirds[0] for each in own],
            y=[each.thirds[2] for each in own],
            mode="markers",
            marker={"symbol": theme.marker(i), "size": theme.dot * 1.4, "color": theme.colour(i)},
            name=label(family),
            customdata=[[label(titled(each.method)), each.balanced.mean] for each in own],
            hovertemplate="%{customdata[0]}: frequent %{x:.1f} %, rare %{y:.1f} %, all %{customdata[1]:.1f} %"
            "<extra></extra>",
        )
    _name(figure, theme, result)
    return legend_foot(figure, theme)


def _ellipse(place: Place) -> tuple[np.ndarray, np.ndarray]:
    """Return the outline of one standard error."""
    values, axes = np.linalg.eigh(place.ellipse)
    turn = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    x, y = (axes * np.sqrt(np.maximum(values, 0))) @ circle
    return place.thirds[0] + x, place.thirds[2] + y


def _name(figure: go.Figure, theme: Theme, result: MethodAtlas) -> None:
    """Name the points, each where the names before it leave room; those without room are named on hover alone."""
    x = np.array([each.thirds[0] for each in result.places])
    y = np.array([each.thirds[2] for each in result.places])
    layout, margin = figure.layout, figure.layout.margin
    plot = np.array([theme.width - margin.l - margin.r, layout.height - margin.t - margin.b])
    low = np.array([x.min(), y.min()])
    span = np.maximum(np.array([x.max(), y.max()]) - low, 1.0) * 1.2
    points = (np.stack([x, y], axis=1) - low + span / 12) / span * plot  # pixels, from below
    taken = [(px - theme.dot, py - theme.dot, px + theme.dot, py + theme.dot) for px, py in points.tolist()]
    for k, each in enumerate(result.places):
        text = label(titled(each.method), 30)
        size = (0.6 * theme.size * 0.85 * len(text), 1.3 * theme.size)
        for side in _SIDES:
            box = _box(points[k], size, side, theme.dot)
            inside = box[0] >= 0 and box[2] <= plot[0]
            others = taken[:k] + taken[k + 1 :]
            if inside and not any(_meet(box, other) for other in others):
                taken.append(box)
                figure.add_scatter(
                    x=[x[k]],
                    y=[y[k]],
                    mode="markers+text",
                    marker={"size": theme.dot * 1.4, "opacity": 0},  # the text stands clear of it
                    text=[text],
                    textposition=side,
                    textfont={"size": theme.size * 0.85, "color": theme.ink},
                    showlegend=False,
                    hoverinfo="skip",
                )
                break
    figure.update_xaxes(range=[low[0] - span[0] / 12, low[0] + span[0] * 11 / 12])
    figure.update_yaxes(range=[low[1] - span[1] / 12, low[1] + span[1] * 11 / 12])


Box = tuple[float, float, float, float]


def _box(point: np.ndarray, size: tuple[float, float], side: str, away: float) -> Box:
    x, y = point.tolist()
    wide, high = size
    if side.startswith("middle"):
        left = x + away if side.endswith("right") else x - away - wide
        return left, y - high / 2, left + wide, y + high / 2
    low = y + away if side.startswith("top") else y - away - high
    return x - wide / 2, low, x + wide / 2, low + high


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
