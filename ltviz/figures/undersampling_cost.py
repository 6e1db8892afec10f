"""Images thrown away, and accuracy lost and won, drawn against the imbalance ratio."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import FREQUENT, INK, LIGHT, RARE, Theme, blank
from ltviz.studies.undersampling_cost import UndersamplingCost


def undersampling_cost(result: UndersamplingCost, theme: Theme = LIGHT) -> go.Figure:
    """Draw the share of images that an epoch does without, and what that does to frequent and rare classes."""
    figure = blank(
        theme,
        "What under-sampling throws away, and what it costs",
        subtitle=f"{result.caption} Curves: means of seeds; {seeds_text(result.gain.shape[2])}.",
    )
    left, right = panels(
        figure,
        theme,
        ["left out of an epoch", "against plain training"],
        x="imbalance ratio",
        y=["of all images (%)", "gain<br>(percentage points)"],
        horizontal_spacing=0.13,
    )
    band(figure, theme, INK, result.ratio, 100 * result.thrown[:, None], "all images", showlegend=False, **left)
    for colour, group, gain in zip((FREQUENT, RARE), result.groups, result.gain, strict=True):
        band(figure, theme, colour, result.ratio, 100 * gain, group, **right)
    figure.add_hline(y=0.0, line={"color": theme.muted, "width": theme.line * 0.6, "dash": "dash"}, **right)
    for place in (left, right):
        figure.update_xaxes(log_axis(result.ratio), **place)
    figure.update_yaxes(range=[0, 104], **left)
    return legend_foot(figure, theme)
