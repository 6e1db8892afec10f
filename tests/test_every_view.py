"""Every view, at its tiny state: quick, finite, named axes, JSON that draws the same picture again."""

from __future__ import annotations

import inspect
import json
import re
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

from ltviz import views
from ltviz.core.errors import BadDeclaration, BadInput, DataError, LtvizError
from ltviz.core.files import to_json
from ltviz.figures.themes import THEMES
from ltviz.views import VIEWS

COSINE = ("ldam", "dbm", "mm_ldam")
ANY = ("ce", *COSINE, "logit_adjustment", "focal", "class_balanced")
ACCEPTS = {
    "margin_curve": ANY,
    "mm_margin": ("mm", *COSINE),
    "margin_surface": ("dbm", "dbm(margin=0.3, tau=0.5)"),
    "weight_curve": ("ce", "inverse_frequency", "class_balanced(beta=0.99)"),
    "loss_anatomy": (*ANY, "hinge", "gcl", "large_margin_softmax", "vs", "cdt", "mm", "dbm(base=balanced_softmax)"),
}
CASES = [(name, None) for name in VIEWS] + [(name, loss) for name, some in ACCEPTS.items() for loss in some]


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Import torch, plotly, scikit-learn and what training needs before anything is timed."""
    views.show("class_counts")
    views.compute("margin_curve")
    views.compute("confusion", **VIEWS["confusion"].tiny)


def titles_of(figure) -> list[str]:
    """Titles of all axes that are drawn; in a row of panels with a shared axis the first one's counts."""
    x = [axis.title.text for axis in figure.select_xaxes() if axis.visible is not False]
    y = [axis.title.text for axis in figure.select_yaxes() if axis.visible is not False]
    return [any(x), any(y)]


@pytest.mark.thorough(every=2)
@pytest.mark.parametrize(("name", "loss"), CASES)
def test_tiny_state(name: str, loss: str | None) -> None:
    given = dict(VIEWS[name].tiny)
    if loss is not None:
        given["loss"] = loss
    VIEWS[name].study(), VIEWS[name].figure()  # importing is not drawing
    begin = time.process_time()  # what the view itself costs, however busy the machine is
    result = views.compute(name, **given)
    figure = views.draw(name, result)
    assert time.process_time() - begin < 2.0
    content = to_json(views.numbers(name, result, views.state(name, given)))
    again = views.restore(name, json.loads(content))
    assert to_json(views.numbers(name, again, views.state(name, given))) == content
    assert views.draw(name, again).to_json() == figure.to_json()
    assert figure.layout.title.text
    assert all(titles_of(figure)), "both kinds of axes need a title"
    assert figure.data
    assert (figure.layout.width, figure.layout.height) != (None, None)


@pytest.mark.parametrize("name", VIEWS)
def test_controls_are_the_studys_keywords_and_defaults(name: str) -> None:
    signature, begins = inspect.signature(VIEWS[name].study()), VIEWS[name].begins
    declared = {key: control.default for key, control in VIEWS[name].controls.items()}
    defaults = {key: each.default for key, each in signature.parameters.items()}
    assert {**defaults, **begins} == declared
    assert not begins.items() & defaults.items(), "a default stands in one place, the study's"
    assert all(each.kind is each.KEYWORD_ONLY for each in signature.parameters.values())
    assert set(VIEWS[name].tiny) <= set(declared)
    assert VIEWS[name].question.endswith("?")


def test_a_view_asks_for_what_its_study_has() -> None:
    view = VIEWS["margin_curve"]
    for asks in ({**view.asks, "angel": view.asks["angle"]}, {"losses": view.asks["losses"]}):
        with pytest.raises(BadDeclaration, match="keywords of the study margin_curve, which are losses, unit, angle"):
            replace(view, asks=asks).controls  # noqa: B018


def test_views_stand_in_the_order_that_they_declare() -> None:
    assert list(VIEWS) == sorted(VIEWS, key=lambda name: (VIEWS[name].order, name))


@pytest.mark.parametrize("theme", THEMES)
def test_themes_change_only_the_look(theme: str) -> None:
    figure = views.show("margin_curve", theme=theme, classes=4)
    assert figure.layout.template.layout.paper_bgcolor == THEMES[theme].paper
    np.testing.assert_allclose(figure.data[0].y, views.show("margin_curve", classes=4).data[0].y)


def test_parameters_of_a_loss_fold_into_its_spelling() -> None:
    direct = views.compute("margin_curve", losses="ldam(max_margin=0.3)")
    folded = views.compute("margin_curve", loss="ldam", max_margin=0.3)
    np.testing.assert_array_equal(direct.logits, folded.logits)
    assert views.state("margin_curve", {"max_margin": 0.3})["losses"].startswith("ldam(max_margin=0.3), mm_ldam(")


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("margin_curv", {}, "margin_curve"),
        ("margin_curve", {"angel": 3}, "angle"),
        ("margin_curve", {"loss": "ldam", "max_margn": 0.3}, "max_margin"),
        ("margin_curve", {"loss": "ldma"}, "ldam"),
        ("margin_curve", {"loss": "ldam", "max_margin": "big"}, "max_margin"),
        ("margin_curve", {"angle": float("nan")}, "angle"),
        ("margin_curve", {"profile": "exponential"}, "'exp'"),
        ("margin_curve", {"imbalance": 0.01}, "imbalance"),
        ("margin_curve", {"imbalance": 1e6}, "0 samples"),
        ("margin_bound", {"max_margin": 0.3}, "margin_bound has largest, imbalance"),
        ("margin_surface", {"resolution": 1}, "2 to 2000"),
        ("margin_surface", {"loss": "ldam"}, "dbm"),
        ("mm_margin", {"loss": "focal"}, "cosines"),
    ],
)
def test_bad_states_say_what_is_right(name: str, given: dict, says: str) -> None:
    with pytest.raises(BadInput, match=re.escape(says)):
        views.compute(name, **given)


def test_unknown_theme_is_said_before_the_work() -> None:
    with pytest.raises(BadInput, match="projector"):
        views.show("margin_curve", theme="projecter")


@dataclass(frozen=True)
class _Broken:
    x: np.ndarray
    y: np.ndarray


def test_a_result_with_nan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:  # reliability row 71
    def study(**given):
        return _Broken(np.arange(5.0), np.array([1.0, np.nan, np.inf, np.nan, 0.0]))

    monkeypatch.setattr("ltviz.studies.margin_curve.margin_curve", study)
    with pytest.raises(LtvizError, match="margin_curve: y has 3 non-finite"):
        views.compute("margin_curve")


def test_numbers_of_another_view_are_refused() -> None:
    state = views.state("margin_bound", {})
    content = json.loads(to_json(views.numbers("margin_bound", views.compute("margin_bound"), state)))
    with pytest.raises(DataError, match="margin_bound"):
        views.restore("margin_curve", content)
    del content["numbers"]["found"]
    with pytest.raises(DataError, match="found"):
        views.restore("margin_bound", content)


@pytest.mark.parametrize("name", ["class_counts", "margin_curve", "mm_margin", "weight_curve", "loss_anatomy"])
def test_a_thousand_classes_stay_readable(name: str) -> None:  # reliability row 73
    figure = views.show(name, classes=1000)
    legend = [trace.name for trace in figure.data if trace.name and trace.showlegend is not False]
    assert len(legend) <= 12
    assert len(figure.data) <= 60


def test_the_command_redraws_the_state() -> None:
    state = views.state("margin_curve", {"loss": "ldam", "max_margin": 0.3, "imbalance": 50.0})
    assert views.command("margin_curve", state) == (
        'ltviz figure margin_curve --losses "ldam(max_margin=0.3)" --imbalance 50.0'
    )
    assert views.command("margin_curve", views.state("margin_curve", {})) == "ltviz figure margin_curve"


def test_a_list_of_losses_is_the_same_as_a_text_with_commas() -> None:
    assert views.state("weight_curve", {"losses": ["ce", "class_balanced(beta=0.9)"]}) == views.state(
        "weight_curve", {"losses": "ce, class_balanced(beta=0.9)"}
    )
