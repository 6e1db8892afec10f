"""The error of each class drawn: a bar for each method, or curves against the frequency where classes are many."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import class_axis, log_axis
from ltviz.figures._frequency import against_frequency
from ltviz.figures._panels import legend_foot, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.methods import places, titled
from ltviz.studies.per_class_error import PerClassError

MOST = 20  # classes that have bars


def per_class_error(result: PerClassError, theme: Theme = LIGHT) -> go.Figure:
    """Draw the test error against the class, the most frequent first."""
    many = len(result.counts) > MOST
    seeds = result.error.shape[1]
    if many:
        spread = f"Lines: means of classes of like frequency; {seeds_text(seeds)}."
    else:
        spread = f"Whiskers: one deviation over n = {seeds} seeds." if seeds > 1 else "n = 1 seed: no whiskers."
    figure = blank(
        theme,
        f"Who pays for the rare classes? Test error of each class: {label(result.data, 120)}",
        x="training samples of the class" if many else "class, with its training samples",
        y="test error (%)",
        subtitle=f"{result.caption} {spread}",
    )
    if many:
        _curves(figure, theme, result)
    else:
        _bars(figure, theme, result)
    figure.update_layout(showlegend=True)  # of one method too: its name stands nowhere else
    top = 100 * float((result.error.mean(axis=1) + result.error.std(axis=1)).max())
    figure.update_yaxes(range=[0, min(104.0, top * 1.12 + 2)])
    return grow(legend_foot(figure, theme), bottom=theme.size * 1.4 * (not many))


def _named(method: str, error: np.ndarray) -> str:
    return f"{label(titled(method))}: mean {100 * error.mean():.1f} %"


def _curves(figure: go.Figure, theme: Theme, result: PerClassError) -> None:
    for i, method, error in zip(places(result.methods), result.methods, result.error, strict=True):
        against_frequency(figure, theme.losses, i, result.counts, result.parts, 100 * error, _named(method, error))
    figure.update_xaxes(log_axis(result.counts.values))


def _bars(figure: go.Figure, theme: Theme, result: PerClassError) -> None:
    order = result.counts.by_frequency
    step = 0.7 / len(result.methods)
    look, own = theme.losses, places(result.methods)
    for i, method in enumerate(result.methods):
        error = 100 * result.error[i][:, order]
        figure.add_bar(
            x=np.arange(len(order)) + (i - (len(result.methods) - 1) / 2) * step,
            y=error.mean(axis=0),
            width=step * 0.92,
            name=_named(method, result.error[i]),
            marker={
                "color": look.fill(own[i], 0.75),
                "line": {"color": look.colour(own[i]), "width": 1},
                "pattern": {
                    "shape": ("", "/", "x", ".", "-", "+")[i % 6],
                    "fillmode": "overlay",
                    "fgcolor": theme.paper,
                    "size": theme.size * 0.5,
                    "solidity": 0.25,
                },
            },
            error_y={"array": error.std(axis=0, ddof=1), "color": theme.ink, "thickness": 1.2, "width": 3}
            if len(error) > 1
            else None,
            hovertemplate="%{y:.1f} %<extra></extra>",
        )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(class_axis(result.counts, theme), showgrid=False)
