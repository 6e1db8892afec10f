"""The boundary against the fit, drawn: what weights, priors and margins do as the training loss falls."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._axes import log_axis
from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank, level
from ltviz.losses import places, titled
from ltviz.studies.boundary_vs_fit import BoundaryVsFit


def boundary_vs_fit(result: BoundaryVsFit, theme: Theme = LIGHT) -> go.Figure:
    """Draw shift and training loss of each loss against the hold, loose on the right."""
    figure = blank(
        theme,
        "Where the boundary stands as the data are fitted more closely",
        subtitle=f"{result.caption} {seeds_text(result.shift.shape[2]).capitalize()}.",
    )
    shift, value = panels(
        figure,
        theme,
        ["Shift into the frequent class", "Training loss"],
        x=level("ridge or pull, times the usual (looser →)", theme),
        y=["boundary shift (σ)", "mean training loss"],
        horizontal_spacing=0.13,
    )
    names = [titled(name) for name in result.losses]
    for k, (i, name) in enumerate(zip(places(names), names, strict=True)):
        band(figure, theme.losses, i, result.holds, result.shift[k], name, **shift)
        band(
            figure,
            theme.losses,
            i,
            result.holds,
            result.value[k].mean(axis=1, keepdims=True),
            name,
            showlegend=False,
            **value,
        )
    figure.add_hline(
        y=0.0,
        line={"color": theme.muted, "dash": "dash", "width": theme.line * 0.6},
        annotation={"text": "Bayes, balanced", "font": {"color": theme.muted}},
        annotation_position="top right",
        **shift,
    )
    held = log_axis(result.holds)
    figure.update_xaxes(**{**held, "range": held["range"][::-1]})
    figure.update_yaxes(log_axis(result.value.mean(axis=2)), **value)
    return legend_foot(figure, theme)
