"""The maximum margin against the signed gap: the wrong side left of the tie, the right side right of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from ltviz.figures._axes import plain
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import INK, LIGHT, Theme, blank, label

if TYPE_CHECKING:
    from ltviz.studies.mm_margin import GapMargins, MMMargin

X = "signed gap d = own cosine − the best other one, or 0 if that is negative"


def mm_margin(result: MMMargin, theme: Theme = LIGHT) -> go.Figure:
    """Return one panel per loss; open dots are limits that the margin does not take, the filled dot is d = 0."""
    many = len(result.panels) > 1
    first = result.panels[0]
    figure = blank(
        theme,
        "The margin is largest beside the boundary, and jumps there" if many else f"Margins of {label(first.loss, 60)}",
        subtitle="open dots: limits from both sides; filled dot: the value at the tie, d = 0",
        x=X,
        y="margin (cosine)",
    )
    places: list[dict[str, int]] = [{}]
    if many:
        places = panels(
            figure,
            theme,
            [label(p.loss, 60) for p in result.panels],
            x=["signed gap d (cosine)"] * len(result.panels),
            y="margin (cosine)",
            shared_yaxes=True,
            horizontal_spacing=0.05,
        )
    top = max(float(panel.wrong.max()) for panel in result.panels)
    top = max(top, max(float(panel.right.max()) for panel in result.panels)) * (1.75 if theme.narrow else 1.4) or 1.0
    for panel, place in zip(result.panels, places, strict=True):
        _curves(figure, theme, result, panel, place)
        figure.add_vline(x=0, line={"color": theme.muted, "width": theme.line / 2}, layer="below", **place)
        for x, anchor, side, margin in (
            (-0.04, "right", "wrong side", "MM's<br>“hard negative”"),
            (0.04, "left", "right side", "MM's<br>“hard positive”"),
        ):
            figure.add_annotation(
                x=x, y=top, yanchor="top", xanchor=anchor, text=f"<b>{side}</b><br>{margin}", align=anchor, **place
            )
    figure.update_xaxes(range=[-1.06, 1.06], tickvals=[-1, -0.5, 0, 0.5, 1])
    figure.update_yaxes(range=[-0.02 * top, top])
    return legend_foot(figure, theme)


def _curves(figure: go.Figure, theme: Theme, result: MMMargin, panel: GapMargins, place: dict[str, int]) -> None:
    for k in range(len(panel.classes)):
        named = panel.classes.dtype.kind == "U"
        shared = not named and panel.classes[k] == -1
        word = label(panel.classes[k], 30) if named else f"class {panel.classes[k]}"
        i = INK if shared else k if named else int(panel.classes[k])
        name = "every class" if shared else f"{word}: {plain(panel.counts[k])} samples"
        common = {"legendgroup": name, "name": name, **place}
        line = theme.stroke(i, **({"dash": "longdashdot"} if shared else {}))  # no class has it
        hover = "d = %{x:.2f}: margin %{y:.3f}<extra>%{fullData.name}</extra>"
        new = all(name != trace.name for trace in figure.data)
        for x, y, shown in ((result.wrong, panel.wrong[k], new), (result.right, panel.right[k], False)):
            figure.add_scatter(x=x, y=y, mode="lines", line=line, showlegend=shown, hovertemplate=hover, **common)
        ends = [panel.wrong[k][-1], panel.right[k][0]]
        jumps = [end for end in ends if abs(end - panel.tie[k]) > 1e-9]
        figure.add_scatter(
            x=[0.0] * len(jumps),
            y=jumps,
            mode="markers",
            marker={
                "symbol": "circle",
                "size": theme.dot,
                "color": theme.paper,
                "line": {"color": theme.colour(i), "width": theme.line * 0.8},
            },
            showlegend=False,
            hoverinfo="skip",
            **common,
        )
    if len(jumps):
        figure.add_scatter(
            x=[0.0],
            y=[panel.tie[0]],
            mode="markers",
            marker={"symbol": "circle", "size": theme.dot, "color": theme.ink},
            showlegend=False,
            hovertemplate="d = 0: margin %{y:.3f}<extra>tie</extra>",
            **place,
        )
