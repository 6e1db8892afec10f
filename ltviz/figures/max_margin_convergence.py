"""The way to the largest margin, drawn: angle to the hard-margin SVM, and share of its margin, over steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank
from ltviz.losses import places, titled

if TYPE_CHECKING:
    from ltviz.studies.max_margin_convergence import MaxMarginConvergence

_LEAST = -0.5  # of the SVM's margin: what lies further on the wrong side is not drawn


def max_margin_convergence(result: MaxMarginConvergence, theme: Theme = LIGHT) -> go.Figure:
    """Draw angle and margin of each loss against the steps of gradient descent."""
    figure = blank(
        theme,
        "Does gradient descent find the largest margin?",
        subtitle=f"{result.caption} {seeds_text(result.angle.shape[2]).capitalize()}.",
    )
    angle, margin = panels(
        figure,
        theme,
        ["Angle to the hard-margin SVM", "Margin relative to the SVM's"],
        x=["steps of gradient descent"] * 2,
        y=["angle (°)", "share of its margin"],
        horizontal_spacing=0.13,
    )
    names = [titled(name) for name in result.losses]
    for k, (i, name) in enumerate(zip(places(names), names, strict=True)):
        band(figure, theme.losses, i, result.steps, np.degrees(result.angle[k]), name, **angle)
        band(figure, theme.losses, i, result.steps, result.margin[k], name, showlegend=False, **margin)
    figure.add_hline(
        y=1.0,
        line={"color": theme.muted, "dash": "dash", "width": theme.line * 0.6},
        annotation={"text": "hard-margin SVM", "font": {"color": theme.muted}},
        annotation_position="top left",
        **margin,
    )
    figure.update_xaxes(log_axis(result.steps))
    figure.update_yaxes(rangemode="tozero", **angle)
    low = float(np.min(result.margin.mean(axis=2)))
    figure.update_yaxes(range=[max(low, _LEAST) - 0.05, 1.18], **margin)
    return legend_foot(figure, theme)
