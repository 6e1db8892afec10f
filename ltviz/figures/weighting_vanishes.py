"""What weights, priors and margins add, drawn: their effect on the boundary over training and regularisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank, level
from ltviz.losses import places, titled

if TYPE_CHECKING:
    from ltviz.studies.weighting_vanishes import WeightingVanishes


def weighting_vanishes(result: WeightingVanishes, theme: Theme = LIGHT) -> go.Figure:
    """Draw each loss's effect against the steps of training, and against what holds an exact fit."""
    figure = blank(
        theme,
        "What is left of weights, priors and margins as separable data are fitted",
        subtitle=f"{result.caption} {seeds_text(result.trained.shape[2]).capitalize()}.",
    )
    over, held = panels(
        figure,
        theme,
        ["Training goes on", "Regularisation falls"],
        x=["steps of gradient descent", level("ridge or pull, times the usual (looser →)", theme)],
        y=["effect on the shift (σ)"] * 2,
        horizontal_spacing=0.13,
    )
    names = [titled(name) for name in result.losses]
    for k, (i, name) in enumerate(zip(places(names), names, strict=True)):
        band(figure, theme.losses, i, result.steps, result.trained[k], name, **over)
        band(figure, theme.losses, i, result.holds, result.fitted[k], name, showlegend=False, **held)
    figure.add_hline(
        y=0.0,
        line={"color": theme.muted, "dash": "dash", "width": theme.line * 0.6},
        annotation={"text": "no effect", "font": {"color": theme.muted}},
        annotation_position="bottom right",
    )
    figure.update_xaxes(log_axis(result.steps), **over)
    loose = log_axis(result.holds)
    figure.update_xaxes(**{**loose, "range": loose["range"][::-1]}, **held)
    return legend_foot(figure, theme)
