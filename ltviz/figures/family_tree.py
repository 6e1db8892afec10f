"""The tree of methods drawn: each a line below the one to which it adds something, by family coloured and marked."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.studies.family_tree import FamilyTree, Node


def family_tree(result: FamilyTree, theme: Theme = LIGHT) -> go.Figure:
    """Draw the tree from the left to the right, its branches as elbows."""
    figure = blank(
        theme,
        "What does each method add, and to which other one?",
        x="additions to plain cross-entropy",
        y="method",
        subtitle=result.caption,
    )
    rows = len(result.nodes)
    grow(figure, plots=max(0.0, 1.25 * theme.size * rows - 9 * theme.size))
    place = {node.method: (node.depth, k) for k, node in enumerate(result.nodes)}
    x: list[float | None] = []
    y: list[float | None] = []
    for node in result.nodes:
        if node.parent:
            (left, above), (right, here) = place[node.parent], place[node.method]
            x += [left, left, right, None]
            y += [above, here, here, None]
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": theme.muted, "width": theme.line * 0.5},
        showlegend=False,
        hoverinfo="skip",
    )
    for i, family in enumerate(result.families):
        own = [node for node in result.nodes if node.family == family]
        figure.add_scatter(
            x=[place[node.method][0] for node in own],
            y=[place[node.method][1] for node in own],
            mode="markers+text",
            marker={"symbol": theme.marker(i), "size": theme.dot * 1.2, "color": theme.colour(i)},
            text=[f"  <b>{_title(node, theme)}</b>{_adds(node, theme)}" for node in own],
            textposition="middle right",
            textfont={"color": theme.ink},
            name=label(family),
            hovertemplate="%{text}<extra></extra>",
        )
    deepest = max(node.depth for node in result.nodes)
    reach = max(deepest + 2.2, *(_reach(node, theme) for node in result.nodes))
    figure.update_xaxes(range=[-0.15, reach], tickvals=list(range(deepest + 1)))
    figure.update_yaxes(range=[rows - 0.4, -0.6], showticklabels=False, showgrid=False, ticks="", showline=False)
    figure.update_xaxes(showgrid=False, showticklabels=not theme.narrow)
    return legend_foot(figure, theme)


def _title(node: Node, theme: Theme) -> str:
    return label(node.title, 26 if theme.narrow else 40)


def _adds(node: Node, theme: Theme) -> str:
    """Return what a method adds, in brackets; a narrow figure has room for names alone."""
    return f" (+ {label(node.adds, 60)})" if node.adds and not theme.narrow else ""


def _reach(node: Node, theme: Theme) -> float:
    """Return how many steps wide the axis must be at least for a method's text to end inside it."""
    letters = 3 + 1.1 * len(_title(node, theme)) + len(_adds(node, theme))  # bold ones are wider
    left = theme.width - theme.size * (6.0 + 0.58 * letters)
    return node.depth * theme.width / max(left, 2 * theme.size)
