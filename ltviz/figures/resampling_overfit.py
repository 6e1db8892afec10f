"""The gap between training and test drawn against how often an image is repeated."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.methods import titled
from ltviz.studies.resampling_overfit import ResamplingOverfit


def resampling_overfit(result: ResamplingOverfit, theme: Theme = LIGHT) -> go.Figure:
    """Draw the gap in accuracy and the gap in cross-entropy of each class, a curve for each method."""
    figure = blank(
        theme,
        "What is learned by heart: the gap between training and test images, on digits",
        subtitle=f"{result.caption} Curves: means of seeds; {seeds_text(result.accuracy.shape[1])}.",
    )
    places = panels(
        figure,
        theme,
        ["right more often in training", "costs more in the test"],
        x="replication rate of the class",
        y=["gap in accuracy<br>(percentage points)", "gap in cross-entropy"],
        horizontal_spacing=0.13,
    )
    rate = np.array([result.rate[ids].mean() for ids in result.parts])
    for panel, (gaps, place) in enumerate(zip((100 * result.accuracy, result.loss), places, strict=True)):
        for i, (method, gap) in enumerate(zip(result.methods, gaps, strict=True)):
            means = np.stack([gap[:, ids].mean(axis=1) for ids in result.parts])
            band(figure, theme, i, rate, means, label(titled(method)), showlegend=panel == 0, **place)
        figure.add_hline(y=0.0, line={"color": theme.muted, "width": theme.line * 0.6, "dash": "dash"}, **place)
        figure.update_xaxes(log_axis(result.rate), **place)
    return legend_foot(figure, theme)
