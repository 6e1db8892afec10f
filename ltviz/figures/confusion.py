"""The confusion matrix drawn: shares of each true class, most frequent class first."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import panels
from ltviz.figures.themes import FREQUENT, LIGHT, Theme, blank, label
from ltviz.methods import titled
from ltviz.studies.confusion import Confusion

BLACK_IS_BETTER = 0.179  # the luminance above which black has more contrast than white (WCAG 2.2)


def confusion(result: Confusion, theme: Theme = LIGHT) -> go.Figure:
    """Draw one matrix per method: rows are true classes, columns predicted ones."""
    figure = blank(theme, "Which digit is taken for which, in % of the true digit", subtitle=result.caption)
    order = result.counts.by_frequency
    titles = [f"{label(titled(m))}: {100 * b:.1f} % right" for m, b in zip(result.methods, result.balanced)]
    y = "true class (training samples)"
    places = panels(figure, theme, titles, x="predicted class", y=y, shape=0.9, horizontal_spacing=0.04)
    words = [str(i) for i in order.tolist()]
    rows = [f"{i} (n = {result.counts[i]})" for i in order.tolist()]
    ends = theme.grid, theme.colour(FREQUENT)  # most cells hold nothing: they are as the ground, by day and by night
    for matrix, place in zip(result.matrices, places, strict=True):
        share = 100 * (matrix / matrix.sum(axis=1, keepdims=True))[np.ix_(order, order)]
        figure.add_heatmap(
            z=share,
            x=words,
            y=rows,
            zmin=0,
            zmax=100,
            colorscale=ends,
            showscale=False,  # each cell says its number
            xgap=1,
            ygap=1,
            hovertemplate="true %{y}, predicted %{x}: %{z:.1f} %<extra></extra>",
            **place,
        )
        seen = np.argwhere(share >= 0.5)
        figure.add_scatter(
            x=[words[j] for _, j in seen],
            y=[rows[i] for i, _ in seen],
            text=[f"{share[i, j]:.0f}" for i, j in seen],
            mode="text",
            textfont={"size": theme.size * 0.85, "color": [_legible(*ends, share[i, j] / 100) for i, j in seen]},
            hoverinfo="skip",
            showlegend=False,
            **place,
        )
        shown = place["col"] == 1
        figure.update_yaxes(autorange="reversed", showticklabels=shown, **place)
    figure.update_xaxes(type="category", showgrid=False, tickangle=0, categoryarray=words, tickvals=words)
    return figure.update_yaxes(type="category", showgrid=False, categoryarray=rows).update_layout(
        margin_l=theme.size * 6
    )


def _legible(low: str, high: str, share: float) -> str:
    """Return black or white, whichever is better read on the ground that is so far from one colour to another."""
    first, last = (np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255 for colour in (low, high))
    mixed = first + share * (last - first)
    luminance = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    return "#000000" if luminance > BLACK_IS_BETTER else "#FFFFFF"
