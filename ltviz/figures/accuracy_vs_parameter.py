"""What a margin adds to accuracy drawn: one panel per parameter, band over seeds."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import band, legend_foot, panels
from ltviz.figures.themes import INK, LIGHT, RARE, Theme, blank, label
from ltviz.losses import lettered, titled
from ltviz.studies.accuracy_vs_parameter import AccuracyVsParameter


def accuracy_vs_parameter(result: AccuracyVsParameter, theme: Theme = LIGHT) -> go.Figure:
    """Draw what the margin adds to balanced accuracy and to the rarest third's, against each parameter in turn."""
    n = result.curves[0].balanced.shape[1]
    seeds = f"Band: one deviation of the paired difference, n = {n} seeds." if n > 1 else "n = 1 seed: no band."
    figure = blank(
        theme,
        f"What the margin of {label(titled(result.loss), 60)} adds to accuracy on digits",
        subtitle=f"{result.caption} {seeds}",
    )
    places = panels(
        figure,
        theme,
        [label(curve.title) for curve in result.curves],
        x=[label(f"{lettered(curve.parameter)}{curve.unit and f' ({curve.unit})'}", 60) for curve in result.curves],
        y="gain in test accuracy<br>(percentage points)",
        shared_yaxes=True,
        horizontal_spacing=0.05,
    )
    for k, (curve, place) in enumerate(zip(result.curves, places, strict=True)):
        band(figure, theme, INK, curve.values, 100 * curve.balanced, "all classes", showlegend=k == 0, **place)
        figure.data[-1].line.dash = "solid"
        band(figure, theme, RARE, curve.values, 100 * curve.few, result.few_name, showlegend=k == 0, **place)
        muted = {"color": theme.muted, "width": theme.line * 0.6}
        figure.add_vline(x=curve.default, line={**muted, "dash": "dot"}, **place)
        figure.add_hline(y=0.0, line={**muted, "dash": "dash"}, **place)
    return legend_foot(figure, theme)
