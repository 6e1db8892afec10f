"""Losses by name: found from files, spelled with parameters, registered by their class."""

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ltviz
from ltviz import views
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.core.params import Choice, Flag, Param
from ltviz.losses import LossSpec, _registry, make_loss, names, sentence

FIELD = ltviz.losses()


def test_the_field_is_a_mapping_by_name():
    assert list(FIELD) == list(names())
    assert FIELD["ldam"] is ltviz.losses()["ldam"]
    assert FIELD.get("nope") is None
    assert "nope" not in FIELD
    with pytest.raises(BadInput, match="Did you mean 'ldam'"):
        FIELD["ldma"]


@pytest.mark.parametrize("name", names())
def test_every_loss_says_itself_in_a_sentence_without_being_imported(name):
    assert 20 < len(sentence(name)) < 120
    assert sentence(name) == (FIELD[name].__doc__ or "").split("\n")[0]


def test_spelling_reads_types_and_leaves_defaults_out():
    read = LossSpec.of(" ldam ( max_margin = 0.3 ,scale=20) ")
    assert read == LossSpec("ldam", {"scale": 20.0, "max_margin": 0.3})
    assert (read.name, dict(read.params)) == ("ldam", {"max_margin": 0.3, "scale": 20.0})
    assert LossSpec.of("mm(as_released=true, side=positive)").params == {"as_released": True, "side": "positive"}
    assert LossSpec("ldam", {"max_margin": 0.5, "scale": 10.0}).text == "ldam(scale=10.0)"
    several = LossSpec.many("ce, dbm(base=vs, margin=0.2),mm")
    assert [spec.text for spec in several] == ["ce", "dbm(base=vs, margin=0.2)", "mm"]
    assert LossSpec.many(several) == several
    assert LossSpec.many([several[0], "dbm(base=vs,margin=.2)", "mm"]) == several


def test_a_loss_with_its_parameters_is_one_frozen_thing():
    typed = LossSpec.of("ldam(max_margin=0.30)")
    assert typed.text == str(typed) == "ldam(max_margin=0.30)"  # saved figures hold it letter for letter
    assert typed.title == "LDAM (maximum margin 0.3)"
    assert typed == LossSpec("ldam", {"max_margin": 0.3})
    assert len({typed, LossSpec("ldam", {"max_margin": 0.3})}) == 1
    assert copy.deepcopy(typed) == pickle.loads(pickle.dumps(typed)) == typed
    assert copy.deepcopy(typed).text == typed.text
    assert typed.given(scale=9.0).text == "ldam(max_margin=0.3, scale=9.0)"
    assert LossSpec.of("ldam(max_margin=0.5, scale=20)").short.text == "ldam(scale=20.0)"
    assert LossSpec("dbm").title == "DBM"
    assert typed.make((9, 1), scale=5.0).options == {"max_margin": 0.3, "scale": 5.0}
    assert make_loss(typed, (9, 1), max_margin=0.4).options == {"max_margin": 0.4, "scale": 30.0}
    with pytest.raises(dataclasses.FrozenInstanceError):
        typed.name = "ce"
    with pytest.raises(TypeError):
        typed.params["scale"] = 1.0
    with pytest.raises(BadInput, match="max_margin must be"):
        LossSpec("ldam", {"max_margin": -1.0})
    with pytest.raises(BadInput, match="class weights are set on the loss"):
        LossSpec("ldam", {"weight": [1.0, 2.0]})


def test_views_take_it_where_they_take_its_text():
    spec = LossSpec("ldam", {"max_margin": 0.3})
    assert views.state("loss_anatomy", {"loss": spec}) == views.state("loss_anatomy", {"loss": "ldam(max_margin=0.3)"})
    several = views.state("weight_curve", {"losses": ["ce", spec]})
    assert several == views.state("weight_curve", {"losses": "ce, ldam(max_margin=0.3)"})


@pytest.mark.parametrize("name", names())
@given(data=st.data())
def test_spelling_and_reading_are_inverse(name, data):
    params = {}
    for key, control in FIELD[name].params.items():
        if isinstance(control, Param):
            numbers = st.integers if control.whole else st.floats
            params[key] = data.draw(numbers(control.low, control.high))
        elif isinstance(control, Choice):
            params[key] = data.draw(st.sampled_from(control.options))
        elif isinstance(control, Flag):
            params[key] = data.draw(st.booleans())
    back = LossSpec.of(LossSpec(name, params).text)
    assert back.name == name
    assert {**{k: c.default for k, c in FIELD[name].params.items()}, **back.params} == params


@pytest.mark.parametrize("text", ["", "ldam(", "ldam(0.3)", "ldam(max_margin)", "ldam(max_margn=1)", "9", None, 7])
def test_bad_spellings_say_why(text):
    with pytest.raises(BadInput):
        LossSpec.of(text)


def test_a_class_in_a_notebook_registers_under_its_own_name_and_may_be_run_again(monkeypatch):
    monkeypatch.setattr(_registry, "_OWN", {})
    for factor in (1.0, 2.0):

        class HalfPrior(FIELD["ce"]):
            title, source = "Half", "here"
            by = factor

        assert ltviz.losses()["half_prior"].by == factor

    class _Private(FIELD["ce"]):
        title, source = "Private", "here"

    assert "_private" not in ltviz.losses()


def test_a_shipped_name_cannot_be_taken_and_a_title_is_needed():
    with pytest.raises(BadDeclaration, match="belongs to a loss of ltviz"):
        type("Focal", (FIELD["ce"],), {"__module__": "mine", "title": "x", "source": "y"})
    with pytest.raises(BadDeclaration, match="needs a `title`"):
        type("Nameless", (ltviz.Loss,), {"__module__": "mine", "source": "y"})
