"""The error bound against the boundary's place, its minimum found and told by the formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from ltviz.figures._axes import plain
from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import FREQUENT, GREY, INK, LIGHT, RARE, Theme, blank
from ltviz.losses import places

if TYPE_CHECKING:
    from ltviz.studies.margin_bound import MarginBound


def margin_bound(result: MarginBound, theme: Theme = LIGHT) -> go.Figure:
    """Return the bound, its two terms, the place half-way and the place of LDAM's margins."""
    n1, n2 = result.counts
    figure = blank(
        theme,
        "The best boundary leaves the rare class the larger margin"
        if n1 > n2
        else "Two classes alike: the best boundary stands half-way",
        subtitle=(
            f"smallest bound found by search at g₁ = {result.found:.3f} of the gap; formula: "
            f"g₁/g₂ = (n₂/n₁)<sup>1/4</sup> = {result.ratio:.3f}, so g₁ = {result.formula:.3f}; "
            f"LDAM's margins: g₁ = {result.ldam:.3f}"
        ),
        x="boundary: share g₁ of the gap on the frequent side",
        y="error bound (no unit)",
    )
    curves = (
        (result.frequent + result.rare, INK, "bound: sum of both"),
        (result.frequent, FREQUENT, f"frequent class, 1/(g₁√{plain(n1)})"),
        (result.rare, RARE, f"rare class, 1/(g₂√{plain(n2)})"),
    )
    for y, i, name in curves:
        width = theme.line * (1.4 if i == INK else 0.9)
        figure.add_scatter(
            x=result.place,
            y=y,
            name=name,
            mode="lines",
            line=theme.stroke(i, width=width, **({"dash": "longdash"} if i == INK else {})),
            hovertemplate="g₁ = %{x:.3f}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    top = result.lowest * 3.2
    ldam = theme.losses.colour(places(["LDAM"])[0])
    for x, y, colour, name, symbol in (
        (0.5, result.middle, theme.colour(GREY), "half-way", "square"),
        (result.ldam, result.lowest, ldam, "LDAM's margins", "diamond"),
        (result.found, result.lowest, theme.colour(INK), "minimum found", "circle"),
    ):
        ring = name == "LDAM's margins"  # larger and open: it lies on the minimum, and both must show
        figure.add_scatter(
            x=[x],
            y=[y],
            name=name,
            mode="markers",
            marker={
                "symbol": symbol + ("-open" if ring else ""),
                "size": theme.dot * (2.6 if ring else 1.4),
                "color": colour,
                "line": {"color": colour, "width": theme.line},
            },
            hovertemplate="g₁ = %{x:.3f}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, top])
    return legend_foot(figure, theme)
