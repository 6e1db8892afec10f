"""BBN's course drawn: the share of the first branch above, the accuracy of each branch and of both below."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank
from ltviz.studies.cumulative_learning import CumulativeLearning


def cumulative_learning(result: CumulativeLearning, theme: Theme = LIGHT) -> go.Figure:
    """Draw a panel for the share and one each for frequent and rare classes."""
    figure = blank(
        theme,
        "What BBN's two branches learn while the first yields to the second",
        subtitle=f"{result.caption} {seeds_text(result.rare.shape[-1]).capitalize()}.",
    )
    share, frequent, rare = panels(
        figure,
        theme,
        ["share of the first branch", "frequent classes", "rare classes"],
        x="epoch",
        y=["a (no unit)", "test accuracy (%)", "test accuracy (%)"],
        horizontal_spacing=0.09,
    )
    figure.add_scatter(
        x=result.epochs,
        y=result.share,
        mode="lines",
        line={"color": theme.ink, "width": theme.line},
        showlegend=False,
        hovertemplate="epoch %{x}: a = %{y:.2f}<extra></extra>",
        **share,
    )
    figure.update_yaxes(range=[-0.03, 1.05], **share)
    for place, values in ((frequent, result.frequent), (rare, result.rare)):
        for i, answer in enumerate(result.answers):
            band(figure, theme, i, result.measured, 100 * values[i], answer, showlegend=place == frequent, **place)
        figure.update_yaxes(range=[0, 104], **place)
    return legend_foot(figure, theme)
