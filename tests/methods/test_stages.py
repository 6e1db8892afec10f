"""The shipped second stages beside plain loops and formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz import samplers
from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.methods import METHODS, by_recipe, find, on_digits, stages
from ltviz.methods.objective import first_of
from ltviz.methods.schedule import Schedule
from ltviz.models.heads import Features, LinearHead
from ltviz.models.table import make_model
from ltviz.runs import digits as runs
from ltviz.runs._digits_run import Run
from ltviz.runs.digits import train, train_each

SEED = int(np.random.SeedSequence([2, 7, 0, 1]).generate_state(1)[0])
DATA = digits.load(imbalance=20)
TRAINING = {"seed": 2, "epochs": 6}


@pytest.fixture(scope="module")
def erm() -> Run:
    return train("erm", DATA, **TRAINING)


def loop(
    x: np.ndarray,
    score: Callable[[Tensor], Tensor],
    learned: list[Tensor],
    sampler: str,
    decay: float = 5e-4,
    cost: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    after: Callable[[], object] = lambda: None,
) -> float:
    """One epoch on features as one would write it (without torch.optim, which takes 8 s); returns its mean loss."""
    speed = [torch.zeros_like(each) for each in learned]
    order = samplers.make(sampler, DATA.train_labels, DATA.counts, seed=SEED).indices(0, 1)
    features, labels, losses = torch.tensor(x), torch.tensor(DATA.train_labels), []
    for rows in torch.from_numpy(order).split(64):
        value = cost(score(features[rows]), labels[rows])
        with torch.no_grad():
            for each, v, gradient in zip(learned, speed, torch.autograd.grad(value, learned), strict=True):
                v.mul_(0.9).add_(gradient + decay * each)
                each -= 0.05 * v
        after()
        losses.append(value.item())
    return float(np.mean(losses))


def classifier(erm: Run) -> tuple[Tensor, Tensor]:
    """The class vectors and biases of a trained net: one forward says the logits, and so the biases."""
    vectors, embedding = torch.tensor(erm.prototypes), torch.tensor(erm.test_embedding)
    return vectors, (torch.tensor(erm.test_logits) - embedding @ vectors.T).mean(dim=0)


def test_crt_is_a_plain_loop_on_the_features_of_erm(erm: Run) -> None:
    ours = train("crt", DATA, **TRAINING)
    assert np.array_equal(erm.train_embedding, ours.train_embedding)
    assert [each.stage for each in ours.history] == [""] * 6 + ["crt"]
    assert ours.history[-1].epoch == 6

    head = LinearHead(64, 10, torch.Generator().manual_seed(SEED))
    mean = loop(erm.train_embedding, lambda x: head(x).logits, list(head.parameters()), "class_balanced")
    np.testing.assert_allclose(ours.prototypes, head.weight.detach(), atol=1e-5)
    assert ours.history[-1].loss == pytest.approx(mean, rel=1e-4)
    with torch.no_grad():
        np.testing.assert_allclose(ours.test_logits, head(torch.tensor(erm.test_embedding)).logits, atol=1e-4)


def test_lws_learns_one_factor_a_class_and_nothing_else(erm: Run) -> None:
    """It multiplies the bias too."""
    ours = train("lws", DATA, **TRAINING)
    vectors, bias = classifier(erm)
    factor = torch.ones(10, requires_grad=True)
    mean = loop(erm.train_embedding, lambda x: factor * (x @ vectors.T + bias), [factor], "class_balanced")
    assert float((factor.detach() - 1).abs().max()) > 0.01
    assert ours.history[-1].loss == pytest.approx(mean, rel=1e-4)
    np.testing.assert_allclose(ours.prototypes, (factor.detach()[:, None] * vectors), rtol=1e-4)
    np.testing.assert_allclose(ours.test_logits, erm.test_logits * factor.detach().numpy(), atol=1e-3)


def test_tau_norm_is_chosen_on_the_validation_split_and_drops_the_bias(
    erm: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, held = type(stages.make("tau_norm")), []
    fit = kind.fit

    def noted(stage: Any, net: Any, data: Any, recipe: Any, at: Any) -> Any:
        held.append(at.seen(DATA.val_images).embedding.numpy())
        return fit(stage, net, data, recipe, at)

    monkeypatch.setattr(kind, "fit", noted)
    ours = train("tau_norm", DATA, **TRAINING)
    vectors = erm.prototypes
    length = np.sqrt((vectors**2).sum(axis=1))
    best, chosen = -1.0, 0.0
    for tau in np.arange(21) / 10:
        predicted = (held[0] @ (vectors / length[:, None] ** tau).T).argmax(axis=1)
        right = np.mean([(predicted == c)[DATA.val_labels == c].mean() for c in range(10)])
        if right > best + 1e-12:
            best, chosen = right, tau
    np.testing.assert_allclose(
        ours.test_logits, erm.test_embedding @ (vectors / length[:, None] ** chosen).T, rtol=1e-3
    )
    alone = stages.make("tau_norm").apply
    plain = Features(*map(torch.tensor, (erm.test_embedding, vectors, erm.test_logits)))
    assert alone(plain, DATA.counts) is plain
    zero = stages.make("tau_norm")
    zero.tau = 0.0
    np.testing.assert_allclose(zero.apply(plain, DATA.counts).logits, erm.test_embedding @ vectors.T, atol=1e-4)


@pytest.mark.parametrize(("labels", "tau"), [([], 1.0), ([0, 0, 1, 1], 0.0), ([2, 2, 2, 2], 1.7)])
def test_tau_is_the_best_of_those_that_the_validation_split_allows(labels: list[int], tau: float) -> None:
    """The smallest of equally good ones; 1 without a validation split; classes that it lacks play no part."""
    vectors = torch.diag(torch.tensor([100.0, 10.0, 0.1]))
    seen = Features(torch.eye(3)[[0, 0, 1, 1]], vectors, torch.zeros(4, 3))
    if labels == [2] * 4:
        # Class 2 is right where 1000^(1 - tau) < 0.01.
        seen = seen._replace(embedding=torch.tensor([[1.0, 0.0, 0.01]] * 4))
    data = SimpleNamespace(labels=lambda split: np.array(labels, int), whole=lambda split: None, counts=[9, 4, 2])
    at = SimpleNamespace(seen=lambda images: seen)
    assert stages.make("tau_norm").fit(None, data, None, at).tau == pytest.approx(tau)


def test_ncm_is_the_nearest_mean_of_centred_features_of_length_1(erm: Run) -> None:
    """Means of them are not brought to length 1 again (methods.md, trap 12 and fact 10.11)."""
    ours = train("ncm", DATA, **TRAINING)
    centre = erm.train_embedding.mean(axis=0)

    def unit(x: np.ndarray) -> np.ndarray:
        return (x - centre) / np.sqrt(((x - centre) ** 2).sum(axis=1, keepdims=True))

    labels, seen = DATA.train_labels, unit(erm.train_embedding)
    means = [sum(x for x, y in zip(seen, labels, strict=True) if y == c) / (labels == c).sum() for c in range(10)]
    distance = [[np.sqrt(((x - mean) ** 2).sum()) for mean in means] for x in unit(erm.test_embedding)]
    np.testing.assert_allclose(ours.test_logits, -np.array(distance), atol=1e-5)
    again = np.array(means) / np.linalg.norm(means, axis=1, keepdims=True)
    other = np.linalg.norm(unit(erm.test_embedding)[:, None] - again, axis=2)
    assert np.abs(other + ours.test_logits).max() > 0.01
    raw = [erm.train_embedding[labels == c].mean(axis=0) for c in range(10)]
    np.testing.assert_allclose(ours.prototypes, raw, rtol=1e-3, atol=1e-4)
    assert ours.test_cosine is None


def test_weight_balancing_is_a_loop_with_a_projection_after_each_step(erm: Run) -> None:
    ours = train(replace(find("erm"), stages=("weight_balancing",)), DATA, **TRAINING)
    vectors, bias = (each.clone().requires_grad_() for each in classifier(erm))
    lengths = np.linalg.norm(erm.prototypes, axis=1)
    radius = lengths.min() + 0.1 * (lengths.max() - lengths.min())
    weight = torch.tensor([(1 - 0.9999) / (1 - 0.9999**n) for n in DATA.counts])

    @torch.no_grad()
    def cut() -> None:
        for vector in vectors:
            vector *= min(1.0, radius / float(vector.norm()))

    own = (
        (lambda x: x @ vectors.T + bias),
        [vectors, bias],
        "instance",
        0.1,
        partial(F.cross_entropy, weight=weight.float()),
        cut,
    )
    mean = loop(erm.train_embedding, *own)
    np.testing.assert_allclose(ours.prototypes, vectors.detach(), atol=2e-4)
    assert ours.history[-1].loss == pytest.approx(mean, rel=1e-3)
    assert np.linalg.norm(ours.prototypes, axis=1).max() <= radius * (1 + 1e-6) < lengths.max()
    assert find("weight_balancing").decay == 5e-3 == find("weight_balancing").recipe.decay
    assert on_digits(find("weight_balancing"), 3).recipe.decay == 5e-3, "what the method is about stays"
    assert by_recipe(find("weight_balancing"), "short").recipe.decay == 5e-3


def test_mislas_learns_classifier_and_factors_with_smoothed_labels(erm: Run) -> None:
    ours = train(replace(find("erm"), stages=("mislas(smoothing=0.4)",)), DATA, **TRAINING)
    vectors, bias, factor = (each.clone().requires_grad_() for each in (*classifier(erm), torch.ones(10)))
    counts = DATA.counts.values
    eps = torch.tensor(0.4 * np.sin(np.pi / 2 * (counts - counts.min()) / (counts.max() - counts.min()))).float()

    def cost(z: Tensor, y: Tensor) -> Tensor:
        log_p = torch.log_softmax(z, dim=1)
        return (-(1 - eps[y]) * log_p[torch.arange(len(y)), y] - eps[y] * log_p.mean(dim=1)).mean()

    own = (lambda x: factor * (x @ vectors.T + bias)), [vectors, bias, factor], "class_balanced"
    mean = loop(erm.train_embedding, *own, cost=cost)
    assert ours.history[-1].loss == pytest.approx(mean, rel=1e-3)
    np.testing.assert_allclose(ours.prototypes, (factor[:, None] * vectors).detach(), rtol=1e-3, atol=1e-4)
    assert first_of(find("mislas")) == first_of(find("mixup")), "one first training"


def test_a_stage_that_goes_on_with_the_classifier_wants_one() -> None:
    net = make_model("digits_experts", 10)
    for name in ("lws", "mislas", "weight_balancing"):
        with pytest.raises(BadInput, match="several experts has no single one; crt draws one anew"):
            stages.make(name).begun(net, None)


def test_two_stages_of_one_backbone_cost_one_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows have one first training by every recipe of the papers' data, and by the digits'."""
    names, begun, trainings = ("erm", "crt", "lws", "tau_norm", "ncm"), runs._begun, []
    for recipe in ("paper", "basic", "strong", "short"):
        assert len({first_of(by_recipe(find(name), recipe)) for name in names}) == 1

    def noted(*given: Any) -> Any:
        trainings.append(given)
        return begun(*given)

    monkeypatch.setattr(runs, "_begun", noted)
    some = list(train_each([(find(name), {}) for name in names], DATA, seed=2, epochs=2))
    assert len(trainings) == 1
    assert [run.method for run in some] == list(names)
    for run in some:
        assert np.array_equal(run.test_embedding, some[0].test_embedding)


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
        ("ctr", "unknown stage 'ctr'; there are .*Did you mean 'crt'"),
        ("crt(share=2)", "share must be"),
        ("crt(shares=1)", r"unknown parameter 'shares' in 'crt\(shares=1\)'.*Did you mean 'share'"),
    ],
)
def test_names_that_cannot_be_read(text: str, words: str) -> None:
    """Before anything is trained."""
    with pytest.raises(BadInput, match=words):
        train(replace(find("erm"), stages=(text,)), digits.load(imbalance=20), epochs=1)
