"""DBM's margin as a heat map with contours: rarity across, difficulty up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis, log_ticks, plain
from ltviz.figures.themes import LIGHT, SEQUENTIAL, Theme, blank

if TYPE_CHECKING:
    from ltviz.studies.margin_surface import MarginSurface


def margin_surface(result: MarginSurface, theme: Theme = LIGHT) -> go.Figure:
    """Return the map; contours double from one to the next."""
    degrees = np.degrees(result.margin)
    figure = blank(
        theme,
        "The margin (degrees) is widest for "
        + ("difficult samples of rare classes" if np.ptp(degrees[:, 0]) > 0 else "rare classes, difficult or not"),
        subtitle=result.settings,
        x="class frequency n<sub>y</sub> / n<sub>min</sub> (log scale)",
        y="difficulty (angle to the class)",
    )
    low, high = max(float(degrees.min()), 1e-6), max(float(degrees.max()), 2e-6)
    colours = np.log10(np.maximum(degrees, low))  # the margin is a power of the frequency: equal steps of its logarithm
    ticks = log_ticks(low, high)
    ratio = result.ratio
    if ratio[0] == ratio[-1]:  # classes alike have no width
        ratio = ratio * np.geomspace(0.8, 1.25, len(ratio))
    levels = [high / 2**k for k in range(1, 7) if high / 2**k > low * 1.01]
    figure.add_heatmap(
        x=ratio,
        y=result.difficulty,
        z=colours,
        customdata=degrees,
        colorscale=SEQUENTIAL,
        zsmooth="best",
        showscale=not (theme.narrow and levels),  # the contours say their numbers
        colorbar={
            "title": {"text": "margin (degrees, log)", "side": "right"},
            "ticks": "outside",
            "tickvals": np.log10(ticks),
            "ticktext": [f"{plain(tick)}°" for tick in ticks],
        },
        hovertemplate="n/n_min %{x:.3g}, difficulty %{y:.2f}: %{customdata:.2f}°<extra></extra>",
    )
    for level in levels:
        _contour(figure, theme, result, ratio, degrees, level, math.log(level / low) / math.log(high / low))
    figure.update_xaxes(log_axis(ratio, room=0.0))
    places = [0, 0.25, 0.5, 0.75, 1]
    figure.update_yaxes(
        range=[0, 1],
        tickvals=places,
        ticktext=[f"{place:g} ({math.degrees(math.acos(1 - 2 * place)):.0f}°)" for place in places],
    )
    return figure


def _contour(
    figure: go.Figure,
    theme: Theme,
    result: MarginSurface,
    ratio: np.ndarray,
    degrees: np.ndarray,
    level: float,
    share: float,
) -> None:
    """Draw one level with its number: dark on the light end of the scale, light on the dark end."""
    ink = "#000000" if share > 0.5 else "#FFFFFF"
    figure.add_contour(
        x=ratio,
        y=result.difficulty,
        z=degrees,
        contours={
            "start": level,
            "end": level,
            "size": 1,
            "coloring": "none",
            "showlabels": True,
            "labelfont": {"size": theme.size * 0.95, "color": ink},
            "labelformat": ".2f",
        },
        line={"color": ink, "width": theme.line * 0.6},
        showlegend=False,
        hoverinfo="skip",
    )
