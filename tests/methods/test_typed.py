"""Parameters of a step and of a second stage, typed where those of a loss are: read, refused, part of the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ltviz.cli import run
from ltviz.cli.training import methods_of
from ltviz.core.checks import spelled
from ltviz.core.errors import BadInput
from ltviz.core.params import Flag, Param
from ltviz.datasets import digits, select
from ltviz.methods import METHODS, Method, find, given, meant, parameters, parse, stages, steps
from ltviz.methods.in_words import settings
from ltviz.records.names import named
from ltviz.records.shelf import Shelf
from ltviz.runs._jobs import Job, Shared, plan
from ltviz.runs.compare import compare
from ltviz.runs.digits import train

SET = [
    (name, key, control, part.options[key])
    for name, method in METHODS.items()
    for part in (steps.make(method.step), *map(stages.make, method.stages))
    for key, control in part.params.items()
]


@pytest.mark.parametrize("name", METHODS)
def test_each_name_is_one_parts_alone(name: str) -> None:
    parameters(find(name))


@pytest.mark.parametrize(("name", "key", "control", "own_value"), SET, ids=[f"{name}-{key}" for name, key, *_ in SET])
def test_it_is_typed_behind_the_methods_name(
    name: str, key: str, control: Param | Flag, own_value: object, tmp_path: Path
) -> None:
    """It stands in the run's identity and in its folder; one outside the range is refused by its name."""
    number = isinstance(control, Param)
    value, wrong = (control.high, control.high + 1) if number else (not own_value, "perhaps")
    text = f"{name}({key}={value})"
    assert methods_of(f"erm, {text}") == [("erm", {}), (name, {key: value})]
    assert meant(text, [20, 5])[1] == {key: value}
    own, plain = given(find(name), {key: value}), find(name)
    words = settings(own)
    assert words != settings(plain)
    assert f"{key}={value}" in str((words["step"], words["stages"]))
    assert own.params == plain.params
    assert given(plain, {key: own_value}) == plain
    data = select("cifar10")
    planned = plan(Job(name, 0, {key: value}), data, Shared(out=tmp_path))
    assert (planned.method.step, planned.method.stages) == (own.step, own.stages)
    assert planned.folder.parent.name == f"{name}_{key}{spelled(value) if number else value}-paper"
    assert Shelf(named("cifar10-exp100"), images=False)._folder(text, "paper").name == planned.folder.parent.name
    with pytest.raises(BadInput, match=f"{key} must be .* {'from .* to' if number else 'or'} .*; got"):
        parse(f"{name}({key}={wrong})")
    with pytest.raises(BadInput, match=f"unknown parameter '{key}s' in .*; {name} trains .* has .*{key}"):
        parse(f"{name}({key}s=1)")


def test_a_loss_keeps_its_own() -> None:
    assert parse("supcon(temperature=0.2, width=64)") == ("supcon", {"temperature": 0.2, "width": 64})
    own = given(find("supcon"), {"temperature": 0.2, "width": 64})
    assert (own.params["temperature"], own.step) == (0.2, "two_views(width=64)")
    two = Method("two", "logit_adjustment", "here", stages=("logit_adjustment",))
    with pytest.raises(BadInput, match="two has two parameters called 'tau'"):
        given(two, {"tau": 1.0})


def test_it_is_trained_with(capsys: pytest.CaptureFixture[str]) -> None:
    """On digits, by a name with brackets as by a method of one's own; and beside others."""
    data = digits.load(imbalance=20)
    own = train(replace(find("mixup"), step="mixup(alpha=0.1)"), data, epochs=2)
    assert np.array_equal(train("mixup", data, epochs=2, alpha=0.1).test_logits, own.test_logits)
    assert not np.array_equal(train("mixup", data, epochs=2).test_logits, own.test_logits)
    found = compare("mixup(alpha=0.1)", ["crt(share=1)", "crt"], seeds=1, epochs=2, imbalance=20)
    assert found.scores[0].balanced[0] == own.balanced_accuracy
    assert found.scores[1].balanced[0] != found.scores[2].balanced[0]


@pytest.mark.parametrize("text", ["mixup(alpha=0)", "mixup(alpha=nan)", "mixup(alpha)", "crt(share=2)", "crt(alpha=1)"])
def test_wrong_ones_write_nothing(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words: list[Any] = ["train", "--method", text, "--out", str(tmp_path / "runs")]
    assert run(words) == 2
    assert text.partition("(")[2].partition("=")[0].rstrip(")") in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
