"""One colour for one thing: a loss keeps its colour, dash and marker, a frequent and a rare class theirs."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from ltviz import views
from ltviz.explorers._curves import of_class
from ltviz.figures.themes import FREQUENT, GROUPS, RARE, THEMES
from ltviz.losses import PLACES, Field, LossSpec, places, titled
from ltviz.methods import METHODS
from ltviz.methods import places as places_of_methods
from ltviz.methods import titled as method_titled

OKLAB = (
    np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    ),
    np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    ),
)
EYES = {
    "normal": np.eye(3),
    "red-blind": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "green-blind": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
INKS = ("#000000", "#F5F5F5")  # of what belongs to no class
GUESS_APART, CLASSES_APART, LOSSES_APART, BETWEEN_APART = 0.12, 0.05, 0.05, 0.04  # in Oklab


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        wide = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * wide[0] + 0.7152 * wide[1] + 0.0722 * wide[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, eye: str) -> np.ndarray:
    """Return a colour's place in Oklab as normal, red-blind or green-blind eyes see it (Machado and others 2009)."""
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    lms = np.cbrt(OKLAB[0] @ np.clip(EYES[eye] @ linear, 0, 1))
    return OKLAB[1] @ lms


def apart(one: str, other: str) -> float:
    return min(float(np.linalg.norm(seen(one, eye) - seen(other, eye))) for eye in EYES)


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
    assert places(["LDAM", "Mine", "LDAM (maximum margin 0.3)", "Mine"]) == [1, 0, 17, 16]
    assert len(set(places(["Cross-entropy", "Mine", "Another", "LDAM"]))) == 4


@pytest.mark.parametrize("theme", THEMES)
def test_a_loss_can_be_seen_on_its_ground_and_no_class_has_its_colour(theme: str) -> None:
    look = THEMES[theme]
    assert all(contrast(hue, look.paper) >= 3 for hue in look.hues)
    assert not {*look.hues, look.guess} & {*look.palette} - {look.ink, *INKS}
    strokes = [(look.losses.dash(i), look.losses.marker(i)) for i in range(PLACES)]
    for one, other in combinations(range(PLACES), 2):
        assert strokes[one] != strokes[other], f"only colour tells {one} from {other}"


@pytest.mark.parametrize("theme", THEMES)
def test_losses_classes_and_the_guess_stay_apart_for_the_colour_blind(theme: str) -> None:
    look = THEMES[theme]
    roles = [look.colour(i) for i in (FREQUENT, RARE, GROUPS["medium"])]
    assert min(apart(look.guess, other) for other in (*roles, *look.hues)) > GUESS_APART
    assert min(apart(hue, role) for hue in look.hues for role in roles) > CLASSES_APART
    assert min(apart(one, other) for one, other in combinations(look.hues, 2)) > LOSSES_APART
    between = [look.colour(style[1]) for style in (of_class(k, 8) for k in range(1, 5))]
    assert min(apart(hue, each) for hue in (*look.hues[1:7], look.guess) for each in between) > BETWEEN_APART


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
