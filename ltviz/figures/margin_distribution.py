"""The margins drawn: one split violin per class, training left and test right."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import class_axis
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.studies.margin_distribution import MarginDistribution


def margin_distribution(result: MarginDistribution, theme: Theme = LIGHT) -> go.Figure:
    """Draw each class's margins, the most frequent class first, one row per method."""
    figure = blank(theme, "Margins of the digits: training promises more than the test keeps", subtitle=result.caption)
    order = result.counts.by_frequency.tolist()
    places = panels(
        figure,
        theme,
        [label(m.method) for m in result.methods],
        x="class, with its training samples",
        y=[label(m.unit) for m in result.methods],
        columns=1,
        shared_xaxes=True,
    )
    for k, (method, place) in enumerate(zip(result.methods, places, strict=True)):
        for side, margins, labels, i in (
            ("negative", method.train, result.train_labels, 0),
            ("positive", method.test, result.test_labels, 1),
        ):
            for position, class_id in enumerate(order):
                values = margins[labels == class_id]
                figure.add_violin(
                    x=[position] * len(values),
                    y=values,
                    name=("training", "test")[i],
                    legendgroup=("training", "test")[i],
                    showlegend=k == 0 and position == 0,
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
                    **place,
                )
        seen = np.concatenate([method.train, method.test])
        low, high = np.quantile(seen, [0.005, 1.0])
        figure.update_yaxes(range=[low - 0.05 * (high - low), high + 0.05 * (high - low)], **place)
        figure.add_hline(y=0, line={"color": theme.ink, "dash": "dash", "width": theme.line * 0.6}, **place)
    figure.update_layout(violinmode="overlay")
    figure.update_xaxes(class_axis(result.counts, theme))
    return grow(legend_foot(figure, theme), bottom=theme.size * 1.4)
