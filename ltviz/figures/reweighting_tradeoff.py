"""The price of class-balanced weights, drawn: errors of head and tail as beta runs from 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from ltviz.figures._axes import log_axis, plain
from ltviz.figures._panels import band, legend_foot, seeds_text
from ltviz.figures.themes import FREQUENT, INK, LIGHT, RARE, Theme, blank

if TYPE_CHECKING:
    from ltviz.studies.reweighting_tradeoff import ReweightingTradeoff


def reweighting_tradeoff(result: ReweightingTradeoff, theme: Theme = LIGHT) -> go.Figure:
    """Draw the errors of the most frequent class, the rarest one and their mean against beta, 1 on the right."""
    figure = blank(
        theme,
        "What weights take from the head and give to the tail",
        subtitle=f"{result.caption} {seeds_text(result.head.shape[1]).capitalize()}.",
        x="1 \u2212 \u03b2 (left: \u03b2 = 0, cross-entropy; right: \u03b2 → 1, inverse frequency)",
        y="error (%)",
    )
    for i, name, runs in (
        (FREQUENT, f"most frequent class (n = {result.counts.largest})", result.head),
        (RARE, f"rarest class (n = {result.counts.smallest})", result.tail),
        (INK, "balanced: each class alike", result.balanced),
    ):
        band(figure, theme, i, result.rest, 100 * runs, name)
    for n in dict.fromkeys((result.counts.smallest, result.counts.largest)):
        if not result.rest[-1] < 1 / n < 1:
            continue
        figure.add_vline(x=1 / n, line={"color": theme.muted, "dash": "dash", "width": theme.line * 0.6})
        figure.add_annotation(
            x=-math.log10(n),  # on a logarithmic axis plotly places an annotation by the exponent
            y=1,
            yref="y domain",
            xanchor="left",
            yanchor="top",
            text=f"1/{plain(n)}",
            font={"color": theme.muted},
        )
    rest = log_axis(result.rest)
    figure.update_xaxes(**{**rest, "range": rest["range"][::-1]})
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(height=figure.layout.height + 8 * theme.size * (not theme.narrow))
    return legend_foot(figure, theme)
