"""Pieces that several figures share: panels side by side, bands over seeds, a legend below everything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ltviz.figures.themes import Theme, grow, label


def capital(text: str) -> str:
    """Return text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def panels(
    figure: go.Figure,
    theme: Theme,
    titles: Sequence[str],
    *,
    x: Sequence[str] | str,
    y: Sequence[str] | str,
    columns: int | None = None,
    shape: float = 0.0,
    **more: Any,
) -> list[dict[str, int]]:
    """Divide a blank figure into panels, row by row, each with its title and axis titles.

    Parameters
    ----------
    figure : plotly Figure
        From `themes.blank`.
    theme : Theme
        The look.
    titles : sequence of str
        One per panel.
    x, y : str or sequence of str
        Axis titles of each panel; a single text stands below the last row, and left of the first column.
    columns : int, optional
        Panels side by side; by default all of them, or one where the figure is narrow.
    shape : float
        Height of a plot over its width, where its content has one.
    **more
        For `make_subplots`.

    Returns
    -------
    list of dict
        Row and column of each panel, as plotly's functions take them.
    """
    n = len(titles)
    columns = min(n, columns or (1 if theme.narrow else n))
    rows = -(-n // columns)
    below = [x if k >= n - columns else "" for k in range(n)] if isinstance(x, str) else list(x)
    left = [y if k % columns == 0 else "" for k in range(n)] if isinstance(y, str) else list(y)
    lines = max((title.count("<br>") + 1 for title in titles if title), default=0)
    head = theme.size * (1.4 * lines + 0.4)
    gap = head + theme.size * (5.0 if any(below[: n - columns]) else 1.2 if more.get("shared_xaxes") else 3.0)
    margin = figure.layout.margin
    wide = (theme.width - margin.l - margin.r) / columns
    if shape:
        plot = min(max(shape * wide, 7 * theme.size), 26 * theme.size)
    else:
        plot = max(theme.size * (13 if rows == 1 else 10), 0.5 * wide * theme.narrow)
    area = rows * plot + (rows - 1) * gap
    grow(figure, top=head, plots=area - (figure.layout.height - margin.t - margin.b))
    figure.set_subplots(
        rows,
        columns,
        subplot_titles=[f"<b>{t}</b>" if t else "" for t in titles],
        vertical_spacing=gap / area if rows > 1 else None,
        **more,
    )
    figure.update_annotations(font={"size": theme.size, "color": theme.ink})
    places = [{"row": k // columns + 1, "col": k % columns + 1} for k in range(n)]
    for k, place in enumerate(places):
        figure.update_xaxes(title_text=below[k], **place)
        figure.update_yaxes(title_text=left[k], **place)
    return places


def legend_foot(figure: go.Figure, theme: Theme) -> go.Figure:
    """Put the legend below the axis titles, in as many lines as its names need at this width."""
    shown = [trace for trace in figure.data if trace.name and trace.showlegend is not False]
    widths = [len(trace.name) * theme.size * 0.54 + 45 + theme.size for trace in shown]
    room = theme.width - 2 * theme.size
    if sum(widths) <= room:
        lines = 1
    elif any(trace.legendgroup for trace in shown):  # plotly fills line by line
        lines, used = 1, 0.0
        for width in widths:
            lines, used = (lines, used + width) if used + width <= room else (lines + 1, width)
    else:  # plotly makes columns, all as wide as the longest name
        columns = max(1, int(room / max(widths)))
        lines = math.ceil(len(widths) / columns)
        if theme.narrow:  # it counts its symbols' width generously and would take one column
            figure.update_layout(legend_entrywidth=theme.width / columns - 55, legend_entrywidthmode="pixels")
    figure.update_layout(
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0.01,
            "yanchor": "bottom",
            "xref": "container",
            "x": 0.5,
            "xanchor": "center",
        }
    )
    return grow(figure, bottom=theme.size * (0.1 + 1.45 * lines))


def band(
    figure: go.Figure, theme: Theme, i: int, x: np.ndarray, runs: np.ndarray, name: str, **place: Any
) -> go.Figure:
    """Draw the mean over runs (S, n) as a line with markers, and one deviation to either side as a band."""
    mean = runs.mean(axis=1)
    if runs.shape[1] > 1:
        spread = runs.std(axis=1, ddof=1)
        figure.add_scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([mean + spread, (mean - spread)[::-1]]),
            fill="toself",
            fillcolor=theme.fill(i, 0.22),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            **{**place, "showlegend": False},
        )
    figure.add_scatter(
        x=x,
        y=mean,
        name=label(name, 60),
        legendgroup=name,
        mode="lines+markers",
        line=theme.stroke(i),
        marker={"symbol": theme.marker(i), "size": theme.dot, "color": theme.colour(i)},
        **place,
    )
    return figure


def seeds_text(n: int) -> str:
    """Say what the band is, or that one run has none."""
    return f"band: one deviation either side over n = {n} seeds" if n > 1 else "n = 1 seed: no band"
