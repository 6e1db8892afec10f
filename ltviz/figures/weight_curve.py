"""Class weights against class frequency, both on logarithmic axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import legend_foot
from ltviz.figures.themes import LIGHT, Theme, blank, label, plain_loss
from ltviz.losses import places

if TYPE_CHECKING:
    from ltviz.studies.weight_curve import WeightCurve


def weight_curve(result: WeightCurve, theme: Theme = LIGHT) -> go.Figure:
    """Return the curves; a thin line marks weight 1, cross-entropy's."""
    sizes = result.counts.values[result.counts.drawn]
    order = np.argsort(-sizes, kind="stable")
    x = sizes[order]
    figure = blank(
        theme,
        "Re-weighting: a rare class's sample counts more",
        subtitle="each loss's weights divided by their mean over the classes; grey line: cross-entropy",
        x="training samples of the class (log scale)",
        y="class weight (log scale, mean 1)",
    )
    figure.add_hline(y=1, line=plain_loss(theme, theme.line / 2))
    own = theme.losses
    for i, name, weights in zip(places(result.losses), result.losses, result.weights, strict=True):
        figure.add_scatter(
            x=x,
            y=weights[order],
            name=label(name, 60),
            mode="lines+markers" if len(x) <= 60 else "lines",
            line=own.stroke(i),
            marker={"symbol": own.marker(i), "size": theme.dot, "color": own.colour(i)},
            hovertemplate="%{x} samples: weight %{y:.3g}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(log_axis(x))
    figure.update_yaxes(log_axis(result.weights))
    return legend_foot(figure, theme)
