"""Accuracy against the loss's parameters drawn: one panel per parameter, band over seeds."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import band, legend_below, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.studies.accuracy_vs_parameter import AccuracyVsParameter


def accuracy_vs_parameter(result: AccuracyVsParameter, theme: Theme = LIGHT) -> go.Figure:
    """Draw balanced accuracy and the few-shot group's against each parameter in turn, the other at its default."""
    figure = blank(
        theme,
        f"What τ and K of {label(result.loss, 60)} do to accuracy on digits",
        subtitle=f"{result.caption} {seeds_text(result.curves[0].balanced.shape[1]).capitalize()}.",
    )
    panels(
        figure,
        theme,
        [label(curve.title) for curve in result.curves],
        x=[label(f"{curve.parameter} ({curve.unit or 'no unit'})", 60) for curve in result.curves],
        y="test accuracy (%)",
        shared_yaxes=True,
        horizontal_spacing=0.05,
    )
    for column, curve in enumerate(result.curves, start=1):
        place = {"row": 1, "col": column, "showlegend": column == 1}
        band(figure, theme, 0, curve.values, 100 * curve.balanced, "all classes", **place)
        band(figure, theme, 1, curve.values, 100 * curve.few, result.few_name, **place)
        figure.add_vline(
            x=curve.default, line={"color": theme.muted, "dash": "dot", "width": theme.line * 0.6}, row=1, col=column
        )
    return legend_below(figure, theme)
