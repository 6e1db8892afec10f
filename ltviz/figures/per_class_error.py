"""The error of each class drawn: one marker per method with its deviation over seeds."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import class_axis
from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.studies.per_class_error import PerClassError


def per_class_error(result: PerClassError, theme: Theme = LIGHT) -> go.Figure:
    """Draw the test error against the class, the most frequent first."""
    seeds = result.error.shape[1]
    order = result.counts.by_frequency
    spread = f"whiskers: one deviation over n = {seeds} seeds" if seeds > 1 else "n = 1 seed: no whiskers"
    figure = blank(
        theme,
        "Who pays for the rare classes? Test error of each digit",
        x="class, with its training samples",
        y="test error (%)",
        subtitle=f"{result.caption} {spread.capitalize()}.",
    )
    step = 0.7 / len(result.methods)
    for i, method in enumerate(result.methods):
        error = 100 * result.error[i][:, order]
        mean = error.mean(axis=0)
        x = np.arange(len(order)) + (i - (len(result.methods) - 1) / 2) * step
        figure.add_bar(
            x=x,
            y=mean,
            width=step * 0.92,
            name=f"{label(method)}: mean {mean.mean():.1f} %",
            marker={
                "color": theme.fill(i, 0.75),
                "line": {"color": theme.colour(i), "width": 1},
                "pattern": {
                    "shape": ("", "/", "x", ".", "-", "+")[i % 6],
                    "fillmode": "overlay",
                    "fgcolor": theme.paper,
                    "size": theme.size * 0.5,
                    "solidity": 0.25,
                },
            },
            error_y={"array": error.std(axis=0, ddof=1), "color": theme.ink, "thickness": 1.2, "width": 3}
            if seeds > 1
            else None,
            hovertemplate="%{y:.1f} %<extra></extra>",
        )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(class_axis(result.counts, theme), showgrid=False)
    top = 100 * float((result.error.mean(axis=1) + result.error.std(axis=1)).max())
    figure.update_yaxes(range=[0, min(104.0, top * 1.12 + 2)])
    return grow(legend_foot(figure, theme), bottom=theme.size * 1.4)
