"""Reliability diagrams drawn: accuracy against confidence, a panel for frequent and one for rare classes."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.methods import places, titled
from ltviz.studies.calibration import HALVES, Calibration


def calibration(result: Calibration, theme: Theme = LIGHT) -> go.Figure:
    """Draw a line for each method; the size of a point is its share of the images."""
    figure = blank(theme, "Can the confidence be trusted? Digits, long-tailed", subtitle=result.caption)
    where = panels(
        figure,
        theme,
        [f"test images of {half} classes" for half in HALVES],
        x="confidence (%)",
        y="accuracy (%)",
        shape=0.75,
        shared_yaxes=True,
        horizontal_spacing=0.06,
    )
    look, own = theme.losses, dict(zip(result.methods, places(result.methods), strict=True))
    for half, place in zip(HALVES, where, strict=True):
        figure.add_scatter(
            x=[0, 100],
            y=[0, 100],
            mode="lines",
            line={"color": theme.muted, "width": theme.line * 0.6, "dash": "dot"},
            name="as it says",
            legendgroup="diagonal",
            showlegend=half == HALVES[0],
            hoverinfo="skip",
            **place,
        )
        for each in (diagram for diagram in result.diagrams if diagram.half == half):
            i = own[each.method]
            share = each.samples / each.samples.sum()
            figure.add_scatter(
                x=100 * each.confidence,
                y=100 * each.accuracy,
                mode="lines+markers",
                line=look.stroke(i),
                marker={
                    "symbol": look.marker(i),
                    "size": theme.dot * (0.9 + 1.4 * np.sqrt(share)),
                    "color": look.colour(i),
                },
                name=_named(result, each.method),
                legendgroup=each.method,
                showlegend=half == HALVES[0],
                customdata=each.samples,
                cliponaxis=False,  # the largest points stand in the corner
                hovertemplate="says %{x:.0f} %, right %{y:.0f} % of %{customdata} images<extra></extra>",
                **place,
            )
    figure.update_xaxes(range=[-3, 103])
    figure.update_yaxes(range=[-3, 103])
    return legend_foot(figure, theme)


def _named(result: Calibration, method: str) -> str:
    errors = [f"{100 * each.error:.1f}" for each in result.diagrams if each.method == method]
    return f"{label(titled(method))} ({' and '.join(errors)} %)"
