"""What holds for every explorer: its dials are declared once, its entries exist, and its picture can do without it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ltviz import views, web
from ltviz.core.errors import BadInput
from ltviz.core.params import Flag, Param
from ltviz.explorers import CARDS, Card, Dial, Table, card, question
from ltviz.explorers._stops import stops

TEACHING = tuple(name for name in CARDS if name != "decision_map")


def front(each: Card, state: dict[str, Any]) -> list[str]:
    return [
        name
        for name, dial in each.dials.items()
        if not dial.more and each.active(name, state) and len(dial.values) != 1
    ]


@pytest.mark.parametrize("name", CARDS)
class TestEveryCard:
    def test_it_opens(self, name: str) -> None:
        opened, state = CARDS[name].start()
        assert (opened.name, opened.question) == (name, question(name))
        assert opened.question.rstrip().endswith("?") or opened.guess
        for table in opened.tables:
            tree, buffer = web.pack(opened.tables[table].entry(state))
            json.dumps(tree, allow_nan=False)
            assert len(buffer) % 4 == 0
        json.dumps(web.spec(opened, state), default=str)

    def test_each_dial_takes_its_stops(self, name: str) -> None:
        opened, state = CARDS[name].start()
        for key, dial in opened.dials.items():
            for value in dial.values:
                dial.control.check(key, value)
            if isinstance(dial.control, Param):
                assert list(dial.values) == sorted(set(dial.values))
                assert state[key] in dial.values
            assert dial.control.help

    def test_keys_name_dials_and_live_dials_are_in_none(self, name: str) -> None:
        opened = CARDS[name]
        for table in opened.tables.values():
            assert set(table.keys) <= set(opened.dials)
            assert not any(opened.dials[key].live for key in table.keys)
        for dial in opened.dials.values():
            assert set(dial.when) <= set(opened.dials)

    def test_without_sliders_a_view_draws_it(self, name: str) -> None:
        opened, state = CARDS[name].start()
        assert views.state(opened.view, opened.still(state))

    def test_the_page_has_dials_that_exist_at_stops_that_are_valid(self, name: str) -> None:
        opened = CARDS[name]
        assert opened.page
        assert set(opened.page) <= set(opened.dials)
        fixed, state = opened.fixed().start()
        for key, dial in fixed.dials.items():
            assert state[key] in dial.values or len(dial.values) == 0
        for table in fixed.tables:
            count = sum(1 for _ in fixed.states(table))
            assert 1 <= count < 4000

    def test_what_is_guessed_can_be_reached(self, name: str) -> None:
        guess = CARDS[name].guess
        if guess is None:
            assert name == "decision_map"
            return
        assert guess.low <= guess.start <= guess.high
        assert guess.prompt.rstrip()
        for opened in (CARDS[name].start()[0], CARDS[name].fixed().start()[0]):
            for key, value in {**guess.state, **guess.shows}.items():
                assert value in opened.dials[key].values

    def test_an_unknown_keyword_is_refused(self, name: str) -> None:
        with pytest.raises(BadInput, match="unknown"):
            CARDS[name].start({"sede": 7})


@pytest.mark.parametrize("name", TEACHING)
def test_an_explorer_that_teaches_opens_with_two_controls_at_most(name: str) -> None:
    opened, state = CARDS[name].start()
    shown = [key for key in front(opened, state) if key != "added"]  # points are put into the picture itself
    switches = [key for key in shown if isinstance(opened.dials[key].control, Flag)]  # a row of them is one control
    assert 1 <= len(shown) - len(switches) + bool(switches) <= 2, shown
    assert len(switches) <= 3


def test_they_stand_in_the_order_that_they_declare() -> None:
    assert [CARDS[name].order for name in CARDS] == sorted(each.order for each in CARDS.values())


def test_an_unknown_card() -> None:
    with pytest.raises(BadInput, match="did you mean|there are"):
        card("margin_bund")


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (Param(0.5, 0.0, 1.0, 0.25, "x"), (0.0, 0.25, 0.5, 0.75, 1.0)),
        (Param(3, 2, 5, 1, "x"), (2, 3, 4, 5)),
        (Param(0.3, 0.0, 1.0, 0.5, "x"), (0.0, 0.3, 0.5, 1.0)),
        (Param(10.0, 1.0, 100.0, 1.0, "x", log=True), (1.0, 10.0, 100.0)),
    ],
)
def test_stops_are_the_steps_and_the_default(control: Param, expected: tuple[float, ...]) -> None:
    assert stops(control) == expected


def test_a_slider_has_no_more_stops_than_a_hand_can_tell_apart() -> None:
    found = stops(Param(0.0, 0.0, 1.0, 0.001, "x"))
    assert len(found) == 41
    assert np.allclose(np.diff(found), 0.025)


def _small() -> Card:
    return Card(
        name="small",
        title="",
        question="?",
        picture="map",
        dials={
            "a": Dial("a", Param(1, 1, 3, 1, "x")),
            "b": Dial("b", Param(0.0, 0.0, 1.0, 0.5, "x"), when={"a": (2,)}),
            "c": Dial("c", Param(0.0, 0.0, 1.0, 1.0, "x"), when={"b": (1.0,)}),
            "d": Dial("d", Param(0.0, 0.0, 1.0, 0.1, "x"), live=True),
        },
        tables={"t": Table(("a", "b", "c"), dict)},
        view="margin_bound",
        still=dict,
    )


def test_every_combination_that_counts_comes_once() -> None:
    small = _small()
    keys = [small.key("t", state) for state in small.states("t")]
    # a = 1 and 3 alone; a = 2 with b = 0, 0.5, and with b = 1 both of c
    assert keys == ["0,-,-", "1,0,-", "1,1,-", "1,2,0", "1,2,1", "2,-,-"]


def test_a_value_between_the_stops_becomes_one() -> None:
    opened, state = _small().start({"b": 0.3})
    assert opened.dials["b"].values == (0.0, 0.3, 0.5, 1.0)
    assert state["b"] == 0.3
    with pytest.raises(BadInput, match="b must be"):
        _small().start({"b": 7})


def test_packing_keeps_what_a_tree_holds() -> None:
    tree = {"x": np.arange(3, dtype=np.float64), "y": [np.zeros((2, 2), np.uint8), "text", None, True, np.int64(4)]}
    told, buffer = web.pack(tree)
    assert told["x"] == {"$": ["f4", 0, [3]]}
    assert told["y"] == [{"$": ["u1", 12, [2, 2]]}, "text", None, True, 4]
    assert np.array_equal(np.frombuffer(buffer, np.float32, 3), [0, 1, 2])
    assert len(buffer) == 16


def test_whole_numbers_that_32_bits_cannot_hold_are_packed_as_they_are() -> None:
    told, buffer = web.pack(
        {"n": np.array([2**53, 1]), "m": np.array([2**31 - 1, -(2**31) + 1]), "none": np.zeros(0, int)}
    )
    assert told["n"] == [2**53, 1]
    assert told["m"] == {"$": ["i4", 0, [2]]}
    assert len(buffer) == 8
