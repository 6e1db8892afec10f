"""The geometry of embeddings drawn: angles by thirds of the classes, and the measures of neural collapse."""

from __future__ import annotations

import plotly.graph_objects as go

from ltviz.figures._panels import capital, legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.methods import places, titled
from ltviz.studies.embedding_geometry import EmbeddingGeometry

TITLES = ("to the class's mean", "to the class vector", "neural collapse, training")
_THIRDS = ("frequent", "middle", "rare")
_STAGGERED = ("frequent", "<br>middle", "rare")  # side by side they are wider than a panel
_COLLAPSE = ("NC1<br>within", "NC2<br>simplex", "NC3<br>dual")


def embedding_geometry(result: EmbeddingGeometry, theme: Theme = LIGHT) -> go.Figure:
    """Draw the mean of each method with one deviation over seeds."""
    n = len(result.seeds)
    spread = f"Whiskers: one deviation over n = {n} seeds." if n > 1 else "n = 1 seed: no whiskers."
    figure = blank(
        theme,
        f"How tight are rare classes? {capital(label(result.data, 120))}",
        subtitle=f"{result.caption} Angles of test images, mean of a third of the classes each. {spread}",
    )
    where = panels(
        figure,
        theme,
        TITLES,
        x=["classes", "classes", "measure (0: collapse)"],
        y=["angle (degrees)", "angle (degrees)", "no unit"],
        horizontal_spacing=0.09,
    )
    look, own = theme.losses, places(result.methods)
    step = 0.6 / len(result.methods)
    for p, (place, values) in enumerate(zip(where, (result.spread, result.angle, result.collapse), strict=True)):
        for k, method in enumerate(result.methods):
            colour = look.colour(own[k])
            shift = (k - (len(result.methods) - 1) / 2) * step
            figure.add_scatter(
                x=[i + shift for i in range(3)],
                y=values[k].mean(axis=1),
                error_y={
                    "array": values[k].std(axis=1, ddof=1),
                    "color": look.colour(own[k]),
                    "thickness": 1.2,
                    "width": 3,
                }
                if n > 1
                else None,
                mode="markers",
                marker={"symbol": look.marker(own[k]), "size": theme.dot * 1.3, "color": colour},
                name=label(titled(method), 40),
                legendgroup=method,
                showlegend=p == 0,
                hovertemplate="%{y:.2f}<extra></extra>",
                **place,
            )
        words = _COLLAPSE if p == 2 else _THIRDS if theme.narrow else _STAGGERED
        figure.update_xaxes(
            tickvals=[0, 1, 2], ticktext=list(words), tickangle=0, range=[-0.5, 2.5], showgrid=False, **place
        )
    figure.update_yaxes(rangemode="tozero")
    return legend_foot(figure, theme)
