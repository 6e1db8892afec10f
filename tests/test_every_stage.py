"""Every second stage, found by its file: its words, what it leaves alone, its identity, and a run of it on digits."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.methods import find, in_words, stages
from ltviz.models.heads import Features
from ltviz.runs import digits as runs
from ltviz.runs.digits import Run, train

EVERY = pytest.mark.parametrize("name", stages.NAMES)


@pytest.fixture(scope="module")
def plain() -> Run:
    return train(replace(find("erm"), name="own"), digits.load(imbalance=20), epochs=3)


@EVERY
def test_it_says_what_it_is(name: str) -> None:
    stage = stages.make(name)
    assert stage.name == stage.spelling == name
    assert len(stages.sentence(name)) > 10
    assert stage.source
    assert "Source\n" in type(stage).__doc__
    for key, control in stage.params.items():
        assert getattr(stage, key) == control.default
        assert f"{key} : " in type(stage).__doc__
    with pytest.raises(BadInput, match=f"unknown parameter 'nothing' in '{name}\\(nothing=1\\)'"):
        stages.make(f"{name}(nothing=1)")


@EVERY
def test_it_follows_the_training_and_changes_nothing_of_it(name: str, plain: Run) -> None:
    state = torch.get_rng_state()
    method = replace(find("erm"), name="own", stages=(name,))
    one, two = (train(method, digits.load(imbalance=20), epochs=3) for _ in range(2))
    assert torch.equal(state, torch.get_rng_state())
    first = [epoch for epoch in one.history if not epoch.stage]
    assert [(e.loss, e.rate) for e in first] == [(e.loss, e.rate) for e in plain.history]
    assert [e.epoch for e in one.history] == list(range(len(one.history)))
    assert {e.stage for e in one.history} <= {"", name}
    assert one.history[-1].measures["balanced"] == one.balanced_accuracy
    assert not np.array_equal(one.test_logits, plain.test_logits)
    assert np.array_equal(one.test_logits, two.test_logits)


@EVERY
def test_runs_that_differ_in_it_share_the_first_training(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The net is trained once, and stays as it is."""
    begun, trained = runs._begun, []

    def noted(*given: object, **more: object) -> object:
        trained.append(begun(*given, **more))
        return trained[-1]

    monkeypatch.setattr(runs, "_begun", noted)
    given = {"imbalance": 20, "seed": 77, "epochs": 2}
    alone = train(replace(find("erm"), stages=(name,)), digits.load(imbalance=20, seed=77), seed=77, epochs=2)
    trained.clear()
    runs._first.cache_clear()
    one = runs.digits_run(replace(find("erm"), name=f"one_{name}"), **given)
    before = copy.deepcopy(trained[0].parts.net.state_dict())
    two = runs.digits_run(replace(find("erm"), name=f"two_{name}", stages=(name,)), **given)
    assert len(trained) == 1
    assert np.array_equal(one.test_embedding, two.test_embedding)
    assert np.array_equal(two.test_logits, alone.test_logits)
    assert [e.measures for e in two.history] == [e.measures for e in alone.history]
    assert all(torch.equal(before[key], value) for key, value in trained[0].parts.net.state_dict().items())


@EVERY
def test_it_is_part_of_what_makes_a_run(name: str) -> None:
    told = in_words.settings(replace(find("erm"), stages=(name,)))
    assert told["stages"] == [name]
    assert told != in_words.settings(find("erm"))
    for key, control in stages.make(name).params.items():
        other = f"{name}({key}={control.high})"
        assert in_words.settings(replace(find("erm"), stages=(other,))) != told


@EVERY
def test_it_keeps_the_form_of_what_is_predicted(name: str) -> None:
    draw = torch.Generator().manual_seed(0)
    seen = Features(*(torch.randn(*shape, generator=draw) for shape in ((5, 4), (3, 4), (5, 3))))
    stage = stages.make(name)
    found = stage.apply(seen, [9, 4, 2])
    assert found.logits.shape == seen.logits.shape
    assert not stage.learns or found is seen, "it can do nothing before it has learned"
    assert torch.equal(found.embedding, seen.embedding)
