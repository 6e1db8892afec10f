"""The confusion matrix drawn: shares of each true class, most frequent class first."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import panels
from ltviz.figures.themes import LIGHT, SEQUENTIAL, Theme, blank, label
from ltviz.studies.confusion import Confusion


def confusion(result: Confusion, theme: Theme = LIGHT) -> go.Figure:
    """Draw one matrix per method: rows are true classes, columns predicted ones."""
    figure = blank(theme, "Which digit is taken for which", subtitle=result.caption)
    order = result.counts.by_frequency
    titles = [f"{label(m)}: {100 * b:.1f} % right" for m, b in zip(result.methods, result.balanced)]
    panels(figure, theme, titles, x="predicted class", y="true class (training samples)", horizontal_spacing=0.04)
    words = [str(i) for i in order.tolist()]
    rows = [f"{i} (n={result.counts[i]})" for i in order.tolist()]
    few = len(order) <= 12
    for column, matrix in enumerate(result.matrices, start=1):
        share = 100 * (matrix / matrix.sum(axis=1, keepdims=True))[np.ix_(order, order)]
        text = [[f"{v:.0f}" if v >= 0.5 else "" for v in row] for row in share]
        figure.add_heatmap(
            z=share,
            x=words,
            y=rows,
            coloraxis="coloraxis",
            text=text if few else None,
            texttemplate="%{text}" if few else None,
            textfont={"size": theme.size * 0.8},
            xgap=1,
            ygap=1,
            hovertemplate="true %{y}, predicted %{x}: %{z:.1f} %<extra></extra>",
            row=1,
            col=column,
        )
        figure.update_yaxes(autorange="reversed", showticklabels=column == 1, row=1, col=column)
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    return figure.update_layout(
        coloraxis={
            "colorscale": SEQUENTIAL,
            "cmin": 0,
            "cmax": 100,
            "colorbar": {"title": {"text": "% of the true class", "side": "right"}},
        },
        margin_l=theme.size * 6,
    )
