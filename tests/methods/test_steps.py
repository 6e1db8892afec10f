"""The shipped steps beside plain loops: the same weights to the last digits, from the formulas of their papers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import ltviz
from ltviz import samplers
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.losses import Outputs
from ltviz.methods import steps
from ltviz.methods.schedule import Recipe
from ltviz.methods.steps import At, Batch
from ltviz.models.table import make_model
from ltviz.training.augment import shifted
from ltviz.training.trainer import Trainer

COUNTS, SEED = [12, 6, 3], 4
LABELS = torch.repeat_interleave(torch.arange(3), torch.tensor(COUNTS))
IMAGES = torch.rand(21, 1, 8, 8, generator=torch.Generator().manual_seed(0))
ORDER = samplers.make("instance", LABELS.numpy(), COUNTS, seed=SEED)
Value = Callable[[nn.Module, nn.Module | None, int, int, np.ndarray], Tensor]


def drawn(*words: int) -> int:
    return int(np.random.SeedSequence(words).generate_state(1)[0])


def ours(step: str, loss: str, augmentation: str = "none") -> Trainer:
    made = steps.make(step)
    run = Trainer(
        make_model("digits" + f"_{made.form}" * bool(made.form), 3, seed=SEED),
        ltviz.make_loss(loss, COUNTS),
        IMAGES,
        LABELS,
        sampler=ORDER,
        recipe=Recipe("test", epochs=3, batch=8, rate=0.05, decay=1e-3, augmentation=augmentation),
        step=made,
        seed=SEED,
        precision="fp32",
    )
    for _ in range(3):
        run.run_epoch()
    return run


def by_hand(value: Value, net: nn.Module, parts: nn.Module | None = None) -> nn.Module:
    """The same training, written as one would; the value of a step is all that differs."""
    net = net.to(memory_format=torch.channels_last)  # as the trainer has it
    learned = [*net.parameters(), *(parts.parameters() if parts else ())]
    optimizer = torch.optim.SGD(learned, lr=0.05, momentum=0.9, weight_decay=1e-3)
    for epoch in range(3):
        optimizer.param_groups[0]["lr"] = 0.05 * [1, 1, 1e-4][epoch]
        net.train()
        rows = ORDER.indices(epoch, 3)
        for i, begin in enumerate(range(0, 21, 8)):
            optimizer.zero_grad()
            value(net, parts, epoch, i, rows[begin : begin + 8]).backward()
            optimizer.step()
    return net


def alike(run: Trainer, net: nn.Module) -> None:
    for (name, tensor), other in zip(run.model.state_dict().items(), net.state_dict().values(), strict=True):
        torch.testing.assert_close(tensor, other, rtol=1e-4, atol=1e-5, msg=name)


def test_mixup_is_the_papers_loop() -> None:
    def value(net: nn.Module, parts: None, epoch: int, i: int, rows: np.ndarray) -> Tensor:
        draw = np.random.default_rng([SEED, epoch, 5, i])
        share, other = draw.beta(0.5, 0.5), draw.permutation(len(rows))
        x, y = IMAGES[rows], F.one_hot(LABELS[rows], 3).float()
        soft = share * y + (1 - share) * y[other]  # cross-entropy with soft labels is the blend of two
        return F.cross_entropy(net(share * x + (1 - share) * x[other]).logits, soft)

    alike(ours("mixup(alpha=0.5)", "ce"), by_hand(value, make_model("digits", 3, seed=SEED)))


@pytest.mark.parametrize("as_released", [False, True])
def test_remix_is_the_papers_loop(as_released: bool) -> None:
    """A share for each row multiplies its own loss; in Bag of Tricks' code it multiplies the batch's mean."""
    met = set()

    def value(net: nn.Module, parts: None, epoch: int, i: int, rows: np.ndarray) -> Tensor:
        draw = np.random.default_rng([SEED, epoch, 5, i])
        share, other = draw.beta(1.0, 1.0), draw.permutation(len(rows))
        x, y = IMAGES[rows], LABELS[rows]
        z = net(share * x + (1 - share) * x[other]).logits
        own = []
        for a, b in zip(y.tolist(), y[other].tolist(), strict=True):
            ratio = COUNTS[a] / COUNTS[b]
            own.append(0.0 if ratio >= 2 and share < 0.5 else 1.0 if ratio <= 1 / 2 and 1 - share < 0.5 else share)
        met.update(own)
        first, second = (F.cross_entropy(z, some, reduction="none") for some in (y, y[other]))
        if as_released:
            first, second = first.mean(), second.mean()
        weight = torch.tensor(own, dtype=torch.float32)
        return (weight * first + (1 - weight) * second).mean()

    text = f"remix(kappa=2.0, as_released={as_released})"
    alike(ours(text, "ce"), by_hand(value, make_model("digits", 3, seed=SEED)))
    assert {0.0, 1.0} < met


def test_remix_gives_a_label_to_a_class_that_is_kappa_times_as_rare() -> None:
    counts = torch.tensor([9.0, 9.0, 9.0, 3.0, 3.0, 8.0]), torch.tensor([3.0, 4.0, 9.0, 9.0, 3.0, 3.0])
    step = steps.make("remix")
    assert step.shares(*counts, 0.4).tolist() == pytest.approx([0.0, 0.4, 0.4, 0.4, 0.4, 0.4])
    assert step.shares(*counts, 0.6).tolist() == pytest.approx([0.6, 0.6, 0.6, 1.0, 0.6, 0.6])
    assert step.shares(*counts, 0.5).tolist() == [0.5] * 6, "less than tau, not tau itself"


def test_ride_is_the_papers_loop() -> None:
    """Experts are summed, the mean is detached, and the temperature follows the classes from the second epoch on."""
    prior = np.array(COUNTS) / 21

    def value(net: nn.Module, parts: None, epoch: int, i: int, rows: np.ndarray) -> Tensor:
        maps, y = net.trunk(IMAGES[rows]), LABELS[rows]
        logits = [expert.head(expert.blocks(maps).mean(dim=(2, 3))).logits for expert in net.experts]
        mean = (sum(logits) / 3).detach()
        factor = 3 * prior * 0.3 + 1 - 0.3 if epoch >= 1 else np.ones(3)
        heat = torch.tensor(2.0 * factor / factor.max(), dtype=torch.float32)
        total = 0.0
        for z in logits:
            log_p, log_q = torch.log_softmax(mean / heat, dim=1), torch.log_softmax(z / heat, dim=1)
            apart = sum((p.exp() * (p - q)).sum() for p, q in zip(log_p, log_q, strict=True)) / len(rows)
            total = total + F.cross_entropy(z, y) - 0.45 * heat.mean() ** 2 * apart
        return total

    text = "ride(temperature=2.0, spread=0.3, since=0.34)"
    alike(ours(text, "ce"), by_hand(value, make_model("digits_experts", 3, seed=SEED)))


def test_a_loss_row_by_row() -> None:
    loss = ltviz.make_loss("inverse_frequency", COUNTS)
    z = torch.randn(8, 3, generator=torch.Generator().manual_seed(1))
    rows = loss.by_row(z, LABELS[8:16])
    assert rows.shape == (8,)
    assert loss.reduction == "mean"
    torch.testing.assert_close(rows.mean(), loss(z, LABELS[8:16]))


def test_bbn_is_the_papers_loop() -> None:
    def value(net: nn.Module, parts: None, epoch: int, i: int, rows: np.ndarray) -> Tensor:
        reverse = samplers.make("reverse", LABELS.numpy(), COUNTS, seed=drawn(SEED, 6, 1, 0, 1), samples=21)
        rare = reverse.indices(epoch, 3)[8 * i : 8 * i + 8]
        a = 1 - (epoch / 3) ** 2
        own, other = (
            branch(net.trunk(IMAGES[some])).mean(dim=(2, 3))
            for branch, some in zip(net.branches, (rows, rare), strict=True)
        )
        z = net.head(2 * torch.cat([a * own, (1 - a) * other], dim=1)).logits
        return a * F.cross_entropy(z, LABELS[rows]) + (1 - a) * F.cross_entropy(z, LABELS[rare])

    alike(ours("bbn", "ce"), by_hand(value, make_model("digits_two_branch", 3, seed=SEED)))


def test_two_views_are_those_of_the_recipe_through_one_projection() -> None:
    run = ours("two_views(width=5)", "supcon", "shift")
    term = ltviz.make_loss("supcon", COUNTS)

    def value(net: nn.Module, parts: nn.Module | None, epoch: int, i: int, rows: np.ndarray) -> Tensor:
        every = ORDER.indices(epoch, 3)
        pair = [shifted(IMAGES, every, epoch, seed)[8 * i : 8 * i + 8] for seed in (SEED, drawn(SEED, 6, 0, 1, 1))]
        seen = net(torch.cat(pair))
        embedding = parts(seen.embedding).reshape(2, len(rows), 5).swapaxes(0, 1)
        classified = F.cross_entropy(seen.logits, torch.cat([LABELS[rows]] * 2))
        return classified + term(Outputs(embedding=embedding), LABELS[rows])

    net = make_model("digits", 3, seed=SEED)
    begun = steps.make("two_views(width=5)").parts(net, None, SEED)
    alike(run, by_hand(value, net, begun))
    for mine, theirs in zip(run._parts.parameters(), begun.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)
    assert {name.split(".")[0] for name in run.state()} == {"model", "momentum", "loss", "parts"}


def test_a_loss_that_classifies_is_added_to_nothing() -> None:
    step, net = steps.make("two_views"), make_model("digits", 3, seed=SEED).eval()
    batch = Batch((IMAGES[:4], IMAGES[4:8]), LABELS[[0, 12, 18, 20]])
    values = []
    for loss in ("ce", "balanced_softmax"):
        made = ltviz.make_loss(loss, COUNTS)
        at = At(net, made, step.parts(net, None, 0), 0, 1, 0.0, 0, SEED, torch.device("cpu"))
        values.append((step.value((batch,), at), made(net(batch.images).logits, batch.labels)))
    for value, alone in values:
        torch.testing.assert_close(value, alone)


def test_the_share_of_bbns_first_branch_falls_from_1() -> None:
    seen = []

    class Net(nn.Module):
        def forward(self, first: Tensor, second: Tensor, share: Tensor) -> object:
            assert isinstance(share, Tensor), "a compiled net would be compiled anew for each number"
            seen.append(share.item())
            return make_model("digits", 3)(first)

    batch = Batch((IMAGES[:4],), LABELS[:4])
    for epoch in range(0, 101, 50):
        at = At(Net(), ltviz.make_loss("ce", COUNTS), None, epoch, 200, 0.0, 0, 0, torch.device("cpu"))
        steps.make("bbn").value((batch, batch), at)
    assert seen == [1.0, 1 - 0.0625, 0.75]


def test_mixups_shares_are_those_of_beta() -> None:
    shares = []
    for i in range(4000):
        at = At(nn.Identity(), None, None, 0, 1, 0.0, i, SEED, torch.device("cpu"))
        shares.append(at.generator.beta(0.4, 0.4))
    mean, variance = np.mean(shares), np.var(shares)
    assert mean == pytest.approx(0.5, abs=4 * math.sqrt(variance / 4000))
    assert variance == pytest.approx(0.25 / 1.8, rel=0.05)  # ab / (a + b)^2 (a + b + 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mixpu", "unknown step 'mixpu'; there are bbn, .*Did you mean 'mixup'"),
        ("mixup(alpha)", r"name=value; got 'alpha' in 'mixup\(alpha\)'"),
        ("mixup(alhpa=1)", r"unknown parameter 'alhpa' in 'mixup\(alhpa=1\)'; mixup has alpha.*Did you mean 'alpha'"),
        ("mixup(alpha=0)", "alpha must be a number from 0.001"),
        ("mixup(", "a step is written as its name"),
    ],
)
def test_names_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        steps.make(text)


def test_a_spelling_is_read_back() -> None:
    for text in ("mixup", "mixup(alpha=0.4)", "two_views(width=7)"):
        assert steps.make(text).spelling == text
    assert steps.make("mixup(alpha=1.0)").spelling == "mixup"


def test_streams_begin_with_the_methods_own() -> None:
    class Odd(type(steps.make("plain"))):
        streams = ("reverse",)

    with pytest.raises(BadDeclaration, match="begin with 'method'"):
        Trainer(
            make_model("digits", 3),
            ltviz.make_loss("ce", COUNTS),
            IMAGES,
            LABELS,
            sampler=ORDER,
            recipe=Recipe("t", 1, 8, 0.1, 0.0),
            step=Odd(),
        )
