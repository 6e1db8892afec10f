"""Claims drawn: a line for each, its seeds as dots, the mean and its interval, and the verdict at the right."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from ltviz.figures._panels import capital, legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.studies.claims import Claims, Finding

_AXES = {
    "points": "difference (percentage points)",
    "degrees": "difference (degrees)",
    "%": "difference (percent of the distance)",
    "% of the SVM's margin": "difference (percent of the SVM's margin)",
    "σ": "difference (standard deviations σ)",
}
_MARKS = {"holds": "circle", "does not": "circle-open", "the opposite": "x", "not decided": "diamond-open"}
_PLACES = {"holds": 2, "does not": 0, "the opposite": 1, "not decided": 3}  # of the palette


def claims(result: Claims, theme: Theme = LIGHT) -> go.Figure:
    """Draw the mean difference of each claim with its 95 % interval, turned so that the claim's side is the right."""
    shown = [each for each in result.findings if each.over is not None]
    of = list(dict.fromkeys((each.data, each.unit) for data in result.data for each in _sorted(shown, data)))
    parts = [[each for each in shown if (each.data, each.unit) == place] for place in of]
    several = len({data for data, _ in of}) > 1
    figure = blank(
        theme,
        "Do the papers' claims hold?" + f" {capital(label(of[0][0], 120))}" * (len(of) > 0 and not several),
        subtitle=f"{result.caption} To the right of the line: as the claim says.{_untested(result)}",
    )
    if not of:
        return figure
    tall = theme.size * (5.2 if theme.narrow else 2.5)
    high = [max(len(part) + 0.6, 7 * theme.size / tall) for part in parts]
    titles = [f"{label(data, 60)}: " * several + _AXES[unit] for data, unit in of]
    places = panels(
        figure,
        theme,
        [""] * len(of),
        x=["<br>".join(textwrap.wrap(x, 17)) if theme.narrow else x for x in titles],
        y="claim",
        columns=1,
        row_heights=[each / sum(high) for each in high],
    )
    margin = figure.layout.margin
    gap = (8 if theme.narrow else 5.5) * theme.size  # for an axis title
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
        side = -1 if each.side == "smaller" else 1
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
            name=each.verdict,
            legendgroup=each.verdict,
            showlegend=each.verdict not in named,
            hovertemplate=f"%{{x:+.2f}} {each.unit}<extra>{label(each.says, 200)}</extra>",
            **place,
        )
        named |= {"one seed", each.verdict}
    figure.add_vline(x=0, line={"color": theme.ink, "width": theme.line * 0.6}, **place)
    figure.update_xaxes(nticks=4 if theme.narrow else 0, tickangle=0, **place)
    figure.update_yaxes(
        tickvals=list(range(len(part))),
        ticktext=[_said(each.says, theme) for each in part],
        range=[len(part) - 0.4, -0.6],
        showgrid=False,
        tickfont={"size": theme.size * 0.8},
        title_text="claim",
        **place,
    )


def _sorted(shown: Sequence[Finding], data: str) -> list[Finding]:
    """Return the findings on some data, unit by unit."""
    units = list(_AXES)
    return sorted((each for each in shown if each.data == data), key=lambda each: units.index(each.unit))


def _untested(result: Claims) -> str:
    lacking = sum(each.over is None for each in result.findings)
    return f" Not drawn, for want of seeds: {lacking} more." * (lacking > 0)


def _said(text: str, theme: Theme) -> str:
    """Break a claim into lines that take two fifths of the width."""
    width = max(18, int(0.42 * theme.width / (0.45 * theme.size)))
    return "<br>".join(textwrap.wrap(label(text, 200), width, break_on_hyphens=False))
