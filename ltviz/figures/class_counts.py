"""Bars of a long-tailed training set, coloured by many, medium and few."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_ticks, plain
from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import GROUPS, LIGHT, Theme, blank, grow, label

if TYPE_CHECKING:
    from ltviz.core.counts import ClassCounts
    from ltviz.studies.class_counts import ClassCountsOf

PATTERNS = {"many": "", "medium": "/", "few": "x"}  # the second cue beside colour
PROFILES = {"exp": "exponential", "step": "step", "pareto": "Pareto"}
MOST_BARS = 40  # more are drawn as one filled outline
MOST_STEPS = 2000  # more are drawn through some of them
_FLOOR = 0.8  # below a count of 1 on a logarithmic axis


def class_counts(result: ClassCountsOf, theme: Theme = LIGHT) -> go.Figure:
    """Return the bar chart; above 40 classes a filled outline from the most frequent to the rarest.

    One's own counts of so many classes reach over a logarithmic axis: most of them are small.
    """
    counts, classes = result.counts, len(result.counts)
    bars, log = classes <= MOST_BARS, classes > MOST_BARS and not result.profile
    place = np.arange(classes)
    if not bars:
        place[counts.by_frequency] = np.arange(classes)
    moved = bool((place != np.arange(classes)).any())
    figure = blank(
        theme,
        f"The most frequent class has {plain(result.imbalance)} times the samples of the rarest"
        if result.imbalance > 1
        else "All classes have the same number of samples",
        subtitle=(
            f"{f'{PROFILES[result.profile]} profile' if result.profile else 'your own counts'}, {plain(classes)} "
            f"classes, {plain(counts.total)} samples; {result.rule}"
        ),
        x="classes, the most frequent first" if moved else "class",
        y=f"training samples{' (log scale)' * log}",
    )
    for group, members in result.groups.items():
        i = GROUPS[group]
        size = f" ({label(result.sizes[group])})" if group in result.sizes else ""
        many = f"{plain(len(members))} class{'' if len(members) == 1 else 'es'}" if len(members) else "none"
        name = f"{group}{size}: {many}"
        if not len(members):
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=name,
                marker={"color": theme.muted, "symbol": "circle-open"},
            )
        elif bars:
            _bars(figure, theme, i, counts, members, name, PATTERNS[group], written=classes <= 12)
        else:
            shown = members[np.argsort(place[members])]
            _outline(figure, theme, i, place[shown], counts.values[shown], name, floor=_FLOOR if log else 0.0)
    figure.update_layout(bargap=0.25)
    figure.update_xaxes(showgrid=False, range=[-0.7, classes - 0.3])
    if bars:
        step = 1 if classes <= 20 and theme.width / classes > 2.5 * theme.size else 5
        figure.update_xaxes(tickvals=list(range(0, classes, step)))
        _named(figure, theme, counts)
    if log:
        ticks = log_ticks(1.0, counts.largest * 1.2)
        top = math.log10(counts.largest * 1.3)
        figure.update_yaxes(
            type="log", range=[math.log10(_FLOOR), top], tickvals=ticks, ticktext=[plain(tick) for tick in ticks]
        )
    else:
        figure.update_yaxes(range=[0, counts.largest * 1.12], tickformat=",")
    return legend_foot(figure, theme)


def _named(figure: go.Figure, theme: Theme, counts: ClassCounts) -> None:
    """Write the classes' names below their bars, upright where they are long; nothing where there is no room."""
    slot = 0.8 * theme.width / len(counts)
    if not counts.names or slot < 1.25 * theme.size:
        return
    names = [label(name, 16) for name in counts.names]
    longest = max(min(len(name), 16) for name in counts.names) * 0.6 * theme.size
    upright = longest > slot - theme.size
    figure.update_xaxes(tickvals=list(range(len(counts))), ticktext=names, tickangle=-90 if upright else 0)
    if upright:
        grow(figure, bottom=longest)


def _bars(
    figure: go.Figure,
    theme: Theme,
    i: int,
    counts: ClassCounts,
    ids: np.ndarray,
    name: str,
    shape: str,
    *,
    written: bool,
) -> None:
    sizes = counts.values[ids]
    words = {"customdata": [label(counts.names[i]) for i in ids]} if counts.names else {}
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
        hovertemplate=f"{'%{customdata}' if words else 'class %{x}'}: %{{y}} samples<extra></extra>",
        **words,
    )


def _outline(
    figure: go.Figure, theme: Theme, i: int, ids: np.ndarray, sizes: np.ndarray, name: str, floor: float
) -> None:
    """Draw runs of neighbouring classes as steps from the floor; a gap ends a run."""
    x: list[float | None] = []
    y: list[float | None] = []
    for run in np.split(np.arange(len(ids)), np.flatnonzero(np.diff(ids) > 1) + 1):
        run = _some(run, sizes)
        x += [ids[run[0]] - 0.5, *np.repeat(ids[run], 2)[1:] - 0.5, ids[run[-1]] + 0.5, ids[run[-1]] + 0.5, None]
        y += [floor, *np.repeat(sizes[run], 2)[:-1], sizes[run[-1]], floor, None]
    figure.add_scatter(
        x=x,
        y=y,
        name=name,
        mode="lines",
        fill="toself" if floor else "tozeroy",
        fillcolor=theme.fill(i, 0.35),
        line=theme.stroke(i),
        hoverinfo="skip",
    )


def _some(run: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the places where a long run is drawn: where its count changes, evenly if these are many, and its end."""
    if len(run) <= MOST_STEPS:
        return run
    changes = np.flatnonzero(np.diff(sizes[run], prepend=-1))
    evenly = changes[np.linspace(0, len(changes) - 1, MOST_STEPS // 2).astype(int)]
    return run[np.unique([*evenly, len(run) - 1])]
