"""Many methods in one figure: families under each other, each method a dot with its deviation, in columns."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import Theme, blank, grow, label
from ltviz.methods import titled
from ltviz.studies.recorded_results import Row

_LETTERS = 0.85  # of the axes' size: so large are names
_YELLOW = 7  # of the palette: too pale for whiskers
Block = tuple[str, list[Row]]


def ranking(rows: Sequence[Row], theme: Theme, x: str, title: str, subtitle: str) -> go.Figure:
    """Draw families by their best method, and the methods of each from the most accurate down.

    Parameters
    ----------
    rows : sequence of Row
        The most accurate first.
    theme : Theme
        The look.
    x, title, subtitle : str
        Titles of the axis and of the figure.
    """
    x = "accuracy (%)" if theme.narrow else x
    figure = blank(theme, title, x=x, y="method", subtitle=subtitle)
    blocks = [(name, [row for row in rows if row.family == name]) for name in dict.fromkeys(r.family for r in rows)]
    parts = _columns(blocks, 1 if theme.narrow else 2)
    letters = max(len(text) for text in [*(_named(row, theme) for row in rows), *(name for name, _ in blocks)])
    beside = 0.56 * _LETTERS * theme.size * (letters + 2)  # where the names of a column stand
    wide = theme.width - beside - theme.size
    more = {} if len(parts) == 1 else {"horizontal_spacing": beside / wide}
    places = panels(figure, theme, [""] * len(parts), x=x, y="", columns=len(parts), **more)
    high = max(sum(1 + len(of) for _, of in part) for part in parts)
    figure.update_layout(margin_l=beside, margin_r=theme.size)
    margin = figure.layout.margin
    room = 1.3 * theme.size * high
    grow(figure, plots=max(0.0, room - (figure.layout.height - margin.t - margin.b)))
    ends = [100 * (row.mean + side * (row.deviation or 0)) for row in rows for side in (-1, 1)]
    figures = [100 * each.accuracy for row in rows for each in row.published]
    for part, place in zip(parts, places, strict=True):
        _part(figure, theme, part, [name for name, _ in blocks], **place)
        figure.update_yaxes(range=[high - 0.4, -0.6], **place)
    figure.update_xaxes(
        nticks=4 if theme.narrow else 8, tickangle=0, range=[min(ends + figures) - 1, max(ends + figures) + 1]
    )
    figure.update_yaxes(showgrid=False, tickfont={"size": theme.size * _LETTERS})
    return legend_foot(figure, theme)


def _columns(blocks: Sequence[Block], count: int) -> list[list[Block]]:
    """Put each family into the column that is the shortest yet."""
    parts: list[list[Block]] = [[] for _ in range(count)]
    for block in blocks:
        min(parts, key=lambda part: sum(1 + len(of) for _, of in part)).append(block)
    return parts


def _part(figure: go.Figure, theme: Theme, part: Sequence[Block], families: Sequence[str], **place: int) -> None:
    names: list[str] = []
    for family, of in part:
        place_of = families.index(family)
        i = place_of + (place_of >= _YELLOW)
        names.append(f"<b>{label(family or 'Own')}</b>")
        at = [len(names) + k for k in range(len(of))]
        names += [_named(row, theme) for row in of]
        printed = [(100 * each.accuracy, y) for row, y in zip(of, at, strict=True) for each in row.published]
        if printed:
            figure.add_scatter(
                x=[x for x, _ in printed],
                y=[y for _, y in printed],
                mode="markers",
                name="published",
                legendgroup="published",
                showlegend=not any(trace.name == "published" for trace in figure.data),
                marker={"symbol": "circle-open", "size": theme.dot * 0.9, "color": theme.muted},
                hovertemplate="%{x:.2f} %<extra>published</extra>",
                **place,
            )
        figure.add_scatter(
            x=[100 * row.mean for row in of],
            y=at,
            error_x={
                "array": [None if row.deviation is None else 100 * row.deviation for row in of],
                "color": theme.colour(i),
                "thickness": theme.line * 0.7,
                "width": theme.dot * 0.4,
            },
            mode="markers",
            marker={"symbol": theme.marker(i), "size": theme.dot * 1.2, "color": theme.colour(i)},
            showlegend=False,
            customdata=[[row.method, len(row.seeds)] for row in of],
            hovertemplate="%{customdata[0]}: %{x:.2f} %, n = %{customdata[1]}<extra></extra>",
            **place,
        )
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, **place)


def _named(row: Row, theme: Theme) -> str:
    marks = f" ({label(row.marks, 30)})" if row.marks else ""
    return f"{label(titled(row.method), 20 if theme.narrow else 30)}{marks}  {100 * row.mean:.1f}"
