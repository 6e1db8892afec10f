"""The lottery drawn: the tables that could have been printed of two methods, and the chance by the number of seeds."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.studies.leaderboard_lottery import LeaderboardLottery


def leaderboard_lottery(result: LeaderboardLottery, theme: Theme = LIGHT) -> go.Figure:
    """Draw how the mean of each method is distributed, its seeds, and how often the worse one wins."""
    both = (result.better, result.worse)
    first, second = sorted(both, key=result.printed, reverse=True)
    seeds = f"{result.seeds} seed{'s' * (result.seeds > 1)}"
    table = ", ".join(f"{label(each.title)} {result.printed(each):.2f}" for each in (first, second))
    figure = blank(
        theme,
        f"The worse method wins {result.wins:.1f} % of all tables with {seeds} each: {label(result.data, 120)}",
        subtitle=f"{result.caption} Equal: {result.ties:.1f} %. Table {result.draw + 1} prints: {table}.",
    )
    wide: dict[str, Any] = {} if theme.narrow else {"column_widths": [0.64, 0.36], "horizontal_spacing": 0.12}
    left, right = panels(
        figure,
        theme,
        ["", ""],
        x=["balanced test accuracy (%)", "seeds of each method"],
        y=["share of tables (%)", "the worse one wins (%)"],
        columns=1 if theme.narrow else 2,
        **wide,
    )
    high = max(each.shares.max() for each in both)
    for k, each in enumerate(both):
        figure.add_scatter(
            x=result.edges.repeat(2)[1:-1],
            y=each.shares.repeat(2),
            mode="lines",
            line=theme.stroke(k),
            fill="tozeroy",
            fillcolor=theme.fill(k, 0.2),
            name=f"{label(each.title)}: {each.mean:.2f} over {len(each.values)} seeds",
            hoverinfo="skip",
            **left,
        )
        y = -(0.08 + 0.09 * k) * high
        figure.add_scatter(
            x=each.values,
            y=[y] * len(each.values),
            mode="markers",
            marker={"symbol": f"{theme.marker(k)}-open", "size": theme.dot, "color": theme.colour(k)},
            showlegend=False,
            hovertemplate="%{x:.2f} %<extra>one seed</extra>",
            **left,
        )
        figure.add_scatter(
            x=each.values[each.drawn[result.draw]],
            y=[y] * result.seeds,
            mode="markers",
            marker={"symbol": theme.marker(k), "size": theme.dot * 1.5, "color": theme.colour(k)},
            showlegend=False,
            hovertemplate="%{x:.2f} %<extra>in the table</extra>",
            **left,
        )
    step = 20 if high > 45 else 10 if high > 20 else 5
    figure.update_yaxes(tickvals=list(range(0, int(high) + step, step)), **left)
    n = list(range(1, len(result.by_seeds) + 1))
    figure.add_scatter(
        x=n,
        y=result.by_seeds,
        mode="lines+markers",
        line={"color": theme.ink, "width": theme.line},
        marker={"symbol": "circle", "size": theme.dot, "color": theme.ink},
        showlegend=False,
        hovertemplate="%{x} seeds: %{y:.1f} %<extra></extra>",
        **right,
    )
    figure.add_scatter(
        x=[result.seeds],
        y=[result.wins],
        mode="markers",
        marker={"symbol": "diamond", "size": theme.dot * 1.8, "color": theme.ink},
        showlegend=False,
        hoverinfo="skip",
        **right,
    )
    figure.update_xaxes(dtick=1, **right)
    figure.update_yaxes(range=[0, max(55.0, 1.05 * float(result.by_seeds.max()))], **right)
    return legend_foot(figure, theme)
