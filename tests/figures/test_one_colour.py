"""One colour for one thing: a loss keeps its colour, dash and marker, a frequent and a rare class theirs."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from ltviz import views
from ltviz.figures.themes import FREQUENT, GROUPS, RARE, THEMES
from ltviz.losses import PLACES, Field, LossSpec, places, titled
from ltviz.methods import METHODS
from ltviz.methods import places as places_of_methods
from ltviz.methods import titled as method_titled


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        wide = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * wide[0] + 0.7152 * wide[1] + 0.0722 * wide[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def drawn(view: str, **given: Any) -> dict[str, tuple[str, str, str]]:
    figure = views.show(view, **given)
    lines = [trace for trace in figure.data if trace.type == "scatter" and trace.name and trace.line.dash]
    return {trace.name.split(",")[0]: (trace.line.color, trace.line.dash, trace.marker.symbol) for trace in lines}


def test_places_are_declared_once_and_read_as_they_are() -> None:
    own = {name: vars(loss)["place"] for name, loss in Field().items() if vars(loss).get("place") is not None}
    assert len(set(own.values())) == len(own)
    assert all(0 <= place < PLACES for place in own.values())
    for name, place in own.items():
        assert places([LossSpec(name).title]) == [place]
        assert titled(name) == LossSpec(name).title
    assert places(["LDAM", "Mine", "LDAM (max_margin 0.3)", "Mine"]) == [1, 0, 17, 16]
    assert len(set(places(["Cross-entropy", "Mine", "Another", "LDAM"]))) == 4


@pytest.mark.parametrize("theme", THEMES)
def test_a_loss_can_be_seen_on_its_ground_and_no_class_has_its_colour(theme: str) -> None:
    look = THEMES[theme]
    assert all(contrast(hue, look.paper) >= 3 for hue in look.hues)
    assert not {*look.hues} & {look.colour(i) for i in (FREQUENT, RARE, GROUPS["medium"], 9)}
    strokes = [(look.losses.dash(i), look.losses.marker(i)) for i in range(PLACES)]
    for one, other in combinations(range(PLACES), 2):
        assert strokes[one] != strokes[other], f"only colour tells {one} from {other}"


def test_a_loss_keeps_its_colour_in_whatever_company() -> None:
    alone = drawn("margin_curve", losses="ldam, dbm")
    among = drawn("margin_curve", losses="logit_adjustment, mm_ldam, dbm, ldam")
    assert alone["LDAM"] == among["LDAM"]
    assert alone["DBM"] == among["DBM"]
    assert drawn("boundary_vs_fit", losses="ldam", stops=3, seeds=1)["LDAM"][:2] == alone["LDAM"][:2]


def test_figures_say_methods_in_words() -> None:
    assert method_titled("dbm_bs(margin=0)") == "DBM + balanced softmax (margin 0)"
    assert all(method_titled(name) != name for name in METHODS)
    assert places_of_methods(["erm", "dbm_bs(margin=0)", "dbm_bs"]) == [0, 6, 6 + PLACES]


def test_a_rare_class_has_one_colour_whether_it_is_alone_or_a_group() -> None:
    look = THEMES["light"]
    counts = views.show("class_counts", groups="terciles")
    few = next(trace for trace in counts.data if trace.name.startswith("few"))
    assert few.marker.color == look.colour(RARE)
    bound = views.show("margin_bound")
    rare = next(trace for trace in bound.data if trace.name.startswith("rare"))
    assert rare.line.color == look.colour(RARE)
