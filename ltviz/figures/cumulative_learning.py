"""How BBN turns to the rare classes drawn: its first branch's share, and what each branch gets right."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import INK, LIGHT, Theme, blank
from ltviz.studies.cumulative_learning import CumulativeLearning


def cumulative_learning(result: CumulativeLearning, theme: Theme = LIGHT) -> go.Figure:
    """Draw the share of the first branch, and accuracy by branch for each group of classes, over the epochs."""
    figure = blank(
        theme,
        "BBN's cumulative learning on digits",
        subtitle=f"{result.caption} Curves: means of seeds; {seeds_text(result.accuracy.shape[-1])}.",
    )
    first, *others = panels(
        figure,
        theme,
        ["share of the first branch", *result.groups],
        x="epoch",
        y=["a", "test accuracy (%)", ""],
        horizontal_spacing=0.09,
    )
    epochs = np.arange(1, len(result.share) + 1)
    plain = {**theme.stroke(INK), "dash": "solid"}
    figure.add_scatter(x=epochs, y=result.share, mode="lines", line=plain, showlegend=False, **first)
    figure.update_yaxes(range=[-0.04, 1.04], **first)
    for g, place in enumerate(others):
        for b, branch in enumerate(result.branches):
            band(figure, theme, b, result.epochs, 100 * result.accuracy[b, g], branch, showlegend=g == 0, **place)
        figure.update_yaxes(range=[-4, 104], **place)  # with room for markers at both ends
    figure.update_xaxes(range=[0, 1.04 * len(epochs)])
    return legend_foot(figure, theme)
