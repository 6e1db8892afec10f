"""Every step, found by its file: its words, its draws, its state, its identity, and a run of it on digits."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

import ltviz
from ltviz import samplers
from ltviz.core.errors import BadInput
from ltviz.core.params import Control, Param
from ltviz.datasets import digits
from ltviz.methods import find, in_words, steps
from ltviz.methods.schedule import Recipe
from ltviz.methods.steps import At, Batch, Training
from ltviz.models.table import make_model
from ltviz.runs.digits import train
from ltviz.training.augment import AUGMENTATIONS, OF_FLOATS
from ltviz.training.trainer import Trainer

COUNTS = [12, 6, 3]
LABELS = np.repeat(np.arange(3), COUNTS)
IMAGES = np.random.default_rng(0).random((21, 1, 8, 8), np.float32)
RECIPE = Recipe("test", epochs=3, batch=8, rate=0.05, decay=1e-3, augmentation="shift")
EVERY = pytest.mark.parametrize("name", steps.NAMES)


def another(control: Control) -> object:
    """A value that is not the default."""
    return control.high if isinstance(control, Param) else not control.default


def trainer(name: str, seed: int = 0) -> Trainer:
    step = steps.make(name)
    return Trainer(
        make_model("digits" + f"_{step.form}" * bool(step.form), 3, seed=seed),
        ltviz.make_loss("ce", COUNTS),
        IMAGES,
        LABELS,
        sampler=samplers.make("instance", LABELS, COUNTS, seed=seed),
        recipe=RECIPE,
        step=step,
        seed=seed,
    )


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@EVERY
def test_it_says_what_it_is(name: str) -> None:
    step = steps.make(name)
    assert step.name == step.spelling == name
    assert len(steps.sentence(name)) > 10
    doc = type(step).__doc__
    assert "Source\n" in doc
    assert step.source
    assert step.streams[0] == "method"
    assert set(step.streams[1:]) <= set(samplers.NAMES)
    assert set(step.views) <= {"recipe", *AUGMENTATIONS, *OF_FLOATS}
    for key, control in step.params.items():
        assert getattr(step, key) == control.default
        assert f"{key} : " in doc
    with pytest.raises(BadInput, match=f"unknown parameter 'nothing' in '{name}\\(nothing=1\\)'"):
        steps.make(f"{name}(nothing=1)")


@pytest.mark.thorough(every=3)
@EVERY
def test_taken_up_after_any_epoch_it_ends_with_the_same_bits(name: str) -> None:
    whole, cut = trainer(name), trainer(name)
    history = [whole.run_epoch() for _ in range(3)]
    for stop in (1, 2):
        cut.run_epoch()
        second = trainer(name)
        second.load(cut.state(), stop)
        assert [second.run_epoch() for _ in range(3 - stop)] == history[stop:]
        assert same(whole.state(), second.state())
        assert torch.equal(whole.predict(IMAGES).logits, second.predict(IMAGES).logits)


@EVERY
def test_its_draws_are_those_of_seed_epoch_and_step(name: str) -> None:
    """And of nothing that is global."""
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    one, two = trainer(name), trainer(name)
    assert one.run_epoch() == two.run_epoch()
    assert same(one.state(), two.state())
    assert torch.equal(torch_state, torch.get_rng_state())
    assert np.array_equal(numpy_state, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.thorough(every=3)
@EVERY
def test_it_learns(name: str) -> None:
    run = trainer(name)
    before = run.state()
    assert all(np.isfinite(run.run_epoch().loss) for _ in range(3))
    moved = [key for key, tensor in run.state().items() if not torch.equal(tensor, before[key])]
    learned = [key.removeprefix("momentum.") for key in before if key.startswith("momentum.")]
    assert {f"model.{key}" for key in learned if not key.startswith("parts.")} <= set(moved), "all of the net"
    features = run.predict(IMAGES)
    assert features.logits.shape == (21, 3)


@EVERY
def test_a_teacher_is_trained_before_and_stays_as_it_is(name: str) -> None:
    """It moves while the first epoch begins, and never again, nor does what its norms remember."""
    run = trainer(name)
    if not run._step.taught:
        return
    teacher = run._parts.teacher
    drawn, net = (copy.deepcopy(dict(module.state_dict())) for module in (teacher, run.model))
    going = run.steps()
    for _ in range(RECIPE.epochs * 3):  # of three batches
        next(going)
    taught = copy.deepcopy(dict(teacher.state_dict()))
    assert not any(torch.equal(drawn[key], taught[key]) for key in dict(teacher.named_parameters()))
    assert same(net, dict(run.model.state_dict())), "the net waits"
    assert len(list(going)) == 3
    run.run_epoch()
    assert same(taught, dict(teacher.state_dict()))
    assert not teacher.training
    assert not any(parameter.requires_grad for parameter in teacher.parameters())


@EVERY
def test_it_holds_nothing_that_training_changes(name: str) -> None:
    """What changes is in its parts, or a resumed run would lose it: one step may serve many runs."""
    run = trainer(name)
    before = dict(vars(run._step))
    run.run_epoch()
    assert vars(run._step) == before


@EVERY
def test_what_is_replayed_reads_no_value_from_its_device(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a device that has no values, what the host would have to know is an error."""
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # knows no such device
    step = steps.make(name)
    if not step.replayable:
        return
    meta = torch.device("meta")
    net = make_model("digits" + f"_{step.form}" * bool(step.form), 3).to(meta)
    labels = torch.empty(8, dtype=torch.int64, device=meta)
    images = torch.empty(8, 1, 8, 8, device=meta)
    parts = step.parts(net, Training(labels, images), 0)
    batch = Batch(tuple(images for _ in step.views), labels)
    loss = ltviz.make_loss("ce", COUNTS).to(meta)
    at = At(net, loss, parts if parts is None else parts.to(meta), 0, 1, 0.0, 0, 0, meta)
    with loss.unchecked():
        step.value((batch,) * len(step.streams), at).backward()
    assert "generator" not in vars(at), "a draw of the host would be recorded once"


@EVERY
def test_it_is_part_of_what_makes_a_run(name: str) -> None:
    told = in_words.settings(replace(find("erm"), step=name))
    plain = in_words.settings(find("erm"))
    assert (told["step"], len(told["views"])) == (name, len(steps.make(name).views))
    assert (told == plain) == (name == "plain")
    assert told["teacher"] == steps.make(name).taught, "runs whose teacher learned otherwise are others"
    for key, control in steps.make(name).params.items():
        other = f"{name}({key}={another(control)})"
        assert in_words.settings(replace(find("erm"), step=other)) != told


@pytest.mark.thorough(every=3)
@EVERY
def test_it_trains_on_digits(name: str) -> None:
    run = train(replace(find("erm"), name="own", step=name), digits.load(imbalance=20), epochs=2)
    assert [np.isfinite(epoch.loss) for epoch in run.history] == [True, True]
    assert run.test_logits.shape == (440, 10)
