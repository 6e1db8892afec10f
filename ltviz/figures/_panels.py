"""Pieces that several figures share: panels side by side, bands over seeds, a legend below everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ltviz.figures.themes import Theme, label


def panels(
    figure: go.Figure,
    theme: Theme,
    titles: Sequence[str],
    *,
    x: Sequence[str] | str,
    y: Sequence[str] | str,
    rows: int = 1,
    **more: Any,
) -> go.Figure:
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
        Axis titles of each panel; a single text stands below each panel, and left of the first column.
    rows : int
        Rows of panels.
    **more
        For `make_subplots`.
    """
    columns = -(-len(titles) // rows)
    figure.set_subplots(rows, columns, subplot_titles=[f"<b>{t}</b>" if t else "" for t in titles], **more)
    figure.update_annotations(font={"size": theme.size, "color": theme.ink})
    for k in range(len(titles)):
        row, column = divmod(k, columns)
        below = x if isinstance(x, str) else x[k]
        left = (y if column == 0 else "") if isinstance(y, str) else y[k]
        figure.update_xaxes(title_text=below, row=row + 1, col=column + 1)
        figure.update_yaxes(title_text=left, row=row + 1, col=column + 1)
    lines = max((title.count("<br>") + 1 for title in titles if title), default=0)
    figure.update_layout(margin_t=figure.layout.margin.t + theme.size * (1.4 * lines + 0.4))
    return figure


def legend_below(figure: go.Figure, theme: Theme, lines: int = 1) -> go.Figure:
    """Put the legend into a strip of its own at the foot of the figure, under the axis titles."""
    figure.update_layout(
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0.01,
            "yanchor": "bottom",
            "xref": "container",
            "x": 0.5,
            "xanchor": "center",
        },
        margin_b=theme.size * (4.2 + 1.7 * lines),
    )
    return figure


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
