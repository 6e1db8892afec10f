"""The shipped second stages beside plain loops and formulas."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ltviz import samplers
from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.methods import METHODS, by_recipe, find, stages
from ltviz.methods.schedule import Schedule
from ltviz.models.heads import Features, LinearHead
from ltviz.runs.digits import train


def test_crt_is_a_plain_loop_on_the_features_of_erm() -> None:
    data = digits.load(imbalance=20)
    erm, ours = (train(name, data, seed=2, epochs=6) for name in ("erm", "crt"))
    assert np.array_equal(erm.train_embedding, ours.train_embedding)
    assert [each.stage for each in ours.history] == [""] * 6 + ["crt"]
    assert ours.history[-1].epoch == 6

    seed = int(np.random.SeedSequence([2, 7, 0, 1]).generate_state(1)[0])
    head = LinearHead(64, 10, torch.Generator().manual_seed(seed))
    x, y = torch.tensor(erm.train_embedding), torch.tensor(data.train_labels)
    optimizer = torch.optim.SGD(head.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    sampler = samplers.make("class_balanced", data.train_labels, data.counts, seed=seed)
    losses = []
    for rows in torch.from_numpy(sampler.indices(0, 1)).split(64):
        losses.append(F.cross_entropy(head(x[rows]).logits, y[rows]))
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    np.testing.assert_allclose(ours.prototypes, head.weight.detach(), atol=1e-5)
    assert ours.history[-1].loss == pytest.approx(float(torch.stack(losses).detach().mean()), rel=1e-4)
    with torch.no_grad():
        np.testing.assert_allclose(ours.test_logits, head(torch.tensor(erm.test_embedding)).logits, atol=1e-4)


def test_crts_length_is_a_share_of_the_trainings() -> None:
    """30 epochs after 200, as in Bag of Tricks on CIFAR-LT; and its rate falls along a cosine."""
    assert math.ceil(stages.make("crt").share * by_recipe(METHODS["crt"]).recipe.epochs - 1e-9) == 30
    run = train(replace(find("crt"), stages=("crt(share=0.5)",)), digits.load(imbalance=20), epochs=8)
    rates = [each.rate for each in run.history if each.stage]
    assert rates == [0.05 * Schedule("cosine").rate(epoch, 4) for epoch in range(4)]
    assert [bool(each.measures) for each in run.history[8:]] == [False, False, False, True]


def test_a_stage_after_another_starts_from_it() -> None:
    data = digits.load(imbalance=20)
    both = train(replace(find("crt"), stages=("crt", "logit_adjustment")), data, epochs=2)
    one = train("crt", data, epochs=2)
    np.testing.assert_allclose(both.test_logits, one.test_logits - np.log(data.counts.prior), atol=1e-5)
    assert both.history[-1].measures["balanced"] == both.balanced_accuracy


def test_logit_adjustment_is_its_formula() -> None:
    z = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    told = stages.make("logit_adjustment(tau=0.5)").apply(Features(*map(torch.tensor, (z, z, z))), [9, 4, 2])
    np.testing.assert_allclose(told.logits, z - 0.5 * np.log(np.array([9, 4, 2]) / 15), rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ctr", "unknown stage 'ctr'; there are crt, .*Did you mean 'crt'"),
        ("crt(share=2)", "share must be"),
        ("crt(shares=1)", r"unknown parameter 'shares' in 'crt\(shares=1\)'.*Did you mean 'share'"),
    ],
)
def test_names_that_cannot_be_read(text: str, words: str) -> None:
    """Before anything is trained."""
    with pytest.raises(BadInput, match=words):
        train(replace(find("erm"), stages=(text,)), digits.load(imbalance=20), epochs=1)
