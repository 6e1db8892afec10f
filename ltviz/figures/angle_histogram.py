"""The angles drawn: split violins for many, medium and few, one method on each side."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot
from ltviz.figures._violins import half_violin
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.methods import titled
from ltviz.studies.angle_histogram import AngleHistogram


def angle_histogram(result: AngleHistogram, theme: Theme = LIGHT) -> go.Figure:
    """Draw the angle to the own class's vector of each test image, with dashed quartiles."""
    left, right = (label(titled(method)) for method in result.methods)
    figure = blank(
        theme,
        f"Angle of test images to their class's vector: {left} left, {right} right ({label(result.data, 120)})",
        x=f"groups: {label(result.rule, 70)}",
        y="angle to class vector (°)",
        subtitle=result.caption,
    )
    then = "<br>" if theme.narrow else ", "
    ticks = []
    for x, (group, ids) in enumerate(result.groups.items()):
        halves = result.halves.get(group, ())
        for k, half in enumerate(halves):
            name, first = (left, right)[k], group == next(iter(result.halves))
            half_violin(figure, theme, k, x, half, name=name, legend=first, says=f"{name}, {group}", unit="°")
        ticks += [f"{group}<br>{len(ids)} classes{then}n = {halves[0].n}" if halves else f"{group}<br>no such classes"]
    figure.update_xaxes(
        tickvals=list(range(len(ticks))),
        ticktext=ticks,
        tickangle=0,
        range=[-0.55, len(ticks) - 0.45],
        showgrid=False,
    )
    figure.update_yaxes(rangemode="tozero")
    return grow(legend_foot(figure, theme), bottom=theme.size * (2.8 if theme.narrow else 1.4))
