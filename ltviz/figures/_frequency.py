"""A number of each class against its training samples: points for classes, a curve with a band through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ltviz.core.counts import ClassCounts
from ltviz.figures._panels import band
from ltviz.figures.themes import Theme


def against_frequency(
    figure: go.Figure,
    theme: Theme,
    i: int,
    counts: ClassCounts,
    parts: Sequence[np.ndarray],
    runs: np.ndarray,
    name: str,
    *,
    dots: bool = True,
    **place: Any,
) -> None:
    """Draw the i-th curve: means over the classes of each part, and each class where parts hold several.

    Parameters
    ----------
    figure : plotly Figure
        To which it is added.
    theme : Theme
        The look.
    i : int
        Which colour, dash and marker.
    counts : ClassCounts
        Training counts: the axis, logarithmic.
    parts : sequence of ndarray
        Class ids of each place on the curve.
    runs : ndarray (n, C)
        The number of each class, for each seed.
    name : str
        For the legend.
    dots : bool
        Whether the classes of a part are drawn too, as small points.
    **place
        Row and column of the panel.
    """
    if dots and len(parts) < len(counts):
        figure.add_scatter(
            x=counts.values,
            y=runs.mean(axis=0),
            mode="markers",
            marker={"symbol": theme.marker(i), "size": theme.dot * 0.5, "color": theme.fill(i, 0.5)},
            hovertemplate="%{y:.3g}<extra></extra>",
            legendgroup=name,
            **{**place, "showlegend": False},
        )
    x = np.array([np.exp(np.log(counts.values[ids]).mean()) for ids in parts])
    band(figure, theme, i, x, np.stack([runs[:, ids].mean(axis=1) for ids in parts]), name, **place)
