"""The generalisation gap drawn: for each method a line from its test to its training accuracy, a panel a third."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go

from ltviz.figures._panels import capital, legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, grow, label
from ltviz.methods import places, titled
from ltviz.studies.generalisation_gap import GeneralisationGap

THIRDS = ("frequent classes", "classes between", "rare classes")


def generalisation_gap(result: GeneralisationGap, theme: Theme = LIGHT) -> go.Figure:
    """Draw the test accuracy filled, the training accuracy open, and the gap between them as a line."""
    n = len(result.seeds)
    spread = f"Whiskers: one deviation over n = {n} seeds." if n > 1 else "n = 1 seed: no whiskers."
    figure = blank(
        theme,
        f"What is left in the test of what was learned? {capital(label(result.data, 120))}",
        subtitle=f"{result.caption} {spread} Numbers: the gap in points.",
    )
    rows = len(result.methods)
    where = panels(figure, theme, THIRDS, x="accuracy (%)", y="", shared_yaxes=True, horizontal_spacing=0.04)
    grow(figure, plots=max(0.0, 2.2 * theme.size * (rows - 5)) * (3 if theme.narrow else 1))
    look, own = theme.losses, places(result.methods)
    for t, place in enumerate(where):
        for k, _ in enumerate(result.methods):
            train, test = result.train[k, t], result.test[k, t]
            colour = look.colour(own[k])
            figure.add_scatter(
                x=[test.mean(), train.mean()],
                y=[k, k],
                mode="lines+markers+text",
                line={"color": colour, "width": theme.line * 1.5},
                marker={"symbol": ["circle", "circle-open"], "size": theme.dot * 1.4, "color": colour},
                error_x={"array": [test.std(ddof=1), 0], "color": colour, "thickness": 1.2, "width": 3}
                if n > 1
                else None,
                text=["", f" {(train - test).mean():.0f}"],
                textposition="middle right",
                showlegend=False,
                hovertemplate="%{x:.1f} %<extra></extra>",
                **place,
            )
    for name, symbol in (("test", "circle"), ("training", "circle-open")):
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=name,
            marker={"symbol": symbol, "size": theme.dot * 1.4, "color": theme.ink},
        )
    low = max(0.0, 100 * float((result.test.mean(axis=2) - result.test.std(axis=2)).min()) / 100 - 4)
    ticks = (0, 50, 100) if theme.narrow else (0, 20, 40, 60, 80, 100)
    figure.update_xaxes(range=[low, 138 if theme.narrow else 124], tickvals=[v for v in ticks if v >= low], tickangle=0)
    figure.update_yaxes(
        tickvals=list(range(rows)),
        ticktext=[
            "<br>".join(textwrap.wrap(label(titled(method), 60), 18 if theme.narrow else 26))
            for method in result.methods
        ],
        range=[rows - 0.5, -0.5],
        showgrid=False,
    )
    figure.update_yaxes(title_text="method", **where[0])
    return legend_foot(figure, theme)
