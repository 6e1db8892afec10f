"""One loss taken apart: scores, weights, penalty and pull, each beside cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis, plain
from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import FREQUENT, LIGHT, MIDDLE, RARE, Theme, blank, label, plain_loss

if TYPE_CHECKING:
    from ltviz.studies.loss_anatomy import LossAnatomy

HOOKS = {"adjust": "the scores", "weight": "the weights", "pointwise": "the penalty", "extra": "an embedding term"}


def loss_anatomy(result: LossAnatomy, theme: Theme = LIGHT) -> go.Figure:
    """Return four panels; a grey dashed line is cross-entropy in each."""
    changed = [HOOKS[hook] for hook in result.changes]
    words = " and ".join([", ".join(changed[:-1]), changed[-1]] if len(changed) > 1 else changed) or "nothing"
    figure = blank(
        theme,
        f"{label(result.loss, 60)} changes {words}",
        subtitle="grey, dashed: cross-entropy; the sample turns from its class (0°) to its rival (90°), tie at 45°",
    )
    places = panels(
        figure,
        theme,
        [f"scores, sample at {np.degrees(result.at):.0f}°", "weights", "penalty", "pull"],
        x=["training samples (log scale)"] * 2 + ["angle to the own class (degrees)"] * 2,
        y=["drop of the logit", "class weight", "loss of the sample", "loss per radian"],
        columns=1 if theme.narrow else 2,
        horizontal_spacing=0.14,
    )
    _by_class(figure, theme, result, places[:2])
    _by_angle(figure, theme, result, places[2:])
    return legend_foot(figure, theme)


def _by_class(figure: go.Figure, theme: Theme, result: LossAnatomy, places: list[dict[str, int]]) -> None:
    drawn = result.counts.drawn
    order = np.argsort(-result.counts.values[drawn], kind="stable")
    x = result.counts.values[drawn][order]
    for place, values, plain_value in zip(places, (result.drop, result.weight), (0.0, 1.0), strict=True):
        figure.add_scatter(
            x=x[[0, -1]],
            y=[plain_value] * 2,
            mode="lines",
            line=plain_loss(theme, 0.8 * theme.line),
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
        for i, class_id in zip(_roles(result), result.shown, strict=True):
            figure.add_scatter(
                x=[result.counts[class_id]],
                y=[values[np.searchsorted(drawn, class_id)]],
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


def _by_angle(figure: go.Figure, theme: Theme, result: LossAnatomy, places: list[dict[str, int]]) -> None:
    x = np.degrees(result.angle)
    every = np.linspace(4, len(x) - 5, 5).astype(int)
    curves_of = ((result.penalty, result.ce_penalty), (result.pull, result.ce_pull))
    for place, (curves, base) in zip(places, curves_of, strict=True):
        figure.add_vline(x=45, line={"color": theme.grid, "width": theme.line}, layer="below", **place)
        for i, class_id, y in zip(_roles(result), result.shown, curves, strict=True):
            name = f"{label(result.counts.label(class_id), 30)}: {plain(result.counts[class_id])} samples"
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
                showlegend=place == places[0],
                hoverinfo="skip",
                **common,
            )
        figure.add_scatter(
            x=x,
            y=base,
            mode="lines",
            line=plain_loss(theme, 0.8 * theme.line),
            name="cross-entropy",
            showlegend=place == places[0],
            hoverinfo="skip",
            **place,
        )
        figure.update_xaxes(range=[0, 90], tickvals=[0, 15, 30, 45, 60, 75, 90], **place)
        figure.update_yaxes(nticks=5, rangemode="tozero", **place)


def _roles(result: LossAnatomy) -> tuple[int, ...]:
    """Return colour, marker and dash of each class shown: of the most frequent one, one between, the rarest."""
    return (FREQUENT, MIDDLE, RARE) if len(result.shown) > 2 else (FREQUENT, RARE)[: len(result.shown)]
