"""Recorded and published accuracies drawn: one row per method, the most accurate at the top; many by families."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot
from ltviz.figures._ranking import ranking
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label, wrap
from ltviz.methods import titled
from ltviz.studies.recorded_results import Printed, RecordedResults, Row

NO_BREAK = "\N{NO-BREAK SPACE}"
MANY = 24  # rows: more are drawn by families
_YELLOW = 7  # of the palette: too pale for outlines
_LEVELS = (0.0, 0.33, -0.33)  # of a row's height, where there are many rows: neighbours in a row stand apart


def recorded_results(result: RecordedResults, theme: Theme = LIGHT) -> go.Figure:
    """Draw each method's mean with its deviation, filled, and the published figures, open, a symbol for each source."""
    rows = result.rows
    epochs = sorted({row.epochs for row in rows})
    accuracy = "balanced test accuracy (%)"
    if result.group != "all":
        accuracy = f"test accuracy of classes with {result.group} training samples (%)"
    if len(rows) > MANY:
        whose = f": {result.group}" * (result.group != "all")
        n = sorted({len(row.seeds) for row in rows})
        title = f"What methods reach on {result.data} (recipe {result.recipe}, {_span(epochs)} epochs){whose}"
        told = (
            f"Beside a name: {accuracy.removesuffix(' (%)')} in %; whiskers: one deviation over n = {_span(n)} seeds."
        )
        return ranking(rows, theme, accuracy, title, f"{result.caption} {told}")
    figure = blank(
        theme,
        f"Recorded runs (recipe {result.recipe}, {_span(epochs)} epochs) beside published figures: {result.data}",
        x="accuracy (%)" if theme.narrow else accuracy,
        y="method",
        subtitle=f"{result.caption} {_right(rows)}",
    )
    grow(figure, plots=max(0.0, (3.2 if theme.narrow else 2.4) * theme.size * (len(rows) - 4)))
    every = [100 * p.accuracy for row in rows for p in row.published] + [100 * row.mean for row in rows]
    room = 3.5 if theme.narrow else 1.5  # for a mark at either end
    figure.update_xaxes(range=[min(every) - room, max(every) + room])
    close = 2 * theme.dot * (max(every) - min(every) + 3) / (0.6 * theme.width)  # points of accuracy
    _published(figure, theme, result, close)
    figure.add_scatter(
        x=[100 * row.mean for row in rows],
        y=list(range(len(rows))),
        error_x={
            "array": [None if row.deviation is None else 100 * row.deviation for row in rows],
            "color": theme.ink,
            "thickness": theme.line * 0.6,
            "width": theme.dot * 0.5,
        },
        mode="markers",
        name="recorded" + (", one deviation over seeds" if any(row.deviation is not None for row in rows) else ""),
        legendrank=1,
        marker={"symbol": "circle", "size": theme.dot * 1.2, "color": theme.ink},
        hovertemplate="%{x:.2f} %<extra>recorded</extra>",
    )
    names = [
        label(titled(row.method) if len(epochs) == 1 else f"{titled(row.method)}, {row.epochs}", 30) for row in rows
    ]
    marks = [[label(mark, 30) for mark in row.marks.split("; ") if mark] for row in rows]
    if theme.narrow:
        for k, row in enumerate(rows):  # lines short enough to leave the plot its room; a number stays whole
            told = f"{names[k]} {_number(row).replace(' ', NO_BREAK)}"
            names[k] = "<br>".join(textwrap.wrap(told, 16, break_long_words=False))
    else:
        for k, row in enumerate(rows):
            figure.add_annotation(x=1, xref="paper", xanchor="left", y=k, text=f" {_number(row)}", showarrow=False)
        figure.update_layout(margin_r=theme.size * (0.52 * max(len(_number(row)) for row in rows) + 1.5))
    names = ["<br>".join([name, *more]) for name, more in zip(names, marks, strict=True)]
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.4, -0.6])
    breaks = sum(trace.name.count("<br>") for trace in figure.data if trace.showlegend is not False)
    return grow(legend_foot(figure, theme), bottom=1.3 * theme.size * breaks)


def _published(figure: go.Figure, theme: Theme, result: RecordedResults, close: float) -> None:
    flat = min(1.0, len(result.rows) / 6)
    heights = {
        id(each): k + flat * rise for k, row in enumerate(result.rows) for each, rise in _apart(row.published, close)
    }
    for i, source in enumerate(result.sources):
        held = [each for row in result.rows for each in row.published if each.source == i]
        symbol = theme.marker(i + 1)
        figure.add_scatter(
            x=[100 * each.accuracy for each in held],
            y=[heights[id(each)] for each in held],
            mode="markers",
            name=wrap(label(f"[{i + 1}] {source}", 120), theme, scale=1.15),
            marker={
                "symbol": [f"{symbol}-open-dot" if each.alike else f"{symbol}-open" for each in held],
                "size": theme.dot * 1.5,
                "color": theme.colour(i if i < _YELLOW else i + 1),
                "line": {"width": theme.line * 0.7},
            },
            hovertemplate=f"%{{x:.2f}} %<extra>[{i + 1}]</extra>",
        )
    if any(each.alike for row in result.rows for each in row.published):
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name="with a dot: the same recipe, as many epochs",
            marker={"symbol": "circle-open-dot", "size": theme.dot * 1.5, "color": theme.muted},
        )


def _apart(published: Iterable[Printed], close: float) -> list[tuple[Printed, float]]:
    """Return figures of one row with heights at which those closer than that do not cover each other."""
    told, level, last = [], 0, -1.0
    for each in sorted(published, key=lambda p: p.accuracy):
        level = (level + 1) % len(_LEVELS) if 100 * (each.accuracy - last) < close else 0
        told.append((each, _LEVELS[level]))
        last = each.accuracy
    return told


def _number(row: Row) -> str:
    spread = "" if row.deviation is None else f" ± {100 * row.deviation:.2f}"
    near = "" if row.difference is None else f" ({100 * row.difference:+.2f})"
    return f"{100 * row.mean:.2f}{spread}{near}"


def _right(rows: tuple[Row, ...]) -> str:
    """Say what the numbers at the right are."""
    n = sorted({len(row.seeds) for row in rows})
    said = f"At the right: mean ± one deviation over n = {_span(n)} seeds" if n[-1] > 1 else "At the right: n = 1 seed"
    near = any(row.difference is not None for row in rows)
    return said + "; in brackets, minus the nearest figure with a dot." * near + "." * (not near)


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if numbers[0] == numbers[-1] else f"{numbers[0]} to {numbers[-1]}"
