"""The mean margins of the classes drawn: training and test against the training samples, one panel per method."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._frequency import against_frequency
from ltviz.figures._panels import legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.methods import titled
from ltviz.studies.class_margin import ClassMargin


def class_margin(result: ClassMargin, theme: Theme = LIGHT) -> go.Figure:
    """Draw what each class gets in training, what is left in the test, and what the loss asks."""
    means = "each class" if len(result.parts) == len(result.counts) else "classes of like frequency"
    seeds = seeds_text(len(result.methods[0].train))
    figure = blank(
        theme,
        f"Mean margin of each class, in training and in the test: {label(result.data, 120)}",
        subtitle=f"{result.caption} Lines: means of {means}; {seeds}. An image below 0 is misread; a mean below 0 "
        "does not say how many are.",
    )
    n = len(result.methods)
    columns = 1 if theme.narrow else 2 if n == 4 else min(n, 3)
    places = panels(
        figure,
        theme,
        [label(titled(each.method)) for each in result.methods],
        x="training samples",
        y=[f"mean {label(each.unit)}" for each in result.methods],
        columns=columns,
        horizontal_spacing=None if columns == 1 else 5.4 * theme.size / (theme.width - 5.8 * theme.size),
    )
    shown: set[str] = set()
    for each, place in zip(result.methods, places, strict=True):
        curves = {"training images": each.train, "test images": each.test}
        if len(each.asked):
            curves["asked by the loss"] = each.asked[None]
        for i, (name, runs) in enumerate(curves.items()):
            # what is asked is a smooth curve
            more: dict[str, Any] = {"dots": i < 2, "showlegend": name not in shown, **place}
            against_frequency(figure, theme, i, result.counts, result.parts, runs, name, **more)
        shown.update(curves)
        figure.update_yaxes(range=_range(result, each.unit), **place)
        figure.add_hline(y=0, line={"color": theme.ink, "width": theme.line * 0.5}, **place)
    figure.update_xaxes(log_axis(result.counts.values))
    return legend_foot(figure, theme)


def _range(result: ClassMargin, unit: str) -> list[float]:
    """Return one range for all panels of a unit: heights compare."""
    seen = [0.0]
    for each in result.methods:
        if each.unit == unit:
            for runs in (each.train, each.test):
                spread = runs.std(axis=0, ddof=1) if len(runs) > 1 else 0.0
                seen += [float((runs.mean(axis=0) - spread).min()), float((runs.mean(axis=0) + spread).max())]
            seen += each.asked.tolist()
    low, high = min(seen), max(seen)
    return [low - 0.06 * (high - low), high + 0.06 * (high - low)]
