"""Bars of a long-tailed training set, coloured by many, medium and few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import plain
from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import LIGHT, Theme, blank, label

if TYPE_CHECKING:
    from ltviz.studies.class_counts import ClassCountsOf

PATTERNS = {"many": "", "medium": "/", "few": "x"}  # the second cue beside colour
PROFILES = {"exp": "exponential", "step": "step", "pareto": "Pareto"}
MOST_BARS = 40  # more are drawn as one filled outline


def class_counts(result: ClassCountsOf, theme: Theme = LIGHT) -> go.Figure:
    """Return the bar chart; above 40 classes a filled outline, so that 1000 classes stay readable."""
    counts, classes = result.counts, len(result.counts)
    figure = blank(
        theme,
        f"The most frequent class has {plain(result.imbalance)} times the samples of the rarest"
        if result.imbalance > 1
        else "All classes have the same number of samples",
        subtitle=(
            f"{PROFILES[result.profile]} profile, {classes} classes, {plain(counts.total)} samples; {result.rule}"
        ),
        x="class",
        y="training samples",
    )
    for i, (group, members) in enumerate(result.groups.items()):
        size = f" ({label(result.sizes[group])})" if group in result.sizes else ""
        many = f"{len(members)} class{'' if len(members) == 1 else 'es'}" if len(members) else "none"
        name = f"{group}{size}: {many}"
        if not len(members):
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=name,
                marker={"color": theme.muted, "symbol": "circle-open"},
            )
        elif classes <= MOST_BARS:
            _bars(figure, theme, i, members, counts.values[members], name, PATTERNS[group], written=classes <= 12)
        else:
            _outline(figure, theme, i, members, counts.values[members], name)
    figure.update_layout(bargap=0.25)
    figure.update_xaxes(showgrid=False, range=[-0.7, classes - 0.3])
    if classes <= MOST_BARS:
        step = 1 if classes <= 20 and theme.width / classes > 2.5 * theme.size else 5
        figure.update_xaxes(tickvals=list(range(0, classes, step)))
    figure.update_yaxes(range=[0, counts.largest * 1.12], tickformat=",")
    return legend_foot(figure, theme)


def _bars(
    figure: go.Figure, theme: Theme, i: int, ids: np.ndarray, sizes: np.ndarray, name: str, shape: str, *, written: bool
) -> None:
    figure.add_bar(
        x=ids,
        y=sizes,
        name=name,
        text=[plain(size) for size in sizes] if written else None,
        textposition="outside",
        textangle=0,
        textfont={"size": theme.size * (0.8 if theme.narrow else 0.92)},
        constraintext="none",
        cliponaxis=False,
        marker={
            "color": theme.colour(i),
            "line": {"color": theme.colour(i), "width": 1},
            "pattern": {
                "shape": shape,
                "bgcolor": theme.colour(i),
                "fgcolor": theme.paper,
                "size": 6,
                "solidity": 0.25,
            },
        },
        hovertemplate="class %{x}: %{y} samples<extra></extra>",
    )


def _outline(figure: go.Figure, theme: Theme, i: int, ids: np.ndarray, sizes: np.ndarray, name: str) -> None:
    """Draw runs of neighbouring classes as steps; a gap ends a run."""
    x: list[float | None] = []
    y: list[float | None] = []
    for run in np.split(np.arange(len(ids)), np.flatnonzero(np.diff(ids) > 1) + 1):
        x += [ids[run[0]] - 0.5, *np.repeat(ids[run], 2)[1:] - 0.5, ids[run[-1]] + 0.5, ids[run[-1]] + 0.5, None]
        y += [0, *np.repeat(sizes[run], 2)[:-1], sizes[run[-1]], 0, None]
    figure.add_scatter(
        x=x,
        y=y,
        name=name,
        mode="lines",
        fill="tozeroy",
        fillcolor=theme.fill(i, 0.35),
        line=theme.stroke(i),
        hoverinfo="skip",
    )
