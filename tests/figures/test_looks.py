"""Every figure in every look: a second cue beside colour, and room for its plots at any width."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import pytest

from ltviz import views
from ltviz.views import VIEWS
from ltviz.views.gallery import Style

STYLES = (Style("light"), Style("projector"), Style("paper", "85mm", 8), Style("paper", "174mm", 8))


@lru_cache
def result(name: str) -> Any:
    return views.compute(name, **VIEWS[name].tiny)


def cue(trace: Any) -> tuple[Any, ...]:
    """Return what tells a trace apart without its colour."""
    line, marker = getattr(trace, "line", None), getattr(trace, "marker", None)
    pattern = getattr(marker, "pattern", None)
    return (
        trace.type,
        getattr(trace, "mode", None),
        getattr(line, "dash", None),
        getattr(marker, "symbol", None),
        getattr(pattern, "shape", None),
        getattr(trace, "side", None),
        # halves of a violin drawn by hand stand left and right, as the title says
        bool(trace.fill == "toself" and min(trace.x) < round(sum(trace.x) / len(trace.x)))
        if trace.type == "scatter"
        else None,
    )


@pytest.mark.parametrize("name", VIEWS)
def test_colour_is_never_the_only_cue(name: str) -> None:
    figure = views.draw(name, result(name))
    shown = [trace for trace in figure.data if trace.name and trace.showlegend is not False and trace.x[0] is not None]
    for one, other in combinations(shown, 2):
        assert one.name != other.name, f"{one.name} stands twice in the legend"
        assert cue(one) != cue(other), f"only colour tells {one.name} from {other.name}"


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"{style.theme}-{style.width}")
@pytest.mark.parametrize("name", VIEWS)
def test_the_plots_have_room(name: str, style: Style) -> None:
    layout = style.figure(name, result(name)).layout
    size = layout.template.layout.font.size
    plots = layout.height - layout.margin.t - layout.margin.b
    rows = sorted({axis.domain or (0.0, 1.0) for axis in style.figure(name, result(name)).select_yaxes()})
    assert min(high - low for low, high in rows) * plots >= 6.9 * size, "plots are at least seven letters high"
    for (_, top), (bottom, _) in pairwise(rows):
        assert (bottom - top) * plots >= 2.9 * size, "titles and tick labels fit between rows"
    if layout.width < 40 * size:
        assert "<span" not in layout.title.text, "a paper's column has its caption below the figure"


def test_classes_alike_have_a_surface_of_some_width() -> None:
    x = views.show("margin_surface", imbalance=1.0).data[0].x
    assert x[0] < 1 < x[-1]
