"""The decision map drawn: points, regions, the learned boundaries and the two true ones."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, SIDES, Theme, blank, label
from ltviz.losses import places as places_of
from ltviz.losses import titled
from ltviz.studies.decision_map import DecisionMap

_NAMES = {
    "learned": "learned boundary",
    "bayes_training": "Bayes, training prior",
    "bayes_balanced": "Bayes, balanced classes",
    "positive": "margin of the right side alone",
    "negative": "margin of the wrong side alone",
    "ldam": "LDAM",
}


def decision_map(result: DecisionMap, theme: Theme = LIGHT) -> go.Figure:
    """Draw each loss's regions and boundary over the same points, in panels with linked axes."""
    names = [f"{label(titled(panel.loss), 34)}<br>{100 * panel.accuracy:.0f} % right" for panel in result.panels]
    title = (
        f"Where {label(titled(result.panels[0].loss))} draws the line"
        if len(names) == 1
        else "Where each loss draws the line"
    )
    across, up = (float(result.x[0]), float(result.x[-1])), (float(result.y[0]), float(result.y[-1]))
    figure = blank(theme, title, subtitle=result.caption)
    places = panels(
        figure,
        theme,
        names,
        x=f"x (σ = {result.sigma:.2g})",
        y="y (distance)",
        columns=1 if theme.narrow else 4,
        shape=0.95 * (up[1] - up[0]) / (across[1] - across[0]),
        shared_yaxes=True,
        horizontal_spacing=0.02,
    )
    for k, (panel, place) in enumerate(zip(result.panels, places, strict=True)):
        first = k == 0
        _regions(figure, theme, result, panel.regions, place)
        _points(figure, theme, result, first, place)
        for kind, pieces in (*result.bayes.items(), *panel.boundaries.items()):
            told = any(kind in before.boundaries for before in result.panels[:k])
            shown = first if kind in result.bayes else not told
            _boundary(figure, theme, kind, pieces, shown, place)
    figure.update_xaxes(range=across, matches="x", showgrid=False, constrain="domain", nticks=6 if theme.narrow else 0)
    figure.update_yaxes(range=up, showgrid=False, scaleanchor="x", constrain="domain", constraintoward="top")
    return legend_foot(figure, theme)


def _regions(figure: go.Figure, theme: Theme, result: DecisionMap, regions: np.ndarray, place: dict[str, int]) -> None:
    classes = len(result.counts)
    edges = np.linspace(0.0, 1.0, classes + 1)
    scale = [(float(edges[i + k]), theme.fill(i, 0.24)) for i in range(classes) for k in (0, 1)]
    figure.add_heatmap(
        x=result.x,
        y=result.y,
        z=regions,
        zmin=-0.5,
        zmax=classes - 0.5,
        colorscale=scale,
        showscale=False,
        hovertemplate="x %{x:.2f}, y %{y:.2f}: class %{z}<extra></extra>",
        **place,
    )


def _points(figure: go.Figure, theme: Theme, result: DecisionMap, first: bool, place: dict[str, int]) -> None:
    for i in result.counts.by_frequency.tolist():  # the rarest last, on top
        inside = result.labels == i
        many = result.counts[i] > 100
        figure.add_scatter(
            x=result.points[inside, 0],
            y=result.points[inside, 1],
            name=f"class {i} (n = {result.counts[i]})",
            legendgroup=f"class {i}",
            showlegend=first,
            mode="markers",
            marker={
                "symbol": theme.marker(i),
                "color": theme.colour(i),
                "size": theme.dot * (0.55 if many else 1.0),
                "opacity": 0.45 if many else 1.0,
                "line": {"color": theme.paper, "width": 0 if many else 1},
            },
            hovertemplate=f"class {i}: %{{x:.2f}}, %{{y:.2f}}<extra></extra>",
            **place,
        )


def _boundary(
    figure: go.Figure,
    theme: Theme,
    kind: str,
    pieces: tuple[np.ndarray, ...],
    shown: bool,
    place: dict[str, int],
) -> None:
    own, (ldam,) = theme.losses, places_of([_NAMES["ldam"]])
    colour, dash, width = {
        "learned": (theme.ink, "solid", 1.3),
        "bayes_training": (theme.ink, "dot", 0.9),
        "bayes_balanced": (theme.ink, "dash", 0.9),
        "positive": (theme.hues[SIDES["positive"]], "dashdot", 1.3),
        "negative": (theme.hues[SIDES["negative"]], "longdash", 1.3),
        "ldam": (own.colour(ldam), own.dash(ldam), 1.3),
    }[kind]
    x: list[float | None] = []
    y: list[float | None] = []
    for piece in pieces:
        x += [*piece[:, 0].tolist(), None]
        y += [*piece[:, 1].tolist(), None]
    figure.add_scatter(
        x=x or [None],
        y=y or [None],
        name=_NAMES[kind],
        legendgroup=kind,
        showlegend=shown,
        mode="lines",
        line={"color": colour, "dash": dash, "width": theme.line * width},
        hoverinfo="skip",
        **place,
    )
