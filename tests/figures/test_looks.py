"""Every figure in every look: a second cue beside colour, and room for its plots at any width."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from ltviz import views
from ltviz.core.errors import BadInput
from ltviz.figures.themes import LIGHT, THEMES, level
from ltviz.gallery import Style
from ltviz.views import VIEWS

STYLES = (
    Style("light"),
    Style("projector"),
    Style("paper", "85mm", 8),
    Style("paper", "174mm", 8),
    Style("paper", "85mm", 8, title="none"),
    Style("light", height="1700px"),
)


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


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.theme}-{s.width}-{s.height}-{s.title}")
@pytest.mark.parametrize("name", VIEWS)
def test_the_plots_have_room(name: str, style: Style) -> None:
    figure = style.figure(name, result(name))
    layout = figure.layout
    size = layout.template.layout.font.size
    plots = layout.height - layout.margin.t - layout.margin.b
    rows = sorted({axis.domain or (0.0, 1.0) for axis in figure.select_yaxes()})
    assert min(high - low for low, high in rows) * plots >= 6.9 * size, "plots are at least seven letters high"
    for (_, top), (bottom, _) in pairwise(rows):
        assert (bottom - top) * plots >= 2.9 * size, "titles and tick labels fit between rows"
    if style.title:
        assert not layout.title.text
    if style.height:
        assert layout.height == 1700
    if layout.width < 40 * size:
        assert "<span" not in layout.title.text, "a paper's column has its caption below the figure"


def test_a_figure_without_title_is_smaller_by_it_and_too_small_a_height_is_refused() -> None:
    with_title, without = (views.draw("weight_curve", result("weight_curve"), title=t, height=3000) for t in (None, ""))
    assert without.layout.margin.t < with_title.layout.margin.t - 20
    own = views.draw("weight_curve", result("weight_curve"), title="Mine <i>& $x$</i>")
    assert "Mine &lt;i&gt;&amp; &#36;x&#36;&lt;/i&gt;" in own.layout.title.text
    with pytest.raises(BadInput, match=r"height must be at least \d+ px \(\d+ mm\) for weight_curve.*got 120 px"):
        views.draw("weight_curve", result("weight_curve"), height=120)


def test_classes_alike_have_a_surface_of_some_width() -> None:
    x = views.show("margin_surface", imbalance=1.0).data[0].x
    assert x[0] < 1 < x[-1]


@pytest.mark.parametrize(("asked", "other"), [("logit", "paper"), ("paper", "logit")])
def test_a_button_turns_margins_into_the_other_unit(asked: str, other: str) -> None:
    figure, wanted = (views.show("margin_curve", unit=unit) for unit in (asked, other))
    (menu,) = figure.layout.updatemenus
    assert [button.label for button in menu.buttons] == ["logit", "paper's unit"]
    assert menu.active == ("logit", "paper").index(asked)
    traces, layout = menu.buttons[1 - menu.active].args
    for k, trace in enumerate(wanted.data):
        np.testing.assert_array_equal(traces["y"][k], trace.y)
        assert (traces["xaxis"][k], traces["yaxis"][k]) == (trace.xaxis or "x", trace.yaxis or "y")
    assert layout["title.text"] == wanted.layout.title.text != figure.layout.title.text
    assert layout["yaxis"]["title"]["text"] == wanted.layout.yaxis.title.text != figure.layout.yaxis.title.text
    assert (layout["yaxis3"] is None) == (other == "logit"), "axes of the other picture do not stay behind"
    assert [each["text"] for each in layout["annotations"]] == [each.text for each in wanted.layout.annotations]


@pytest.mark.parametrize("theme", THEMES)
def test_the_buttons_can_be_read_and_have_room(theme: str) -> None:
    figure = views.show("margin_curve", theme=theme)
    if THEMES[theme].name == "paper":
        figure = Style("paper", "85mm", 8).figure("margin_curve", views.compute("margin_curve"))
        assert not figure.layout.updatemenus, "a paper's column has no buttons"
        return
    (menu,) = figure.layout.updatemenus
    for ground in (menu.bgcolor, "#F4FAFF"):  # plotly's own for the active one
        assert _luminance(ground) > 5 * _luminance(menu.font.color) + 0.2
    assert figure.layout.margin.b - menu.pad.t >= 2.2 * THEMES[theme].size + 1.5 * THEMES[theme].size


def _luminance(colour: str) -> float:
    red, green, blue = ((int(colour[k : k + 2], 16) / 255) ** 2.2 for k in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
def test_a_second_round_of_classes_has_colours_and_markers_of_its_own(theme: str) -> None:
    look = THEMES[theme]
    ground = _luminance(look.paper)
    for i in range(8, 16):
        low, high = sorted((_luminance(look.colour(i)), ground))
        assert (high + 0.05) / (low + 0.05) >= 3
    figure = views.draw("embedding_map", result("embedding_map"), theme=look)
    points = {trace.name[0]: trace.marker for trace in figure.data if trace.mode == "markers"}
    assert len({marker.color for marker in points.values()}) == 10
    assert {name for name, marker in points.items() if marker.symbol.endswith("-open")} == {"8", "9"}


@pytest.mark.parametrize("words", [["a", "margin"], ["few", "incomprehensibilities"], ["over-confident", "nets"]])
@pytest.mark.parametrize("times", [1, 4, 15, 40])
def test_lines_are_as_few_as_fit_and_as_short_as_so_few_can_be(words: list[str], times: int) -> None:
    text = " ".join(words * times)
    letters = int(max(20, 0.75 * LIGHT.width / (LIGHT.size * 0.58)))

    def broken(letters: int) -> list[str]:
        return textwrap.wrap(text, letters, break_long_words=False, break_on_hyphens=False)  # Cross-entropy stays one

    shortest = next(n for n in range(1, 1000) if len(broken(n)) <= len(broken(letters)))
    assert level(text, LIGHT).split("<br>") == broken(shortest)


def luminance(colour: np.ndarray) -> float:
    """Of red, green and blue from 0 to 1, as WCAG 2.2 has it."""
    return float(
        np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    )


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def channels(colour: str) -> np.ndarray:
    return np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])


@pytest.mark.parametrize("theme", THEMES)
def test_an_empty_cell_of_a_confusion_is_as_the_ground_and_each_number_is_read(theme: str) -> None:
    """By night too, also where a page turns the light figure over."""
    figure = views.draw("confusion", result("confusion"), theme=theme)
    (cells, letters), paper = figure.data[:2], channels(THEMES[theme].paper)
    low, high = (channels(colour) for _, colour in cells.colorscale)
    assert contrast(paper, low) < 1.5
    assert contrast(paper, high) > 4.5
    assert len(letters.text) > 10
    for text, colour in zip(letters.text, letters.textfont.color, strict=True):
        assert contrast(channels(colour), low + int(text) / 100 * (high - low)) > 4.4, text
