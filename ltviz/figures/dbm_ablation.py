"""What each part of DBM adds drawn: a row for each step, the paper's beside ours."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ltviz.figures._panels import legend_foot, panels
from ltviz.figures.themes import INK, LIGHT, MIDDLE, RARE, Theme, blank, label
from ltviz.losses import titled
from ltviz.studies.dbm_ablation import Ablation, DBMAblation

_APART = 0.16  # of a row's height, between the marks in it


def dbm_ablation(result: DBMAblation, theme: Theme = LIGHT) -> go.Figure:
    """Draw what each step adds to the one before, for all classes and the rarest third; open: the paper's."""
    n = result.bases[0].balanced.shape[1]
    bars = f"Bar: one standard error of the paired difference, n = {n} seeds." if n > 1 else "n = 1 seed: no bars."
    figure = blank(
        theme,
        f"What each part of DBM adds to the accuracy on {label(result.data, 60)}, and in the paper on CIFAR-100-LT",
        subtitle=f"{result.caption} Each step against the one before. {bars}",
    )
    places = panels(
        figure,
        theme,
        [_title(each, theme) for each in result.bases],
        x="gain (percentage points)",
        y="",
        shared_yaxes=True,
        horizontal_spacing=0.06,
    )
    rows = np.arange(len(result.steps) - 1)
    for k, (each, place) in enumerate(zip(result.bases, places, strict=True)):
        some = (
            (INK, each.gain, each.error, "all classes", -_APART, ""),
            (RARE, each.few_gain, each.few_error, "the rarest third", 0.0, ""),
            (MIDDLE, np.diff(each.paper), None, "all classes, in the paper", _APART, "-open"),
        )
        for i, gain, error, name, off, mark in some:
            bar = None
            if error is not None and n > 1:
                bar = {"type": "data", "array": 100 * error, "color": theme.colour(i), "thickness": theme.line * 0.7}
            figure.add_scatter(
                x=100 * gain,
                y=rows + off,
                mode="markers",
                name=name,
                legendgroup=name,
                showlegend=k == 0,
                error_x=bar,
                marker={"symbol": theme.marker(i) + mark, "size": theme.dot * 1.4, "color": theme.colour(i)},
                hovertemplate="%{x:+.2f}<extra></extra>",
                **place,
            )
        figure.add_vline(x=0.0, line={"color": theme.muted, "width": theme.line * 0.6, "dash": "dash"}, **place)
        figure.update_yaxes(range=[len(rows) - 0.5, -0.5], zeroline=False, **place)
    names = [label(step) for step in result.steps[1:]]
    figure.update_yaxes(tickvals=rows.tolist(), ticktext=[name.replace(", ", ",<br>") for name in names])
    figure.update_layout(margin={"l": theme.size * (11 if not theme.narrow else 9)})
    figure.update_yaxes(title_text="step", row=1, col=1)
    return legend_foot(figure, theme)


def _title(each: Ablation, theme: Theme) -> str:
    """Return the base, and where it begins."""
    own, paper = 100 * each.balanced[0].mean(), 100 * each.paper[0]
    return (
        f"{label(titled(each.base))}<br>linear head: {own:.1f} %,{'<br>' if theme.narrow else ' '}paper {paper:.1f} %"
    )
