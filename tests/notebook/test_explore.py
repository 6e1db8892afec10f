"""Explorers as Python sees them: what they are given, what they answer, and what happens when a study fails."""

from __future__ import annotations

import doctest
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ltviz
from ltviz import views
from ltviz.core.errors import BadInput, MissingExtra
from ltviz.explorers import CARDS
from ltviz.explorers._of_view import spelling
from ltviz.losses import LossSpec
from ltviz.notebook import Explorer, _cell, explore
from ltviz.views import VIEWS

GENERIC = [name for name in VIEWS if name not in CARDS]


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a notebook: explorers get their widget."""
    monkeypatch.setattr(_cell, "live", lambda: True)
    monkeypatch.setattr(_cell, "own", lambda explorer: None)
    monkeypatch.delenv("LTVIZ_STRICT", raising=False)
    yield
    from ipywidgets import Widget

    Widget.close_all()


class Browser:
    """What a browser would do with an explorer, without one."""

    def __init__(self, explorer: Explorer) -> None:
        self.widget = explorer._widget
        self.heard: list[tuple[dict[str, Any], Any]] = []
        self.widget.send = lambda content, buffers=None: self.heard.append((content, buffers))

    def ask(self, *states: dict[str, Any], tables: list[str] | None = None) -> list[dict[str, Any]]:
        """Ask for all tables at some states; return what the kernel says, which ends with done."""
        self.heard.clear()
        names = tables or [each["name"] for each in self.widget.spec["tables"] if not each["asked"]]
        asks = [{"table": name, "key": str(k), "state": state} for k, state in enumerate(states) for name in names]
        content = {"ask": asks, "id": "view 1", "look": "light", "width": 800}
        self.widget._handle_custom_msg(json.loads(json.dumps(content)), [])
        assert self.heard[-1][0] == {"done": "view 1"}
        return [content for content, _ in self.heard[:-1]]

    def ask_all(self, state: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask table by table, as long as it takes."""
        return [said for each in self.widget.spec["tables"] for said in self.ask(state, tables=[each["name"]])]


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("name", [*CARDS, *GENERIC])
def test_every_explorer_opens_and_answers(name: str) -> None:
    explorer = explore(name, **(VIEWS[name].tiny if name in GENERIC else {}))
    browser = Browser(explorer)
    spec = json.loads(json.dumps(browser.widget.spec, allow_nan=False))
    assert (
        json.loads(json.dumps(explorer.state))
        == spec["state"]
        == {each["name"]: spec["state"][each["name"]] for each in spec["dials"]}
    )
    told = browser.ask_all(spec["state"])
    assert [each["entry"]["table"] for each in told] == [each["name"] for each in spec["tables"]]
    json.dumps(told, allow_nan=False)
    for each in spec["dials"]:
        if each["kind"] == "number":
            assert spec["state"][each["name"]] in each["values"]


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("name", GENERIC)
def test_any_view_has_its_controls_and_its_losses_numbers(name: str) -> None:
    explorer = explore(name)
    dials = explorer._widget.spec["dials"]
    assert set(VIEWS[name].controls) <= {each["name"] for each in dials}
    assert [each["more"] for each in dials[:3]] == [False, False, True][: len(dials)]
    full = views.state(name, explorer.state)
    slot = spelling(name)
    assert {key: full[key] for key in full if key != slot} == {
        key: value for key, value in views.state(name, {}).items() if key != slot
    }


@pytest.mark.usefixtures("live")
def test_keywords_are_those_of_show() -> None:
    explorer = explore("loss_anatomy", loss="ldam(scale=20)", max_margin=0.3, imbalance=37)
    assert explorer.state["loss"] == "ldam"
    assert (explorer.state["max_margin"], explorer.state["scale"], explorer.state["imbalance"]) == (0.3, 20.0, 37.0)
    spec = LossSpec("ldam", {"max_margin": 0.3, "scale": 20.0})
    assert LossSpec.of(views.state("loss_anatomy", explorer.state)["loss"]) == spec
    (told,) = Browser(explorer).ask(explorer.state)
    study = views.compute("loss_anatomy", loss="ldam(scale=20)", max_margin=0.3, imbalance=37)
    assert told["entry"]["tree"]["values"]["drop"] == study.drop[-1]


@pytest.mark.usefixtures("live")
def test_a_view_that_is_no_explorer_shows_its_figure() -> None:
    given = {"losses": "ldam(scale=20), ce", "max_margin": 0.3, "imbalance": 37, "stops": 2, "seeds": 1}
    explorer = explore("boundary_vs_fit", **given)
    assert (explorer.state["losses"], explorer.state["max_margin"], explorer.state["scale"]) == ("ldam, ce", 0.3, 20.0)
    (told,) = Browser(explorer).ask(explorer.state)
    figure = views.show("boundary_vs_fit", **given)
    entry = told["entry"]["tree"]
    names = ([each.get("name") for each in entry["figure"]["data"]], [each.name for each in figure.data])
    drawn, shown = ([sorted(re.findall(r"[\w.]+", name or "")) for name in each] for each in names)
    assert drawn == shown
    assert entry["figure"]["layout"]["width"] == 800


@pytest.mark.usefixtures("live")
def test_a_number_on_which_losses_disagree_stays_in_their_spelling() -> None:
    explorer = explore("weight_curve", losses="class_balanced(beta=0.99), class_balanced, inverse_frequency")
    assert "beta" not in explorer.state
    assert explorer.state["losses"] == "class_balanced(beta=0.99), class_balanced, inverse_frequency"
    assert explorer.state["power"] == 1.0


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("margin_bond", {}, "unknown explorer 'margin_bond'.*Did you mean 'margin_bound'"),
        ("class_counts", {"imbalance": 0.5}, "imbalance is the ratio"),
        ("class_counts", {"imbalence": 10}, "imbalence.*Did you mean 'imbalance'"),
        ("loss_anatomy", {"loss": "ldm"}, "unknown loss 'ldm'"),
        ("loss_anatomy", {"loss": "ldam", "tau": 1.0}, "unknown keyword 'tau'"),
        ("decision_map", {"imbalance": float("nan")}, "imbalance"),
        ("decision_map", {"theme": "blue"}, "theme must be one of"),
        ("margin_bound", {"largets": 10}, "largets"),
    ],
)
@pytest.mark.usefixtures("live")
def test_bad_input_is_refused_before_anything_is_shown(name: str, given: dict[str, Any], said: str) -> None:
    from ipywidgets.widgets.widget import _instances

    with pytest.raises(BadInput, match=said):
        explore(name, **given)
    assert not _instances


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("given", [{"imbalance": 0.5}, {"imbalence": 10}, {"classes": 2.5}, {"groups": "halves"}])
def test_bad_input_is_said_as_show_says_it(given: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as shown:
        views.state("class_counts", given)
    with pytest.raises(BadInput) as explored:
        explore("class_counts", **given)
    assert str(explored.value) == str(shown.value)


def test_row_75_outside_jupyter() -> None:
    with pytest.raises(MissingExtra, match="needs Jupyter: pip install jupyterlab ipywidgets anywidget"):
        ltviz.explore("margin_bound")
    assert ltviz.show("margin_bound").data


@pytest.mark.parametrize("package", ["ipywidgets", "anywidget"])
def test_row_75_without_widgets(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ltviz.core.kernel.kernel", lambda: type("Kernel", (), {"_allow_stdin": True}))
    monkeypatch.setattr(_cell, "kernel", object)
    monkeypatch.setattr(_cell, "find_spec", lambda name: None if name == package else True)
    with pytest.raises(MissingExtra, match=f"needs {package}: pip install"):
        explore("margin_bound")
    assert ltviz.show("margin_bound").data


@pytest.mark.usefixtures("live")
def test_moves_from_python() -> None:
    explorer = explore("class_counts")
    explorer.move(classes=6, groups="terciles")
    assert (explorer.state["classes"], explorer.state["groups"]) == (6, "terciles")
    assert explorer._widget.at == explorer.state
    explorer.move(imbalance=10.2)
    stops = explorer._card.dials["imbalance"].values
    assert explorer.state["imbalance"] == min(stops, key=lambda stop: abs(stop - 10.2)), "a hand reaches stops only"
    for given in ({"imbalence": 3}, {"imbalance": "many"}, {"imbalance": float("nan")}):
        with pytest.raises(BadInput, match="imbal"):
            explorer.move(**given)
    explorer.close()
    assert (explorer.state["classes"], explorer.state["groups"]) == (6, "terciles")


@pytest.mark.usefixtures("live")
def test_a_hand_moves_the_state() -> None:
    explorer, other = explore("class_counts"), explore("class_counts")
    explorer._widget.set_state({"at": {**explorer._widget.at, "imbalance": 10}})
    assert explorer.state["imbalance"] == 10.0
    assert isinstance(explorer.state["imbalance"], float)
    assert other.state["imbalance"] == 100.0


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Make the study of weight_curve slow, and fail at 7 classes; return the imbalances that it computed."""
    study, computed = VIEWS["weight_curve"].study(), []

    def fake(**state: Any) -> Any:
        computed.append(state["imbalance"])
        time.sleep(0.06)
        if state["classes"] == 7:
            raise ZeroDivisionError("seven")
        return study(**state)

    monkeypatch.setattr("ltviz.studies.weight_curve.weight_curve", fake)
    return computed


@pytest.mark.usefixtures("live")
def test_f17_a_slow_request_is_given_back_after_one_entry(slow: list[float]) -> None:
    explorer = explore("weight_curve")
    states = [{**explorer.state, "imbalance": float(k)} for k in (1, 10, 1000)]
    told = Browser(explorer).ask(*states)
    assert [each["entry"]["key"] for each in told] == ["0"]
    assert [each for each in slow if each != 1000.0] == [1.0]  # to 1000, computed once, the axes reach


@pytest.mark.usefixtures("live")
def test_quick_entries_are_answered_together() -> None:
    explorer = explore("margin_bound")
    browser = Browser(explorer)
    browser.ask(explorer.state)
    dial = explorer._card.dials["imbalance"].values
    assert len(browser.ask(*[{**explorer.state, "imbalance": value} for value in dial[:5]])) >= 5


@pytest.mark.usefixtures("live")
def test_f16_an_exception_is_told_and_the_next_move_recovers(slow: list[float]) -> None:
    explorer = explore("weight_curve")
    browser = Browser(explorer)
    (told,) = browser.ask({**explorer.state, "classes": 7})
    assert told == {"error": "ZeroDivisionError: seven", "table": "curves", "key": "0", "id": "view 1"}
    (told,) = browser.ask({**explorer.state, "imbalance": 0.5})
    assert told["error"].startswith("imbalance is the ratio"), "an LtvizError needs no type"
    (told,) = browser.ask({**explorer.state, "classes": 8})
    assert "entry" in told
    explorer.move(classes=7)
    assert browser.heard[-1][0] == {"error": "ZeroDivisionError: seven", "id": ""}
    assert explorer.state["classes"] == 10
    explorer.move(classes=8)
    assert explorer.state["classes"] == 8


@pytest.mark.usefixtures("live")
def test_f16_strict(slow: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LTVIZ_STRICT", "1")
    explorer = explore("weight_curve")
    browser = Browser(explorer)
    with pytest.raises(ZeroDivisionError, match="seven"):
        browser.ask({**explorer.state, "classes": 7})
    assert [content for content, _ in browser.heard] == [
        {"error": "ZeroDivisionError: seven", "table": "curves", "key": "0", "id": "view 1"},
        {"done": "view 1"},
    ]
    with pytest.raises(ZeroDivisionError, match="seven"):
        explorer.move(classes=7)
    assert "entry" in browser.ask({**explorer.state, "classes": 8})[0]


@pytest.mark.usefixtures("live")
def test_another_loss_has_other_dials() -> None:
    explorer = explore("loss_anatomy", loss="ldam", max_margin=0.3)
    browser = Browser(explorer)
    before = browser.widget.spec
    (told,) = browser.ask({**explorer.state, "loss": "nonsense"})
    assert "unknown loss 'nonsense'" in told["error"]
    assert browser.widget.spec is before
    assert browser.ask({**explorer.state, "loss": " ldam "})[0]["entry"], "the same loss, the same dials"
    assert browser.ask({**explorer.state, "loss": "logit_adjustment(tau=0.5)", "imbalance": 10.0}) == []
    names = [each["name"] for each in browser.widget.spec["dials"]]
    assert "tau" in names
    assert "max_margin" not in names
    assert explorer.state == browser.widget.at == browser.widget.spec["state"]
    assert (explorer.state["loss"], explorer.state["tau"], explorer.state["imbalance"]) == ("logit_adjustment", 0.5, 10)
    assert "entry" in browser.ask(explorer.state)[0]


@pytest.mark.usefixtures("live")
def test_another_look_or_width_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    study, computed = VIEWS["boundary_vs_fit"].study(), []
    monkeypatch.setattr(
        "ltviz.studies.boundary_vs_fit.boundary_vs_fit", lambda **state: computed.append(state) or study(**state)
    )
    explorer = explore("boundary_vs_fit", losses="ce", stops=2, seeds=1)
    browser = Browser(explorer)
    browser.ask(explorer.state)
    for look, width in (("dark", 800), ("projector", 400), ("light", 90)):
        ask = {"table": "figure", "key": "0", "state": explorer.state}
        browser.widget._handle_custom_msg({"ask": [ask], "id": "view 2", "look": look, "width": width}, [])
        entry = browser.heard[-2][0]["entry"]["tree"]
        assert (entry["look"], entry["width"]) == (look, width)
    assert entry["figure"]["layout"]["width"] == 320
    assert len(computed) == 1


@pytest.mark.usefixtures("live")
def test_arrays_travel_in_one_buffer() -> None:
    explorer = explore("decision_map")
    browser = Browser(explorer)
    browser.ask_all(explorer.state)
    entries = [(content, buffers) for content, buffers in browser.heard if "entry" in content]
    assert all(len(buffers) == 1 for _, buffers in entries)


def test_a_strict_kernel_shows_the_error_and_runs_the_docstrings_example(notebook: Callable[..., Any]) -> None:
    book = notebook(LTVIZ_STRICT="1")
    (shown,) = book.run("import ltviz\ne = ltviz.explore('weight_curve')\ne")
    (comm,) = book.explorers()
    assert shown["application/vnd.jupyter.widget-view+json"]["model_id"] == comm
    assert "ltviz lab" in shown["text/html"]
    state = {**book.opened[comm]["spec"]["state"], "imbalance": -1}
    ask = {"ask": [{"table": "curves", "key": "0", "state": state}], "id": "v 1", "look": "light", "width": 800}
    book.send(comm, ask)
    book.rest()
    assert book.custom[-1] == {"done": "v 1"}
    assert book.custom[-2]["error"].startswith("imbalance is the ratio")
    assert book.errors[-1].startswith("BadInput: imbalance is the ratio")
    # The same kernel runs the example of the docstring, which needs one.
    (example,) = doctest.DocTestFinder(recurse=False).find(explore, "explore")[0].examples
    (shown,) = book.run(f"from ltviz import explore\n{example.source}", "example")
    comm = book.explorers()[-1]
    assert shown["application/vnd.jupyter.widget-view+json"]["model_id"] == comm
    state = book.opened[comm]["spec"]["state"]
    assert (state["loss"], state["loss.ldam.max_margin"]) == ("ldam", 0.3)
    assert len(book.errors) == 1


@pytest.mark.usefixtures("live")
def test_the_parameter_along_an_axis_has_no_dial() -> None:
    explorer = explore("boundary_shift", loss="ldam", stops=2, seeds=1)
    assert "max_margin" not in explorer.state
    assert "scale" in explorer.state
    browser = Browser(explorer)
    assert browser.ask({**explorer.state, "parameter": "scale"}) == []
    assert "max_margin" in explorer.state
    assert "scale" not in explorer.state


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("counts", ["500,60,7", [500, 60, 7], {2: 7, 0: 500, 1: 60}])
@pytest.mark.parametrize("name", ["class_counts", "margin_curve", "mm_margin", "weight_curve", "loss_anatomy"])
def test_counts_of_ones_own_stand_in_place_of_a_profile(name: str, counts: Any) -> None:
    explorer = explore(name, counts=counts)
    browser = Browser(explorer)
    assert explorer.state["counts"] == "500,60,7"
    assert all(explorer._card.dials[key].when == {"counts": ("",)} for key in ("profile", "imbalance", "largest"))
    assert "entry" in browser.ask(explorer.state)[0]
    assert views.state(name, explorer._card.still(explorer.state))["counts"] == "500,60,7"
    explorer.move(counts="")
    assert "entry" in browser.ask(explorer.state)[0]
    with pytest.raises(BadInput, match="counts contradict imbalance"):
        explore(name, counts=counts, imbalance=10)
    explorer.move(counts="50,6")
    assert "entry" in browser.ask({**explorer.state, "counts": "50,6"})[0]


@pytest.mark.usefixtures("live")
def test_bars_by_hand_take_counts_of_ones_own() -> None:
    explorer = explore("rare_margins", counts={1: 60, 0: 500, 2: 7})
    at = explorer.state
    assert (at["counts"], at["bars"], at["n0"], at["n1"], at["n2"]) == ("by hand", 3, 500, 60, 7)
    assert views.state("margin_curve", explorer._card.still(at))["counts"] == "500,60,7"
    with pytest.raises(BadInput, match="at most 10 bars"):
        explore("rare_margins", counts=[5] * 11)
    with pytest.raises(BadInput, match="contradict imbalance"):
        explore("rare_margins", counts=[5, 4], imbalance=10)
