"""The boundary shift drawn: how far one parameter moves the boundary, and what that does to accuracy."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import band, legend_foot, panels, seeds_text
from ltviz.figures.themes import GREY, INK, LIGHT, Theme, blank, label
from ltviz.losses import lettered, places, titled
from ltviz.studies.boundary_shift import BoundaryShift


def boundary_shift(result: BoundaryShift, theme: Theme = LIGHT) -> go.Figure:
    """Draw shift and accuracies against one parameter, mean and deviation over seeds."""
    seeds = result.shift.shape[1]
    loss = titled(result.loss)
    moved = label(lettered(result.parameter))
    name = label(f"{loss}: {lettered(result.parameter)}", 60)
    figure = blank(
        theme,
        f"How far {moved} of {label(loss)} moves the boundary",
        subtitle=f"{result.caption} {seeds_text(seeds).capitalize()}.",
    )
    unit = f" ({result.unit})" if result.unit else ""
    shift, accuracy = panels(
        figure,
        theme,
        ["Shift into the frequent class", "Accuracy"],
        x=[f"{moved}{unit}"] * 2,
        y=["boundary shift (σ)", "accuracy (%)"],
        horizontal_spacing=0.13,
    )
    band(figure, theme.losses, places([loss])[0], result.values, result.shift, name, showlegend=False, **shift)
    figure.add_hline(
        y=0.0,
        line={"color": theme.muted, "dash": "dash", "width": theme.line * 0.6},
        annotation={"text": "Bayes, balanced", "font": {"color": theme.muted}},
        annotation_position="bottom right",
        **shift,
    )
    band(figure, theme, GREY, result.values, 100 * result.overall, "overall (training prior)", **accuracy)
    band(figure, theme, INK, result.values, 100 * result.balanced, "balanced (each class alike)", **accuracy)
    figure.data[-1].line.dash = "solid"
    if result.log:
        figure.update_xaxes(type="log")
    return legend_foot(figure, theme)
