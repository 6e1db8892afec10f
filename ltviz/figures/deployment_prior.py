"""Expected accuracy against the prior at deployment, drawn."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import band, legend_foot, seeds_text
from ltviz.figures.themes import LIGHT, Theme, blank
from ltviz.methods import places, titled
from ltviz.studies.deployment_prior import CORRECTED, KNOWN, DeploymentPrior


def deployment_prior(result: DeploymentPrior, theme: Theme = LIGHT) -> go.Figure:
    """Draw one line per method, from a test prior like the training one, over uniform, to reversed."""
    seeds = next(iter(result.accuracy.values())).shape[1]
    figure = blank(
        theme,
        "Which loss is best depends on where it will be used (digits)",
        x="exponent t of the test prior, (training prior)<sup>t</sup>",
        y="expected accuracy (%)",
        subtitle=f"{result.caption} {seeds_text(seeds).capitalize()}.",
    )
    methods = [CORRECTED if name == KNOWN else name for name in result.accuracy]
    for i, method, (name, runs) in zip(places(methods), methods, result.accuracy.items(), strict=True):
        title = titled(method) + (name.removeprefix(CORRECTED) if name == KNOWN else "")
        band(figure, theme.losses, i, result.exponent, 100 * runs, title)
    for t in (1, 0, -1):
        figure.add_vline(x=t, line={"color": theme.muted, "dash": "dot", "width": theme.line * 0.5})
    words = {1.0: f"as in{'<br>' if theme.narrow else ' '}training", 0.0: "uniform", -1.0: "reversed"}
    ticks = (*words,) if theme.narrow else (1.0, 0.5, 0.0, -0.5, -1.0)
    figure.update_xaxes(
        autorange=False,
        range=[1.08, -1.08],
        tickangle=0,
        tickvals=ticks,
        ticktext=[f"{t:g}<br>{words[t]}" if t in words else f"{t:g}" for t in ticks],
    )
    return legend_foot(figure, theme)
