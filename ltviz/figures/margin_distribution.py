"""The margins drawn: one split violin per class or group of classes, training left and test right."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._axes import class_axis
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures._violins import half_violin
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label, level
from ltviz.methods import titled
from ltviz.studies.margin_distribution import MarginDistribution


def margin_distribution(result: MarginDistribution, theme: Theme = LIGHT) -> go.Figure:
    """Draw each class's margins, the most frequent class first, one row per method."""
    figure = blank(
        theme,
        f"Margins of training images (left) and test images (right): {label(result.data, 120)}",
        subtitle=result.caption,
    )
    x_title = level(f"groups: {label(result.rule, 70)}" if result.rule else "class, with its training samples", theme)
    places = panels(
        figure,
        theme,
        [label(titled(m.method)) for m in result.methods],
        x=x_title,
        y=[label(m.unit) for m in result.methods],
        columns=1,
        shared_xaxes=True,
    )
    for row, (method, place) in enumerate(zip(result.methods, places, strict=True)):
        for k, (name, halves) in enumerate((("training", method.train), ("test", method.test))):
            for x, (column, half) in enumerate(zip(result.columns, halves, strict=True)):
                says = f"{name}, {column}, n = {half.n}"
                half_violin(figure, theme, k, x, half, name=name, legend=row == x == 0, says=says, unit="", **place)
        low, high = method.span.tolist()
        figure.update_yaxes(range=[low - 0.05 * (high - low), high + 0.05 * (high - low)], **place)
        figure.add_hline(y=0, line={"color": theme.ink, "width": theme.line * 0.5}, **place)
    figure.update_xaxes(_group_axis(result) if result.rule else class_axis(result.counts, theme))
    return grow(legend_foot(figure, theme), bottom=theme.size * 1.4 * (1 + x_title.count("<br>")))


def _group_axis(result: MarginDistribution) -> dict[str, object]:
    names = [f"{name}<br>{len(ids)} classes" for name, ids in result.columns.items()]
    return {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "tickangle": 0,
        "range": [-0.6, len(names) - 0.4],
    }
