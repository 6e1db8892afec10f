"""The margins drawn: one split violin per class, training left and test right."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_below, panels
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.studies.margin_distribution import MarginDistribution


def margin_distribution(result: MarginDistribution, theme: Theme = LIGHT) -> go.Figure:
    """Draw each class's margins, the most frequent class first, one row per method."""
    figure = blank(theme, "Margins of the digits: training promises more than the test keeps", subtitle=result.caption)
    order = result.counts.by_frequency.tolist()
    ticks = [f"{i}<br>n={result.counts[i]}" for i in order]
    panels(
        figure,
        theme,
        [label(m.method) for m in result.methods],
        x=[
            "" if k < len(result.methods) - 1 else "class, with its training samples"
            for k in range(len(result.methods))
        ],
        y=[label(m.unit) for m in result.methods],
        rows=len(result.methods),
        shared_xaxes=True,
        vertical_spacing=0.12,
    )
    for row, method in enumerate(result.methods, start=1):
        for side, margins, labels, i in (
            ("negative", method.train, result.train_labels, 0),
            ("positive", method.test, result.test_labels, 1),
        ):
            for position, k in enumerate(order):
                values = margins[labels == k]
                figure.add_violin(
                    x=[position] * len(values),
                    y=values,
                    name=("training", "test")[i],
                    legendgroup=("training", "test")[i],
                    showlegend=row == 1 and position == 0,
                    side=side,
                    spanmode="hard",
                    width=0.9,
                    points="all" if len(values) < 8 else False,
                    pointpos=0,
                    jitter=0,
                    marker={"symbol": theme.marker(i), "size": theme.dot * 0.6},
                    line={"color": theme.colour(i), "width": theme.line * 0.6},
                    fillcolor=theme.fill(i, 0.35),
                    meanline={"visible": True},
                    scalemode="width",
                    row=row,
                    col=1,
                )
        seen = np.concatenate([method.train, method.test])
        low, high = np.quantile(seen, [0.005, 1.0])
        figure.update_yaxes(range=[low - 0.05 * (high - low), high + 0.05 * (high - low)], row=row, col=1)
        figure.add_hline(y=0, line={"color": theme.ink, "dash": "dash", "width": theme.line * 0.6}, row=row, col=1)
    figure.update_layout(violinmode="overlay")
    figure.update_xaxes(tickvals=list(range(len(order))), ticktext=ticks, range=[-0.6, len(order) - 0.4])
    return legend_below(figure, theme, lines=2)
