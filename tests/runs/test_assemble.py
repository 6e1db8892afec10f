"""What a run is assembled from, usable by anyone: the example in its docstring, and a run by hand."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.datasets.cifar import Cifar
from ltviz.methods import METHODS, by_recipe, on_digits
from ltviz.runs import assemble as module
from ltviz.runs import digits as on_the_digits
from ltviz.runs import recorded
from ltviz.runs.assemble import assemble

from .conftest import FAST, SMALL


def test_the_example_runs() -> None:
    failed, tried = doctest.testmod(module)
    assert failed == 0
    assert tried >= 6


@pytest.mark.parametrize("name", ["over_sampling", "logit_adjustment_posthoc"])
def test_by_hand_it_is_the_run_on_digits(name: str) -> None:
    """Jitter, and a second stage after the training."""
    data = digits.load(imbalance=20)
    method = on_digits(METHODS[name], epochs=2)
    whole = on_the_digits.train(name, data, seed=3, epochs=2)
    run = assemble(method, data, 3, precision="fp32")
    assert [run.trainer.run_epoch().loss for _ in range(2)] == [epoch.loss for epoch in whole.history]
    finished = run.finished(run.trainer.predict(data.test_images))
    np.testing.assert_array_equal(finished.logits.argmax(dim=1), whole.test_predictions)
    assert run.spelling == whole.loss


def test_by_hand_it_is_the_run_on_photographs(tiny: Cifar) -> None:
    method = by_recipe(SMALL["ldam_drw"], "basic", 2)
    run = assemble(method, tiny, 1, precision="fp32")
    losses = [round(run.trainer.run_epoch().loss, 5) for _ in range(2)]
    whole = recorded.train(SMALL["ldam_drw"], tiny, seed=1, epochs=2, **FAST).record
    assert losses == [round(row["loss"], 5) for row in whole["history"]]
    assert run.built == {"model": "resnet8", "classes": 10, "head": "cosine", "scale": 30.0}


@pytest.mark.parametrize("name", {row.step: name for name, row in METHODS.items()}.values())
def test_each_step_computes_in_bfloat16(name: str, tiny: Cifar) -> None:
    """As `precision="auto"` has it on a GPU: close to float32, before a step and after it."""
    method = by_recipe(SMALL[name], "basic", 2)
    runs = [assemble(method, tiny, 1, precision=precision).trainer for precision in ("fp32", "bf16")]
    for _ in range(2):
        wanted, found = (run.run_epoch().loss for run in runs)
        assert found == pytest.approx(wanted, rel=0.02)


@pytest.mark.parametrize(
    ("given", "words"), [({"seed": -1}, "2\\^32-1"), ({"device": "tpu"}, "device"), ({"precision": "fp8"}, "precision")]
)
def test_what_cannot_be_is_refused(given: dict[str, Any], words: str, tiny: Cifar) -> None:
    with pytest.raises(BadInput, match=words):
        assemble(by_recipe(SMALL["erm"], "basic", 1), tiny, **given)
