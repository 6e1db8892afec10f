"""Claims drawn: a line for each, its seeds as dots, the mean and its interval, and the verdict at the right."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.studies.claims import Claims, Finding

_AXES = {
    "points": "difference (percentage points)",
    "degrees": "difference (degrees)",
    "%": "difference (percent of the distance)",
}
_MARKS = {"holds": "circle", "does not show": "circle-open", "the opposite": "x"}
_PLACES = {"holds": 2, "does not show": 0, "the opposite": 5}  # of the palette


def claims(result: Claims, theme: Theme = LIGHT) -> go.Figure:
    """Draw the mean difference of each claim with its 95 % interval, turned so that the claim's side is the right."""
    units = [unit for unit in _AXES if any(each.unit == unit and each.over for each in result.findings)]
    parts = [[each for each in result.findings if each.unit == unit and each.over] for unit in units]
    figure = blank(
        theme,
        f"Do the papers' claims hold? {label(result.data, 120)}",
        subtitle=f"{result.caption} To the right of the line: as the claim says.",
    )
    high = [max(len(part) + 0.6, 3.2) for part in parts]
    places = panels(
        figure,
        theme,
        [""] * len(units),
        x=[_AXES[unit] for unit in units],
        y="claim",
        columns=1,
        row_heights=[each / sum(high) for each in high],
    )
    tall = theme.size * (5.2 if theme.narrow else 2.4)
    margin = figure.layout.margin
    gap = 5.5 * theme.size  # for an axis title
    plots = tall * sum(high) + gap * (len(high) - 1)
    grow(figure, plots=plots - (figure.layout.height - margin.t - margin.b))
    top = 1.0
    for each, place in zip(high, places, strict=True):
        figure.update_yaxes(domain=[max(0.0, top - tall * each / plots), top], **place)
        top -= (tall * each + gap) / plots
    named: set[str] = set()
    for part, place in zip(parts, places, strict=True):
        _panel(figure, theme, part, place, named)
    return legend_foot(figure, theme)


def _panel(figure: go.Figure, theme: Theme, part: Sequence[Finding], place: dict[str, int], named: set[str]) -> None:
    for k, each in enumerate(part):
        assert each.over is not None
        side = 1 if each.claim.larger else -1
        colour = theme.colour(_PLACES[each.verdict])
        figure.add_scatter(
            x=side * each.values,
            y=[k + 0.22] * len(each.values),
            mode="markers",
            marker={"symbol": "line-ns-open", "size": theme.dot, "color": theme.muted},
            name="one seed",
            legendgroup="one seed",
            showlegend="one seed" not in named,
            hovertemplate="%{x:+.2f}<extra>one seed</extra>",
            **place,
        )
        mean = side * each.over.mean
        reach = 0.0 if each.over.interval is None else each.over.interval[1] - each.over.mean
        figure.add_scatter(
            x=[mean],
            y=[k],
            error_x={"array": [reach], "color": colour, "thickness": theme.line, "width": theme.dot * 0.5},
            mode="markers",
            marker={"symbol": _MARKS[each.verdict], "size": theme.dot * 1.4, "color": colour},
            name=f"{each.verdict} (mean, 95 % interval)",
            legendgroup=each.verdict,
            showlegend=each.verdict not in named,
            hovertemplate=f"%{{x:+.2f}} {each.unit}<extra>{label(each.claim.says, 200)}</extra>",
            **place,
        )
        named |= {"one seed", each.verdict}
    figure.add_vline(x=0, line={"color": theme.ink, "width": theme.line * 0.6}, **place)
    figure.update_yaxes(
        tickvals=list(range(len(part))),
        ticktext=[_said(each.claim.says, theme) for each in part],
        range=[len(part) - 0.4, -0.6],
        showgrid=False,
        tickfont={"size": theme.size * 0.85},
        title_text="claim",
        **place,
    )


def _said(text: str, theme: Theme) -> str:
    """Break a claim into lines that take two fifths of the width."""
    return "<br>".join(textwrap.wrap(label(text, 200), max(18, int(0.42 * theme.width / (0.48 * theme.size)))))
