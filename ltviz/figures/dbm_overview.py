"""DBM's margins drawn: of classes against their counts, of images against their difficulty."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import GROUPS, LIGHT, TURNS, Theme, blank, label
from ltviz.losses import titled
from ltviz.studies.dbm_overview import DBMOverview


def dbm_overview(result: DBMOverview, theme: Theme = LIGHT) -> go.Figure:
    """Draw the margin that each class has, and what each image has beyond it."""
    n, wrong = len(result.label), int(result.wrong.sum())
    figure = blank(
        theme,
        f"The margins that {label(titled(result.loss.partition('(')[0]))} gives on digits: by the class's frequency, "
        "and by the image's difficulty",
        subtitle=f"{result.caption} {result.settings}. {wrong} of {n} {result.split} images are on the wrong side.",
    )
    left, right = panels(
        figure,
        theme,
        ["class margin", f"instance margin of {result.split} images"],
        x=["training samples of the class", "difficulty (1 − cos θ) / 2"],
        y=["margin of the class (degrees)", "margin of the image (degrees)"],
        horizontal_spacing=0.12,
    )
    order = result.counts.by_frequency
    figure.add_scatter(
        x=result.counts.values[order],
        y=np.degrees(result.class_margin[order]),
        mode="lines",
        line={"color": theme.losses.colour(TURNS["class"]), "width": theme.line},
        showlegend=False,
        hoverinfo="skip",
        **left,
    )
    for group, members in result.groups.items():
        i = GROUPS[group]
        look = {"symbol": theme.marker(i), "size": theme.dot, "color": theme.colour(i)}
        figure.add_scatter(
            x=result.counts.values[members],
            y=np.degrees(result.class_margin[members]),
            mode="markers",
            marker={**look, "size": theme.dot * 1.3},
            name=group,
            legendgroup=group,
            hovertemplate="%{x} samples: %{y:.2f}°<extra></extra>",
            **left,
        )
        own = np.isin(result.label, members)
        figure.add_scatter(
            x=result.difficulty[own],
            y=np.degrees(result.instance_margin[own]),
            mode="markers",
            marker={**look, "opacity": 0.7},
            legendgroup=group,
            showlegend=False,
            hovertemplate="%{x:.2f}: %{y:.2f}°<extra></extra>",
            **right,
        )
    figure.update_xaxes(log_axis(result.counts.values), **left)
    figure.update_yaxes(rangemode="tozero")
    return legend_foot(figure, theme)
