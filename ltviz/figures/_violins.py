"""Half a violin, drawn from its outline."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures.themes import Theme
from ltviz.metrics.density import Half

_REACH = 0.42  # half the width of a violin; violins stand 1 apart


def half_violin(
    figure: go.Figure,
    theme: Theme,
    k: int,
    x: float,
    half: Half,
    *,
    name: str,
    legend: bool,
    says: str,
    unit: str,
    **place: int,
) -> None:
    """Draw one half at x, left where k is 0 and right where it is 1, with its quartiles dashed or its few numbers.

    Parameters
    ----------
    figure : plotly Figure
        To which it is added.
    theme : Theme
        The look.
    k : int
        The side, and the colour.
    x : float
        Where the violin stands.
    half : Half
        What it shows.
    name : str
        For the legend.
    legend : bool
        Whether this half stands in the legend for all of its name.
    says, unit : str
        What the pointer reads before and behind a quartile.
    **place
        Row and column of the panel.
    """
    sign = -1.0 if k == 0 else 1.0
    edge = x + sign * _REACH * half.density
    figure.add_scatter(
        x=np.concatenate([edge, [x, x], edge[:1]]),
        y=np.concatenate([half.height, half.height[[-1, 0, 0]]]),
        name=name,
        legendgroup=name,
        showlegend=legend,
        mode="lines",
        fill="toself",
        fillcolor=theme.fill(k, 0.4),
        line={"color": theme.colour(k), "width": theme.line * 0.7},
        hoverinfo="skip",
        **place,
    )
    if len(half.points):
        figure.add_scatter(
            x=np.full(half.n, x + sign * _REACH / 2),
            y=half.points,
            mode="markers",
            marker={"symbol": theme.marker(k), "size": theme.dot * 0.6, "color": theme.colour(k)},
            hovertemplate=f"{says}: %{{y:.3g}}{unit}<extra></extra>",
            showlegend=False,
            **place,
        )
        return  # quartiles of a few numbers say less than the numbers
    dash = f"{0.35 * theme.size:.3g}px,{0.25 * theme.size:.3g}px"
    for share, height in zip((25, 50, 75), half.quartiles.tolist(), strict=True):
        reach = float(np.interp(height, half.height, half.density))
        figure.add_scatter(
            x=[x, x + sign * _REACH * reach],
            y=[height, height],
            mode="lines",
            line={"color": theme.ink, "dash": dash, "width": theme.line * (1.0 if share == 50 else 0.6)},
            hovertemplate=f"{says}: {share} % below {height:.3g}{unit}<extra></extra>",
            showlegend=False,
            **place,
        )
