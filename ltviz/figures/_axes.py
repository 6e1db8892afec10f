"""Pieces that several figures share: logarithmic axes with plain numbers, and a legend below everything."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_below
from ltviz.figures.themes import Theme


def plain(value: float) -> str:
    """Return a number as people write it: 5 000, 0.05."""
    if value >= 1e6 and math.log10(value).is_integer():
        return f"10<sup>{math.log10(value):g}</sup>"
    return f"{value:,.0f}".replace(",", " ") if value >= 10 else f"{value:.3g}"


def log_ticks(low: float, high: float) -> list[float]:
    """Return round values between two numbers: decades, or 1-2-5 where there are few decades."""
    steps = (1,) if high / low > 2000 else (1, 2, 5) if high / low < 30 else (1, 3)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def log_axis(values: np.ndarray, room: float = 0.06) -> dict[str, object]:
    """Return the settings of a logarithmic axis for these values, with a little room at both ends."""
    low, high = float(np.min(values)), float(np.max(values))
    if high / low < 1.5:
        low, high = low / 2, high * 2
    space = (high / low) ** room
    low, high = low / space, high * space
    ticks = log_ticks(low, high)
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickvals": ticks,
        "ticktext": [plain(tick) for tick in ticks],
    }


def narrow(theme: Theme) -> bool:
    """Return whether the figure has room for one column of plots only, as in a paper's column."""
    return theme.width < 40 * theme.size


def legend_foot(figure: go.Figure, theme: Theme) -> go.Figure:
    """Put the legend below the axis title, in as many lines as its names need at this width."""
    names = [trace.name for trace in figure.data if trace.name and trace.showlegend is not False]
    widest = max((len(name) for name in names), default=0) * theme.size * 0.54 + 45 + theme.size
    columns = max(1, int((theme.width - 2 * theme.size) / widest))
    lines = math.ceil(len(names) / columns)
    legend_below(figure, theme, lines).update_layout(margin_b=theme.size * (3.9 + 1.45 * lines))
    if narrow(theme):  # plotly counts its symbols' width generously and would take one column
        figure.update_layout(legend_entrywidth=theme.width / columns - 55, legend_entrywidthmode="pixels")
    return figure
