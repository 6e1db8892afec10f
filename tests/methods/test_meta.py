"""Steps that look one step ahead, beside what one writes out by hand for a linear model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import ltviz
from ltviz import samplers
from ltviz.datasets import digits
from ltviz.methods import find, steps
from ltviz.methods.schedule import Recipe
from ltviz.methods.steps import At, Batch
from ltviz.methods.steps._base import outputs
from ltviz.methods.steps._forward import along
from ltviz.methods.steps._meta import Weights, learned, plain_loss, seen, stepped
from ltviz.methods.steps.meta_sampler import Rates
from ltviz.methods.steps.meta_weight_net import MetaWeightNet, WeightNet
from ltviz.models.heads import Features
from ltviz.models.resnet import ResNet
from ltviz.models.table import make_model
from ltviz.runs.assemble import assemble
from ltviz.training.trainer import Trainer

COUNTS, RATE = [12, 6, 3], 0.7
DRAW = np.random.default_rng(0)
X, Y = DRAW.normal(size=(6, 4)), np.array([0, 0, 0, 1, 1, 2])
META_X, META_Y = DRAW.normal(size=(3, 4)), np.array([0, 1, 2])


class Linear(nn.Module):
    """z = W x, in float64."""

    def __init__(self) -> None:
        super().__init__()
        self.head = Head()

    def forward(self, x: Tensor) -> Features:
        return self.head(x)


class Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(np.random.default_rng(1).normal(size=(3, 4))))

    def forward(self, x: Tensor) -> Features:
        return Features(x, self.weight, x @ self.weight.T)


def at(parts: nn.Module) -> At:
    own = Linear(), ltviz.make_loss("ce", COUNTS).double(), parts.double()
    return At(*own, 0, 3, 0.0, 0, 5, torch.device("cpu"), RATE)


BATCHES = tuple(Batch((torch.tensor(x),), torch.tensor(y)) for x, y in ((X, Y), (META_X, META_Y)))


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def costs_and_slopes(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's cross-entropy, and its gradient in W: (p - e_y) x^T."""
    p = softmax(x @ w.T)
    return -np.log(p[np.arange(len(y)), y]), (p - np.eye(3)[y])[:, :, None] * x[:, None, :]


def test_the_weight_nets_step_is_the_one_by_hand() -> None:
    """methods.md 10.1: by default nothing flows through the costs that are weighed."""
    step, parts = steps.make("meta_weight_net(width=5, meta_rate=0.3)"), WeightNet(5, 3)
    now = at(parts)
    w = now.net.head.weight.detach().numpy().copy()
    v1, b1, v2, b2 = (parts.weights()[name].numpy().copy() for name in ("first", "first_bias", "second", "second_bias"))
    cost, slope = costs_and_slopes(w, X, Y)
    hidden = np.maximum(cost[:, None] * v1 + b1, 0)
    v = 1 / (1 + np.exp(-(hidden @ v2 + b2)))
    share = v / v.sum()
    ahead = w - RATE * np.einsum("i,ijk->jk", share, slope)
    meta = costs_and_slopes(ahead, META_X, META_Y)[1].mean(axis=0)
    # Chain rule, from the meta loss back to the weight net.
    to_share = -RATE * np.einsum("ijk,jk->i", slope, meta)
    to_v = (to_share - (share * to_share).sum()) / v.sum()
    to_sum = to_v * v * (1 - v)
    to_hidden = to_sum[:, None] * v2 * (hidden > 0)
    wanted = {
        "first": (to_hidden * cost[:, None]).sum(axis=0),
        "first_bias": to_hidden.sum(axis=0),
        "second": to_sum @ hidden,
        "second_bias": to_sum.sum(),
    }
    before = {name: each.clone() for name, each in parts.weights().items()}
    value = step.value(BATCHES, now)
    for name, gradient in wanted.items():
        moved = (before[name] - parts.weights()[name]).numpy() / 0.3
        np.testing.assert_allclose(moved, gradient + 5e-4 * before[name].numpy(), rtol=1e-9, atol=1e-12)
        assert np.abs(gradient).max() > 1e-6
    np.testing.assert_array_equal(now.net.head.weight.detach(), w)  # what is looked at ahead is not taken
    assert now.net.head.weight.grad is None

    hidden = np.maximum(cost[:, None] * parts.weights()["first"].numpy() + parts.weights()["first_bias"].numpy(), 0)
    again = 1 / (1 + np.exp(-(hidden @ parts.weights()["second"].numpy() + parts.weights()["second_bias"].numpy())))
    assert float(value.detach()) == pytest.approx((again / again.sum()) @ cost), "by the new weights"
    value.backward()
    wanted_slope = np.einsum("i,ijk->jk", again / again.sum(), slope)
    np.testing.assert_allclose(now.net.head.weight.grad, wanted_slope, rtol=1e-9, err_msg="weights are no function")


def test_as_released_differentiates_through_the_weights_too() -> None:
    """By finite differences of the meta loss, whose virtual step is one by autograd on the whole weighed loss."""
    parts, other = WeightNet(5, 3), WeightNet(5, 3)
    now = at(parts)
    w = now.net.head.weight.detach().clone()

    def ahead(weights: dict[str, Tensor]) -> float:
        own = w.clone().requires_grad_()
        cost = F.cross_entropy(BATCHES[0].images @ own.T, BATCHES[0].labels, reduction="none")
        hidden = torch.relu(cost[:, None] * weights["first"] + weights["first_bias"])
        v = torch.sigmoid(hidden @ weights["second"] + weights["second_bias"])
        (gradient,) = torch.autograd.grad((v / v.sum() * cost).sum(), own)
        return float(F.cross_entropy(BATCHES[1].images @ (w - RATE * gradient).T, BATCHES[1].labels))

    weights = {name: each.clone() for name, each in parts.weights().items()}
    step = steps.make("meta_weight_net(width=5, meta_rate=0.3, as_released=True)")
    step.value(BATCHES, now)
    for name, each in weights.items():
        for place in np.ndindex(each.shape):
            sides = []
            for side in (1e-5, -1e-5):
                moved = {other: tensor.clone() for other, tensor in weights.items()}
                moved[name][place] += side
                sides.append(ahead(moved))
            gradient = (each[place] - parts.weights()[name][place]) / 0.3 - 5e-4 * each[place]
            assert float(gradient) == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-4, abs=1e-9)

    steps.make("meta_weight_net(width=5, meta_rate=0.3)").value(BATCHES, at(other))
    assert not torch.allclose(parts.weights()["second"], other.weights()["second"], rtol=1e-6)


@pytest.mark.parametrize(("clip", "released", "share"), [(0.25, False, 0.25), (4.0, False, 1.0), (0.25, True, 1.0)])
def test_a_long_gradient_is_shortened_as_a_whole(clip: float, released: bool, share: float) -> None:
    """By clip times its length: one early step of hundreds of times the others' length would bend V for good."""
    parts = WeightNet(5, 3)
    now = at(parts)
    before = {name: each.clone() for name, each in parts.weights().items()}
    plain = MetaWeightNet(width=5, as_released=released)
    own = BATCHES[0]
    down = plain.down(now.loss.by_row(outputs(now.net(own.images)), own.labels), BATCHES, now)
    length = float(torch.cat([each.flatten() for each in down.values()]).norm())
    MetaWeightNet(width=5, meta_rate=0.3, clip=clip * length, as_released=released).value(BATCHES, now)
    for name, each in before.items():
        moved = (each - parts.weights()[name]) / 0.3 - 5e-4 * each
        torch.testing.assert_close(moved, share * down[name], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ["erm", "ldam", "dbm_ce"])
@pytest.mark.parametrize("released", [True, False])
def test_one_forward_pass_says_what_two_backward_ones_would(name: str, released: bool) -> None:
    """On a net with batch norm, in float64: differentiate the meta loss through the step itself, graph and all."""
    row = find(name)
    net = ResNet(8, 3, row.head, seed=1).double().train()
    own_loss = ltviz.make_loss(row.loss, COUNTS).double()
    parts = WeightNet(5, 3).double()
    draw = np.random.default_rng(2)
    own, meta = (
        Batch((torch.tensor(draw.normal(size=(n, 3, 32, 32))),), torch.tensor(np.arange(n) % 3)) for n in (7, 6)
    )
    now = At(net, own_loss, parts, 0, 3, 0.0, 0, 5, torch.device("cpu"), RATE)
    weights = {name: each.clone().requires_grad_() for name, each in parts.weights().items()}

    def weighed(theta: Weights) -> Tensor:
        costs = own_loss.by_row(outputs(seen(net, theta, own.images)), own.labels)
        return parts.shares(weights, costs if released else costs.detach()) @ costs

    moved = stepped(learned(net), weighed, RATE)
    wanted = torch.autograd.grad(plain_loss(seen(net, moved, meta.images), meta.labels), list(weights.values()))
    step = steps.make(f"meta_weight_net(width=5, as_released={released})")
    costs = own_loss.by_row(outputs(net(own.images)), own.labels)
    found = step.down(costs, (own, meta), now)
    for one, other in zip(found.values(), wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-8, atol=1e-14)
        assert other.abs().max() > 1e-9


@pytest.mark.parametrize("case", ["training", "evaluation", "frozen norms"])
def test_the_rule_for_batch_norm_is_torchs_own(case: str) -> None:
    """Ours holds of a batch's statistics and learned scales alone; elsewhere torch's is taken."""
    net = ResNet(8, 3, seed=1).double().train(case != "evaluation")
    for name, each in net.named_parameters():
        each.requires_grad_(case != "frozen norms" or "norm" not in name)
    images = torch.tensor(np.random.default_rng(0).normal(size=(5, 3, 32, 32)))
    weights = learned(net)
    assert any("norm" in name for name in weights) == (case != "frozen norms")
    draw = torch.Generator().manual_seed(0)
    direction = {n: torch.randn(each.shape, generator=draw, dtype=each.dtype) for n, each in weights.items()}
    found = along(lambda weights: seen(net, weights, images).logits, weights, direction)
    wanted = torch.func.jvp(lambda weights: seen(net, weights, images).logits, (weights,), (direction,))[1]
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)


def test_the_meta_samplers_step_is_the_one_by_hand() -> None:
    """The draw is hard, its gradient that of the soft one; only the classifier moves in the virtual step."""
    step, parts = steps.make("meta_sampler(meta_rate=0.2, temperature=0.5)"), Rates(3)
    now = at(parts)
    raw = np.array([0.4, -0.3, 0.9])
    parts.raw.copy_(torch.tensor(raw))
    w = now.net.head.weight.detach().numpy().copy()
    noise = np.random.default_rng([5, 0, 5, 0]).gumbel(size=(6, 6)).astype(np.float32).astype(np.float64)
    psi = 1 / (1 + np.exp(-raw))
    soft = softmax((np.log(psi)[Y] + noise) / 0.5)
    drawn = np.bincount(soft.argmax(axis=1), minlength=6) / 6
    slope = costs_and_slopes(w, X, Y)[1]
    ahead = w - RATE * np.einsum("i,ijk->jk", drawn, slope)
    meta_cost, meta_slope = costs_and_slopes(ahead, META_X, META_Y)
    to_row = -RATE * np.einsum("ijk,jk->i", slope, meta_slope.mean(axis=0)) / 6
    wanted = np.zeros(3)
    for one in soft:  # each draw's softmax
        to_logit = one * (to_row - one @ to_row) / 0.5
        for i, y in enumerate(Y):
            wanted[y] += to_logit[i] * (1 - psi[y])
    given = torch.tensor(noise)
    own = torch.tensor(raw, requires_grad=True)
    value = step.ahead(own, BATCHES, given, now)
    assert float(value.detach()) == pytest.approx(meta_cost.mean())
    (gradient,) = torch.autograd.grad(value, own)
    np.testing.assert_allclose(gradient, wanted, rtol=1e-9)
    step.prepare(BATCHES, now)
    np.testing.assert_allclose(parts.raw, raw - 0.2 * np.sign(wanted), rtol=1e-4, err_msg="Adam's first step")
    np.testing.assert_array_equal(now.net.head.weight.detach(), w)


def test_the_meta_samplers_adam_is_torchs() -> None:
    rates, own = Rates(3), torch.zeros(3, requires_grad=True)
    draw, mean, square = torch.Generator().manual_seed(0), torch.zeros(3), torch.zeros(3)
    for t in range(1, 6):
        down = torch.randn(3, generator=draw)
        mean, square = 0.9 * mean + 0.1 * down, 0.999 * square + 0.001 * down**2
        own = own - 0.1 * (mean / (1 - 0.9**t)) / ((square / (1 - 0.999**t)).sqrt() + 1e-8)
        rates.move(down, 0.1)
    torch.testing.assert_close(rates.raw, own.detach())


def test_a_class_is_drawn_in_proportion_to_its_number_times_its_rate() -> None:
    """methods.md 10.15: psi weighs samples."""
    step, parts = steps.make("meta_sampler"), Rates(3)
    psi = np.array([0.2, 0.5, 0.9])
    parts.raw.copy_(torch.tensor(np.log(psi / (1 - psi))))
    seen: list[int] = []

    class Noted(Linear):
        def forward(self, x: Tensor) -> Features:
            seen.extend(Y[[int((BATCHES[0].images == row).all(dim=1).nonzero()) for row in x]])
            return super().forward(x)

    for i in range(100):
        now = replace(at(parts), net=Noted(), step=i)
        step.value(BATCHES, now)
    share = np.bincount(seen, minlength=3) / len(seen)
    wanted = np.array([3, 2, 1]) * psi
    np.testing.assert_allclose(share, wanted / wanted.sum(), atol=0.07)


def test_the_meta_set_is_taken_out_of_the_training_set() -> None:
    """Half of a class, at most 10, by the seed; no batch of the net's own holds any, and the meta batches no other."""
    data = digits.load()
    step = steps.make("meta_weight_net")
    held = step.held_out(data.train_labels, 3)
    assert np.bincount(data.train_labels[held]).tolist() == [10, 10, 10, 10, 9, 6, 4, 2, 1, 1]
    assert not np.array_equal(held, step.held_out(data.train_labels, 4))
    assert len(step.held_out(np.array([0, 0, 0, 1]), 0)) == 1, "a class with one image keeps it"
    met: tuple[list[Tensor], list[Tensor]] = [], []

    class Noted(type(step)):  # type: ignore[misc]
        def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
            for some, batch in zip(met, batches, strict=True):
                some.append(batch.images.flatten(1))
            return super().value(batches, at)

    run = Trainer(
        make_model("digits", 10),
        ltviz.make_loss("ce", data.counts),
        data.train_images,
        data.train_labels,
        sampler=samplers.make("instance", data.train_labels, data.counts),
        recipe=Recipe("test", epochs=2, batch=64, rate=0.05, decay=0.0),
        step=Noted(),
        seed=3,
    )
    run.run_epoch()
    own, meta = (torch.cat(some) for some in met)
    rows = torch.from_numpy(data.train_images).flatten(1)
    alike = [(rows[:, None] == some[None]).all(dim=2).sum(dim=1).numpy() for some in (own, meta)]
    assert (alike[0][held] == 0).all()
    rest = np.setdiff1d(np.arange(len(rows)), held)
    assert (alike[0][rest] == 1).all()
    assert (alike[1][held] > 0).all()
    assert (alike[1][rest] == 0).all()
    assert len(meta) == len(own) == len(rest)
    by_class = np.bincount(data.train_labels, weights=alike[1])
    assert by_class.max() - by_class.min() <= 1, "all classes equally often"


@pytest.mark.parametrize("name", ["meta_weight_net", "balanced_meta_softmax"])
def test_nothing_of_the_test_or_validation_set_is_seen(name: str) -> None:
    data = digits.load(imbalance=20)
    blank: dict[str, Any] = {f"{split}_images": np.zeros_like(data.whole(split)) for split in ("val", "test")}
    states = []
    for some in (data, replace(data, **blank)):
        trainer = assemble(find(name).by(Recipe("t", 1, 64, 0.05, 0.0), model="digits"), some).trainer
        trainer.run_epoch()
        states.append(trainer.state())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])
