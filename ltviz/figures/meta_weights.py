"""The learnt weight of a loss, and the learnt rate of a class, drawn at some moments of a training."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._frequency import against_frequency
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank
from ltviz.studies.meta_weights import MetaWeights

_POINTS = 2  # losses from one marker to the next


def meta_weights(result: MetaWeights, theme: Theme = LIGHT) -> go.Figure:
    """Draw the weight function against the loss, and the class rates, a curve for each moment."""
    figure = blank(
        theme,
        "Learned one step ahead: Meta-Weight-Net's weights, the meta sampler's rates",
        subtitle=f"{result.caption} Curves: means of seeds; {seeds_text(result.rate.shape[1])}. "
        "Dashed: where the rates begin.",
    )
    left, right = panels(
        figure,
        theme,
        ["weight of a loss", "rate of a class"],
        x=["cross-entropy of an image", "training samples of the class"],
        y=["weight V", "rate \N{GREEK SMALL LETTER PSI}"],
        horizontal_spacing=0.13,
    )
    unlisted: dict[str, Any] = {**right, "showlegend": False}
    for i, (moment, weight, rate) in enumerate(zip(result.moments, result.weight, result.rate, strict=True)):
        band(figure, theme, i, result.loss[::_POINTS], weight[:, ::_POINTS].T, moment, **left)
        against_frequency(figure, theme, i, result.counts, result.parts, rate, moment, **unlisted)
    figure.add_hline(y=0.5, line={"color": theme.muted, "width": theme.line * 0.6, "dash": "dash"}, **right)
    figure.update_xaxes(log_axis(result.counts.values), **right)
    for place in (left, right):
        figure.update_yaxes(range=[0, 1.04], **place)
    return legend_foot(figure, theme)
