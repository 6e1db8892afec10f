"""The two margins of one sample, drawn: its distance in the plane beside the gap of its logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import FREQUENT, INK, LIGHT, RARE, Theme, blank, label
from ltviz.losses import places, titled

if TYPE_CHECKING:
    from ltviz.studies.margin_spaces import MarginSpaces

_KINDS = ("without margin", "with margin")
_DASHES = ("dot", "solid")


def margin_spaces(result: MarginSpaces, theme: Theme = LIGHT) -> go.Figure:
    """Draw the points with both boundaries and the sample's distances, and beside them its logit gaps."""
    name = titled(result.loss)
    figure = blank(theme, f"One sample, two margins: {label(name)}", subtitle=result.caption)
    plane, gaps = panels(
        figure,
        theme,
        ["Input space: distance", "Label space: gap of the logits"],
        x=["x (σ)", "own logit minus the other one"],
        y=["y (σ)", ""],
        horizontal_spacing=0.2,
        column_widths=None if theme.narrow else [0.52, 0.48],
    )
    strokes = [
        {"color": theme.colour(INK), "width": theme.line},
        theme.losses.stroke(places([name])[0], width=1.3 * theme.line),
    ]
    _points(figure, theme, result, plane)
    far = 40 * result.sigma
    for k, kind in enumerate(_KINDS):
        nx, ny = result.normal[k]
        foot, along = result.foot[k] / result.sigma, far * np.array([-ny, nx])
        ends = np.stack([foot - along, foot + along])
        stroke = {**strokes[k], "dash": _DASHES[k]}
        figure.add_scatter(
            x=ends[:, 0], y=ends[:, 1], name=f"boundary {kind}", mode="lines", line=stroke, hoverinfo="skip", **plane
        )
        _distance(figure, theme, result, k, stroke, plane)
    across = result.points / result.sigma
    low, high = across.min(axis=0) - 0.5, across.max(axis=0) + 0.5
    figure.update_xaxes(range=[low[0], high[0]], constrain="domain", **plane)
    figure.update_yaxes(range=[low[1], high[1]], scaleanchor="x", constrain="domain", **plane)
    seen = result.gap - result.margin
    for values, title, pattern, colour in (
        (result.gap, "gap of the logits", "", theme.fill(RARE, 0.75)),
        (seen, "what the loss counts: gap minus margin", "/", theme.fill(INK, 0.45)),
    ):
        figure.add_bar(
            x=values,
            y=list(_KINDS),
            name=title,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"{value:.1f}".replace("-", "\u2212") for value in values],
            textposition="outside",
            textfont={"color": theme.ink},
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.2f}<extra>%{fullData.name}</extra>",
            **gaps,
        )
    least, most = min(0.0, *result.gap, *seen), max(0.0, *result.gap, *seen)
    room = 0.14 * (most - least)
    figure.update_xaxes(range=[least - room * (least < 0), most + room], **gaps)
    figure.add_vline(x=0.0, line={"color": theme.muted, "width": theme.line * 0.6}, **gaps)
    figure.update_yaxes(autorange="reversed", **gaps)
    figure.update_layout(bargap=0.3, barmode="group")
    return legend_foot(figure, theme)


def _distance(
    figure: go.Figure, theme: Theme, result: MarginSpaces, k: int, stroke: dict[str, Any], place: dict[str, int]
) -> None:
    """Draw one distance as a measure beside the sample: both lie along almost the same line."""
    normal = result.normal[k]
    aside = (0.35 if k else -0.35) * np.array([-normal[1], normal[0]])
    start, end = (each / result.sigma + aside for each in (result.sample, result.foot[k]))
    figure.add_scatter(
        x=[start[0], end[0]],
        y=[start[1], end[1]],
        mode="lines+markers",
        marker={"symbol": "line-ns-open", "size": 1.6 * theme.dot, "color": stroke["color"]},
        line={"color": stroke["color"], "width": theme.line},
        showlegend=False,
        hovertemplate=f"{_KINDS[k]}: {result.distance[k]:.2f} σ<extra></extra>",
        **place,
    )
    figure.add_annotation(
        x=(start[0] + end[0]) / 2,
        y=(start[1] + end[1]) / 2,
        yshift=(1 if k else -1) * 0.8 * theme.size,
        text=f"{result.distance[k]:.2f} σ".replace("-", "\u2212"),
        font={"color": stroke["color"]},
        bgcolor=theme.paper,
        opacity=0.9,
        **place,
    )


def _points(figure: go.Figure, theme: Theme, result: MarginSpaces, place: dict[str, int]) -> None:
    many, few = (int(each) for each in result.counts.by_frequency)
    for i, c, kind in ((FREQUENT, many, "frequent"), (RARE, few, "rare")):
        own = result.points[result.labels == c] / result.sigma
        crowd = len(own) > 100
        figure.add_scatter(
            x=own[:, 0],
            y=own[:, 1],
            name=f"{kind} class (n = {len(own)})",
            mode="markers",
            marker={
                "symbol": theme.marker(i),
                "color": theme.colour(i),
                "size": theme.dot * (0.55 if crowd else 1.0),
                "opacity": 0.45 if crowd else 1.0,
            },
            hovertemplate="%{x:.2f}, %{y:.2f}<extra>%{fullData.name}</extra>",
            **place,
        )
    figure.add_scatter(
        x=[result.sample[0] / result.sigma],
        y=[result.sample[1] / result.sigma],
        name="the sample",
        mode="markers",
        marker={
            "symbol": f"{theme.marker(RARE)}-open",
            "color": theme.ink,
            "size": 2.2 * theme.dot,
            "line": {"color": theme.ink, "width": theme.line},
        },
        hoverinfo="skip",
        **place,
    )
