"""Training drawn epoch by epoch: for each method its loss above, the accuracy of frequent and rare classes below."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import GROUPS, INK, LIGHT, Theme, blank, label
from ltviz.methods import titled
from ltviz.studies.training_history import Course, TrainingHistory

_COLUMNS = 3  # methods side by side
_GROUND = 4  # of the palette
_MARKERS = 9  # on a line, however many epochs it has


def training_history(result: TrainingHistory, theme: Theme = LIGHT) -> go.Figure:
    """Draw one column per method; marks where the learning rate drops and where deferred class weights set in."""
    courses = result.courses
    n = courses[0].loss.shape[1]
    log = all(course.loss.min() > 0 for course in courses)
    band_is = f"{seeds_text(n).capitalize()}; thin: the loss of each." if n > 1 else "One seed: no band."
    figure = blank(
        theme,
        f"What each epoch does to the loss, and to frequent and rare classes ({result.data})",
        subtitle=f"{result.caption} {band_is}"
        + " Losses of two methods differ in what they measure: compare their course, not their height."
        * (len(courses) > 1),
    )
    columns = 1 if theme.narrow else math.ceil(len(courses) / math.ceil(len(courses) / _COLUMNS))
    held: list[Course | None] = [*courses, *[None] * (-len(courses) % columns)]
    titles: list[str] = []
    for k in range(0, len(held), columns):
        titles += [
            *("" if each is None else label(titled(each.method)) for each in held[k : k + columns]),
            *[""] * columns,
        ]
    left = [""] * (columns - 1)
    alike = len({len(course.rate) for course in courses}) == 1
    places = panels(
        figure,
        theme,
        titles,
        x="epoch",
        y=["training loss" + "<br>(log scale)" * log, *left, "test accuracy<br>(%)", *left] * (len(held) // columns),
        columns=columns,
        shared_xaxes="all" if alike else False,
        horizontal_spacing=5.5 * theme.size / theme.width if columns > 1 else None,
    )
    for k, course in enumerate(held):
        above = places[2 * columns * (k // columns) + k % columns]
        below = {**above, "row": above["row"] + 1}
        if course is None:
            for place in (above, below):
                figure.update_xaxes(visible=False, **place)
                figure.update_yaxes(visible=False, **place)
            lowest = {**above, "row": above["row"] - 1}  # it has the axis that is hidden under it
            figure.update_xaxes(showticklabels=True, title_text="epoch", **lowest)
            continue
        _loss(figure, theme, course, **above)
        figure.update_yaxes(_loss_axis(course.loss) if log else {"rangemode": "tozero"}, **above)
        _accuracy(figure, theme, course, result.groups, showlegend=k == 0, **below)
        for place in (above, below):
            _marks(figure, theme, course, **place)
    _explain(figure, theme, courses)
    return legend_foot(figure, theme)


def _loss(figure: go.Figure, theme: Theme, course: Course, **place: Any) -> None:
    """Draw each seed's loss thin and their mean: a band about a mean would reach below 0, which no log scale has."""
    epochs = np.arange(1, len(course.rate) + 1)
    lines = [*course.loss.T, course.loss.mean(axis=1)] if course.loss.shape[1] > 1 else [course.loss[:, 0]]
    for k, values in enumerate(lines):
        mean = k == len(lines) - 1
        figure.add_scatter(
            x=epochs,
            y=values,
            mode="lines+markers" if len(epochs) == 1 else "lines",
            line={"color": theme.colour(INK) if mean else theme.muted, "width": theme.line * (1 if mean else 0.3)},
            showlegend=False,
            customdata=course.rate,
            hovertemplate="epoch %{x}: loss %{y:.3g}, learning rate %{customdata:.3g}<extra></extra>" if mean else None,
            hoverinfo=None if mean else "skip",
            **place,
        )


def _loss_axis(loss: np.ndarray) -> dict[str, Any]:
    axis = log_axis(loss)
    if len(axis["tickvals"]) < 3:  # over less than a decade plotly's own ticks are plain numbers
        del axis["tickvals"], axis["ticktext"]
    return axis


def _accuracy(
    figure: go.Figure, theme: Theme, course: Course, groups: dict[str, str], *, showlegend: bool, **place: Any
) -> None:
    for name, runs in course.groups.items():
        words = f"{name}: {groups[name]}"
        band(figure, theme, GROUPS[name], course.measured, 100 * runs, words, showlegend=showlegend, **place)
        figure.data[-1].marker.maxdisplayed = _MARKERS
    band(figure, theme, INK, course.measured, 100 * course.balanced, "all classes", showlegend=showlegend, **place)
    figure.data[-1].update(mode="lines" if len(course.measured) > 1 else "lines+markers", line_dash="solid")
    figure.update_traces(hovertemplate="epoch %{x}: %{y:.1f} %", selector={"hovertemplate": None}, **place)
    figure.update_yaxes(range=[0, 103], dtick=25, **place)


def _marks(figure: go.Figure, theme: Theme, course: Course, **place: Any) -> None:
    end = len(course.rate) + max(0.5, 0.015 * len(course.rate))
    for epoch in course.drops:  # between the last epoch at the old rate and the first at the new one
        figure.add_vline(x=epoch - 0.5, line=_line(theme), **place)
    if course.reweighted_from is not None:
        ground = {"fillcolor": theme.fill(_GROUND, 0.22), "line_width": 0, "layer": "below"}
        figure.add_vrect(x0=course.reweighted_from - 0.5, x1=end, **ground, **place)
    figure.update_xaxes(range=[0.5, end], **place)


def _explain(figure: go.Figure, theme: Theme, courses: tuple[Course, ...]) -> None:
    """Put the marks into the legend, as far as there are any."""
    empty = {"x": [None], "y": [None], "showlegend": True}
    if any(course.drops for course in courses):
        figure.add_scatter(name="the learning rate drops", mode="lines", line=_line(theme), **empty)
    if any(course.reweighted_from is not None for course in courses):
        marker = {"symbol": "square", "size": theme.size, "color": theme.fill(_GROUND, 0.22)}
        figure.add_scatter(name="deferred class weights are in force", mode="markers", marker=marker, **empty)


def _line(theme: Theme) -> dict[str, Any]:
    return {"color": theme.muted, "dash": "dot", "width": theme.line * 0.6}
