"""Rows of margins: when the sampler changes, and what GCL's second stage asks to be trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from ltviz import samplers
from ltviz.datasets import digits
from ltviz.methods import METHODS, by_recipe, in_words, on_digits, stages
from ltviz.methods.schedule import Schedule
from ltviz.methods.stages import At
from ltviz.models.heads import CosineHead, Features, LinearHead
from ltviz.runs.assemble import assemble
from ltviz.training.epoch import rows_of


@pytest.mark.parametrize("name", ["ce_drs", "hg_drs", "ldam_hg_drs"])
def test_from_four_fifths_on_classes_are_drawn_equally(name: str) -> None:
    data, method = digits.load(imbalance=20), on_digits(METHODS[name], 10)
    run, labels = assemble(method, data, seed=3), data.labels("train")
    rows = [rows_of(run.trainer._streams._sampler, e, method.recipe, len(labels), False) for e in range(10)]
    made = {each: samplers.make(each, labels, data.counts, seed=3) for each in ("instance", "class_balanced")}
    for epoch, some in enumerate(rows):
        by = made["class_balanced" if epoch >= 8 else "instance"]
        np.testing.assert_array_equal(some, by.indices(epoch, 10))
    assert run.sampler.samples == len(rows[9]) == len(labels)


def test_another_resampler_keeps_the_length_of_an_epoch() -> None:
    data = digits.load(imbalance=20)
    method = replace(on_digits(METHODS["erm"], 4), schedule=Schedule(resampled=0.5, resampler="under"))
    order = assemble(method, data).trainer._streams._sampler
    labels = data.labels("train")
    sizes = [len(order.indices(epoch, 4)) for epoch in range(4)]
    assert sizes == [len(labels)] * 4
    shares = np.bincount(labels[order.indices(3, 4)], minlength=10) / len(labels)
    np.testing.assert_allclose(shares, 0.1, atol=0.01)


def test_when_the_sampler_changes_is_part_of_what_makes_a_run() -> None:
    told = {name: in_words.settings(METHODS[name]) for name in ("erm", "ce_drs")}
    assert told["erm"] != told["ce_drs"]
    early = {**told["erm"], "schedule": {k: v for k, v in told["erm"]["schedule"].items() if "resampl" not in k}}
    assert in_words.completed(early) == in_words.completed(told["erm"])
    assert "re-sampling acts from the start" in in_words.shortened(on_digits(METHODS["ce_drs"], 1))


class _Net(torch.nn.Module):
    def __init__(self, head: torch.nn.Module) -> None:
        super().__init__()
        self.head = head

    def forward(self, images: torch.Tensor) -> Features:
        features: Features = self.head(images.flatten(1))
        return features


@pytest.mark.parametrize("kind", [CosineHead, LinearHead])
def test_gcls_second_stage_goes_on_from_the_class_vectors_it_finds(kind: Any) -> None:
    """30 epochs after 200, at 0.04 of the rate, on classes drawn equally and blended; margin 0.1, scale 20, gamma 1."""
    data, asked = digits.load(imbalance=20), {}
    more = {"scale": 30.0} if kind is CosineHead else {}
    net = _Net(kind(64, 10, torch.Generator().manual_seed(1), **more))

    def train(model: torch.nn.Module, loss: Any, **given: Any) -> None:
        asked.update(given, loss=loss, begun=model.head.weight.detach().clone())
        assert [name for name, each in model.named_parameters() if each.requires_grad] == ["head.weight"]
        with torch.no_grad():
            model.head.weight.mul_(2)

    at = At(5, torch.device("cpu"), lambda *_: net, train, lambda _: None)  # type: ignore[arg-type]
    recipe = by_recipe(METHODS["gcl"]).recipe
    found = stages.make("gcl").fit(net, data, recipe, at)
    loss = asked["loss"]
    assert loss.options == {"noise": 0.5, "max_margin": 0.1, "gamma": 1.0, "scale": 20.0}
    assert loss.seed == 5
    assert (asked["sampler"], asked["step"].spelling, asked["schedule"].shape) == ("class_balanced", "mixup", "cosine")
    assert (asked["recipe"].epochs, asked["recipe"].batch) == (30, 64)
    assert asked["recipe"].rate == pytest.approx(0.004)
    assert torch.equal(asked["begun"], net.head.weight)
    seen = net(torch.randn(3, 64, generator=torch.Generator().manual_seed(0)))
    told = found.apply(seen, data.counts)
    cosine = torch.nn.functional.cosine_similarity(seen.embedding[:, None], net.head.weight.detach(), dim=2)
    torch.testing.assert_close(told.cosine, cosine)
    torch.testing.assert_close(told.logits, 20 * cosine)
