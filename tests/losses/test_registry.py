"""Losses by name: found from files, spelled with parameters, registered by their class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ltviz
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.core.params import Choice, Flag, Param
from ltviz.losses import _registry, names, parse, parse_many, sentence, spell

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
    assert parse(" ldam ( max_margin = 0.3 ,scale=20) ") == ("ldam", {"max_margin": 0.3, "scale": 20.0})
    assert parse("mm(as_released=true, side=positive)")[1] == {"as_released": True, "side": "positive"}
    assert spell("ldam", {"max_margin": 0.5, "scale": 10.0}) == "ldam(scale=10.0)"
    assert parse_many("ce, dbm(base=vs, margin=0.2),mm") == ["ce", "dbm(base=vs, margin=0.2)", "mm"]


@pytest.mark.parametrize("name", names())
@given(data=st.data())
def test_spelling_and_reading_are_inverse(name, data):
    params = {}
    for key, control in FIELD[name].params.items():
        if isinstance(control, Param):
            params[key] = data.draw(st.floats(control.low, control.high))
        elif isinstance(control, Choice):
            params[key] = data.draw(st.sampled_from(control.options))
        elif isinstance(control, Flag):
            params[key] = data.draw(st.booleans())
    stem, back = parse(spell(name, params))
    assert stem == name
    assert {**{k: c.default for k, c in FIELD[name].params.items()}, **back} == params


@pytest.mark.parametrize("text", ["", "ldam(", "ldam(0.3)", "ldam(max_margin)", "ldam(max_margn=1)", "9", None, 7])
def test_bad_spellings_say_why(text):
    with pytest.raises(BadInput):
        parse(text)


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
