"""One loss taken apart: scores, weights, penalty and pull, each beside cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import legend_foot, log_axis, narrow, plain
from ltviz.figures._panels import panels
from ltviz.figures.themes import LIGHT, Theme, blank, label

if TYPE_CHECKING:
    from ltviz.studies.loss_anatomy import LossAnatomy

HOOKS = {"adjust": "the scores", "weight": "the weights", "pointwise": "the penalty", "extra": "an embedding term"}


def loss_anatomy(result: LossAnatomy, theme: Theme = LIGHT) -> go.Figure:
    """Return four panels; a grey dotted line is cross-entropy in each."""
    changed = [HOOKS[hook] for hook in result.changes]
    words = " and ".join([", ".join(changed[:-1]), changed[-1]] if len(changed) > 1 else changed) or "nothing"
    figure = blank(
        theme,
        f"{label(result.loss, 60)} changes {words}",
        subtitle="grey, dotted: cross-entropy; the sample turns from its class (0°) to its rival (90°), tie at 45°",
    )
    rows = 4 if narrow(theme) else 2
    panels(
        figure,
        theme,
        ["scores", "weights", "penalty", "pull"],
        x=["training samples (log scale)"] * 2 + ["angle to the own class (degrees)"] * 2,
        y=["drop of the logit", "class weight", "loss of the sample", "loss per radian"],
        rows=rows,
        vertical_spacing=min(0.4, 0.0138 * theme.size) if rows == 2 else 0.11,
        horizontal_spacing=0.14,
    )
    _by_class(figure, theme, result)
    _by_angle(figure, theme, result)
    return legend_foot(figure, theme)


def _by_class(figure: go.Figure, theme: Theme, result: LossAnatomy) -> None:
    order = result.counts.by_frequency
    x = result.counts.values[order]
    for column, values, plain_value in ((1, result.drop, 0.0), (2, result.weight, 1.0)):
        place = _place(theme, column)
        figure.add_scatter(
            x=x[[0, -1]],
            y=[plain_value] * 2,
            mode="lines",
            line=_grey(theme),
            showlegend=False,
            hoverinfo="skip",
            **place,
        )
        figure.add_scatter(
            x=x,
            y=values[order],
            mode="lines",
            line={"color": theme.muted, "width": theme.line},
            showlegend=False,
            hovertemplate="%{x} samples: %{y:.3g}<extra></extra>",
            **place,
        )
        for i, class_id in enumerate(result.shown):
            figure.add_scatter(
                x=[result.counts[class_id]],
                y=[values[class_id]],
                mode="markers",
                marker={"symbol": theme.marker(i), "size": theme.dot * 1.4, "color": theme.colour(i)},
                showlegend=False,
                hoverinfo="skip",
                **place,
            )
        figure.update_xaxes(log_axis(x), **place)
        low, high = min(plain_value, float(values.min())), max(plain_value, float(values.max()))
        room = 0.12 * (high - low) or 0.5
        figure.update_yaxes(range=[low - room, high + room], nticks=5, **place)


def _by_angle(figure: go.Figure, theme: Theme, result: LossAnatomy) -> None:
    x = np.degrees(result.angle)
    every = np.linspace(4, len(x) - 5, 5).astype(int)
    for column, curves, base in ((1, result.penalty, result.ce_penalty), (2, result.pull, result.ce_pull)):
        place = _place(theme, column + 2)
        figure.add_vline(x=45, line={"color": theme.grid, "width": theme.line}, layer="below", **place)
        for i, (class_id, y) in enumerate(zip(result.shown, curves, strict=True)):
            name = f"class {class_id}: {plain(result.counts[class_id])} samples"
            common = {"legendgroup": name, "name": name, **place}
            figure.add_scatter(
                x=x,
                y=y,
                mode="lines",
                line=theme.stroke(i),
                showlegend=False,
                hovertemplate="%{x:.0f}°: %{y:.3g}<extra>%{fullData.name}</extra>",
                **common,
            )
            figure.add_scatter(
                x=x[every],
                y=y[every],
                mode="markers",
                marker={"symbol": theme.marker(i), "size": theme.dot * 1.1, "color": theme.colour(i)},
                showlegend=column == 1,
                hoverinfo="skip",
                **common,
            )
        figure.add_scatter(
            x=x,
            y=base,
            mode="lines",
            line=_grey(theme),
            name="cross-entropy",
            showlegend=column == 1,
            hoverinfo="skip",
            **place,
        )
        figure.update_xaxes(range=[0, 90], tickvals=[0, 15, 30, 45, 60, 75, 90], **place)
        figure.update_yaxes(nticks=5, rangemode="tozero", **place)


def _place(theme: Theme, panel: int) -> dict[str, int]:
    """Return where a panel stands: two by two, or one below the other where the figure is narrow."""
    return {"row": panel, "col": 1} if narrow(theme) else {"row": (panel + 1) // 2, "col": 2 - panel % 2}


def _grey(theme: Theme) -> dict[str, object]:
    return {"color": theme.muted, "width": theme.line * 0.8, "dash": "dot"}
