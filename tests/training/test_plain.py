"""The page that is to be read does what `ltviz train` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ltviz.datasets.cifar import Cifar
from ltviz.methods import METHODS, by_recipe
from ltviz.methods.schedule import Schedule
from ltviz.records.identity import identity
from ltviz.runs.assemble import assemble
from ltviz.runs.recording import Recorder
from ltviz.training import plain

from .plain import same, small


@pytest.fixture(scope="module")
def tiny() -> Cifar:
    return small()


@pytest.mark.parametrize(
    ("method", "loss", "deferred", "seed"),
    [("ldam_drw", "ldam", 0.8, 0), ("erm", "ce", None, 3), ("balanced_softmax", "balanced_softmax", None, 1)],
)
def test_it_is_the_run_of_ltviz_train_bit_for_bit(
    method: str, loss: str, deferred: float | None, seed: int, tiny: Cifar
) -> None:
    """Also with a left-over image, and with the test set after each epoch."""
    row = by_recipe(replace(METHODS[method], model="resnet8"), "basic", 5)
    row = replace(row, recipe=replace(row.recipe, batch=7))
    run = assemble(row, tiny, seed, precision="fp32")
    recorder = Recorder(run, tiny, identity(row, run.spelling, tiny, seed))
    wanted = [recorder.row(run.trainer.run_epoch()) for _ in range(5)]
    net, history = plain.train(tiny, loss, deferred=deferred, depth=8, epochs=5, batch=7, seed=seed)
    assert same(run.trainer.model.state_dict(), net.state_dict())
    assert [each["loss"] for each in history] == [each["loss"] for each in wanted]
    assert [round(each["balanced"], 5) for each in history] == [each["balanced"] for each in wanted]


@pytest.mark.parametrize("epochs", [1, 2, 9, 10, 40, 81, 200])
def test_its_rate_is_the_schedule(epochs: int) -> None:
    plan = Schedule()
    rates = [plan.rate(epoch, epochs) for epoch in range(epochs)]
    assert [plain.learning_rate(epoch, epochs) for epoch in range(epochs)] == rates


def test_it_is_one_page() -> None:
    assert plain.__file__ is not None
    assert len(Path(plain.__file__).read_text(encoding="utf-8").splitlines()) <= 125
