"""The angles drawn: split violins for many, medium and few, one method on each side."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.studies.angle_histogram import AngleHistogram, Half

_REACH = 0.42  # half the width of a violin; groups stand 1 apart


def angle_histogram(result: AngleHistogram, theme: Theme = LIGHT) -> go.Figure:
    """Draw the angle to the own class's vector of each test image, with dashed quartiles."""
    left, right = (label(method) for method in result.methods)
    figure = blank(
        theme,
        f"Angle of test digits to their class's vector: {left} left, {right} right",
        x=f"groups: {label(result.rule, 70)}",
        y="angle to class vector (°)",
        subtitle=result.caption,
    )
    names = list(result.groups)
    for half in result.halves:
        first = half.group == result.halves[0].group
        _draw(figure, theme, result.methods.index(half.method), names.index(half.group), half, first)
    images = {half.group: half.images for half in result.halves}
    then = "<br>" if theme.narrow else ", "
    ticks = [
        f"{name}<br>{len(ids)} classes{then}n = {images[name]}" if len(ids) else f"{name}<br>no such classes"
        for name, ids in result.groups.items()
    ]
    figure.update_xaxes(
        tickvals=list(range(len(names))),
        ticktext=ticks,
        tickangle=0,
        range=[-0.55, len(names) - 0.45],
        showgrid=False,
    )
    figure.update_yaxes(rangemode="tozero")
    return grow(legend_foot(figure, theme), bottom=theme.size * (2.8 if theme.narrow else 1.4))


def _draw(figure: go.Figure, theme: Theme, k: int, position: int, half: Half, first: bool) -> None:
    name, sign = label(half.method), -1.0 if k == 0 else 1.0
    edge = position + sign * _REACH * half.density
    figure.add_scatter(
        x=np.concatenate([edge, [position, position], edge[:1]]),
        y=np.concatenate([half.degrees, half.degrees[[-1, 0, 0]]]),
        name=name,
        legendgroup=name,
        showlegend=first,
        mode="lines",
        fill="toself",
        fillcolor=theme.fill(k, 0.4),
        line={"color": theme.colour(k), "width": theme.line * 0.7},
        hoverinfo="skip",
    )
    for share, height in zip((25, 50, 75), half.quartiles.tolist()):
        reach = float(np.interp(height, half.degrees, half.density))
        figure.add_scatter(
            x=[position, position + sign * _REACH * reach],
            y=[height, height],
            mode="lines",
            line={"color": theme.ink, "dash": "dash", "width": theme.line * (1.0 if share == 50 else 0.6)},
            hovertemplate=f"{name}, {half.group}: {share} % below {height:.1f}°<extra></extra>",
            showlegend=False,
        )
