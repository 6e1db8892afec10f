"""The 2-D embeddings drawn: test images as points, class vectors as rays."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import LIGHT, Theme, blank, label
from ltviz.methods import titled
from ltviz.studies.embedding_map import EmbeddingMap


def embedding_map(result: EmbeddingMap, theme: Theme = LIGHT) -> go.Figure:
    """Draw each method's 2-D embedding with the direction of each class vector, in panels."""
    figure = blank(theme, "Where the digits lie when the embedding has two dimensions", subtitle=result.caption)
    titles = [
        f"{label(titled(m.method))}: {100 * m.balanced:.0f} % right ({100 * m.unsqueezed:.0f} %)"
        for m in result.methods
    ]
    x = "first feature"
    places = panels(figure, theme, titles, x=x, y="second feature", shape=0.9, horizontal_spacing=0.08)
    for k, (method, place) in enumerate(zip(result.methods, places, strict=True)):
        reach = float(np.quantile(np.linalg.norm(method.embedding, axis=1), 0.99)) * 1.06
        for i in result.counts.by_frequency.tolist():
            inside = result.labels == i
            again = i >= 8  # colours are shades of the first eight's by now: rings and dashed rays tell them apart
            figure.add_scatter(
                x=method.embedding[inside, 0],
                y=method.embedding[inside, 1],
                name=f"{i} (n = {result.counts[i]})",
                legendgroup=f"class {i}",
                showlegend=k == 0,
                mode="markers",
                marker={
                    "symbol": theme.marker(i) + ("-open" if again else ""),
                    "color": theme.colour(i),
                    "size": theme.dot * (0.9 if again else 0.75),
                    "opacity": 1 if again else 0.8,
                    "line": {"width": theme.line * 0.6} if again else {"color": theme.muted, "width": 0.6},
                },
                **place,
            )
        for i, vector in enumerate(method.prototypes):
            x, y = vector / np.linalg.norm(vector) * reach
            figure.add_scatter(
                x=[0, x],
                y=[0, y],
                mode="lines",
                line={"color": theme.colour(i), "width": theme.line * 0.8, "dash": "solid" if i < 8 else "dash"},
                showlegend=False,
                hoverinfo="skip",
                **place,
            )
            figure.add_annotation(
                x=x * 1.07, y=y * 1.07, text=f"<b>{i}</b>", font={"color": theme.ink, "size": theme.size}, **place
            )
        anchor = f"x{k + 1}" if k else "x"
        figure.update_xaxes(range=[-reach * 1.16, reach * 1.16], constrain="domain", **place)
        figure.update_yaxes(range=[-reach * 1.16, reach * 1.16], scaleanchor=anchor, constrain="domain", **place)
    return legend_foot(figure, theme)
