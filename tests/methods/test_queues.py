"""Steps that remember embeddings beside plain loops, sample by sample: the same weights to the last digits."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.special import ive
from torch import Tensor, nn
from torch.nn import functional as F

import ltviz
from ltviz import samplers
from ltviz.losses import Outputs
from ltviz.methods import steps
from ltviz.methods.schedule import Recipe
from ltviz.methods.steps import Training
from ltviz.methods.steps._beside import Averaged, ClassQueue, Queue
from ltviz.methods.steps._vmf import Directions, log_bessel
from ltviz.models.table import make_model
from ltviz.training.augment import shifted
from ltviz.training.trainer import Trainer

COUNTS, SEED, EPOCHS = [12, 6, 3], 4, 2
LABELS = torch.repeat_interleave(torch.arange(3), torch.tensor(COUNTS))
IMAGES = torch.rand(21, 1, 8, 8, generator=torch.Generator().manual_seed(0))
ORDER = samplers.make("instance", LABELS.numpy(), COUNTS, seed=SEED)
RECIPE = Recipe("test", epochs=EPOCHS, batch=8, rate=0.05, decay=1e-3, augmentation="shift")
Value = Callable[[list[Tensor], Tensor], Tensor]


def compared(step: str, loss: str, head: str, twin: Callable[[nn.Module, nn.Module], Value]) -> None:
    """Train by the step, and by plain SGD on what `twin` makes of net and parts: the value of one batch."""
    made = steps.make(step)
    built = "digits" + f"_{made.form}" * bool(made.form)
    own = {"sampler": ORDER, "recipe": RECIPE, "step": made, "seed": SEED, "precision": "fp32"}
    nets = [make_model(built, 3, seed=SEED, head=head, scale=30.0) for _ in range(2)]
    run = Trainer(nets[0], ltviz.make_loss(loss, COUNTS), IMAGES, LABELS, **own)
    net, parts = nets[1], made.parts(nets[1], Training(LABELS, IMAGES), SEED)
    value = twin(net, parts)
    learned = [p for p in (*net.parameters(), *parts.parameters()) if p.requires_grad]
    optimizer = torch.optim.SGD(learned, lr=0.05, momentum=0.9, weight_decay=1e-3)
    seeds = SEED, int(np.random.SeedSequence((SEED, 6, 0, 1, 1)).generate_state(1)[0])
    net.train()
    for epoch in range(EPOCHS):
        run.run_epoch()
        optimizer.param_groups[0]["lr"] = 0.05 * [1, 1e-4][epoch]
        rows = ORDER.indices(epoch, EPOCHS)
        pair = [shifted(IMAGES, rows, epoch, seed).split(8) for seed in seeds]
        for *views, labels in zip(*pair, LABELS[rows].split(8), strict=True):
            optimizer.zero_grad()
            value(views, labels).backward()
            optimizer.step()
    for (name, tensor), other in zip(run.model.state_dict().items(), net.state_dict().values(), strict=True):
        torch.testing.assert_close(tensor, other, rtol=1e-4, atol=1e-5, msg=name)


def test_ncl_is_the_papers_loop() -> None:
    loss = ltviz.make_loss("ncl", COUNTS)

    def twin(net: nn.Module, parts: nn.Module) -> Value:
        nets, projections = list(net.experts), list(parts.projections)
        slow = copy.deepcopy(nets + projections)
        queues = [list(queue.keys.clone()) for queue in parts.queues]
        done = pushed = 0

        def value(views: list[Tensor], labels: Tensor) -> Tensor:
            nonlocal done, pushed
            if done:  # after each step but the last one, which no one sees
                with torch.no_grad():
                    for mine, theirs in zip(slow, nets + projections, strict=True):
                        for a, b in zip(mine.parameters(), theirs.parameters(), strict=True):
                            a.copy_(a + max(0.1, 1 / (done + 1)) * (b - a))
            seen = [one(views[0]) for one in nets]
            total = torch.zeros(())
            for i in range(3):
                others = torch.stack([seen[j].logits for j in range(3) if j != i], dim=1)
                total = total + loss(Outputs(logits=seen[i].logits, peers=others), labels)
                queries = projections[i](seen[i].embedding)
                keys = slow[3 + i](slow[i](views[1]).embedding).detach()
                fresh = []
                for q, k in zip(F.normalize(queries), F.normalize(keys), strict=True):
                    near = torch.stack([q @ k, *(q @ old for old in queues[i])]) / 0.5
                    total = total + 0.7 * (near.logsumexp(0) - near[0]) / len(labels)
                    fresh.append(k)
                for n, k in enumerate(fresh):
                    queues[i][(pushed + n) % 10] = k
            done, pushed = done + 1, pushed + len(labels)
            return total

        return value

    step = "ncl(width=5, size=10, momentum=0.9, sharpness=0.5, contrast=0.7)"
    compared(step, "ncl", "linear", twin)


def taught(teacher: nn.Module) -> None:
    """Train GML's teacher by plain SGD on balanced softmax; it stays so."""
    teacher.requires_grad_(True).train()
    optimizer = torch.optim.SGD(teacher.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    for epoch in range(EPOCHS):
        optimizer.param_groups[0]["lr"] = 0.05 * [1, 1e-4][epoch]
        rows = ORDER.indices(epoch, EPOCHS)
        for images, labels in zip(shifted(IMAGES, rows, epoch, SEED).split(8), LABELS[rows].split(8), strict=True):
            optimizer.zero_grad()
            F.cross_entropy(teacher(images).logits + torch.tensor(COUNTS).log(), labels).backward()
            optimizer.step()
    teacher.requires_grad_(False).eval()


def test_gml_is_the_papers_loop() -> None:
    loss = ltviz.make_loss("gml", COUNTS)

    def twin(net: nn.Module, parts: nn.Module) -> Value:
        taught(parts.teacher)
        queue, places = [list(parts.queue.keys[parts.queue.labels == c].clone()) for c in range(3)], [0, 0, 0]

        def log_mean(q: Tensor, some: list[Tensor], sharp: Tensor) -> Tensor:
            return torch.stack([q @ k / sharp for k in some]).exp().mean().log()

        def value(views: list[Tensor], labels: Tensor) -> Tensor:
            told = parts.teacher(views[0])
            assert not told.logits.requires_grad
            stands = []
            for f, y in zip(told.embedding.detach(), labels.tolist(), strict=True):
                stands.append((y, places[y] % len(queue[y])))
                queue[y][places[y] % len(queue[y])] = f
                places[y] += 1
            seen = net(torch.cat(views))
            keys = [[F.normalize(parts.other(f[None]))[0] for f in part] for part in queue]
            sharp, rows = parts.log_sharpness.exp(), []
            for i, q in enumerate(F.normalize(parts.own(seen.embedding[len(labels) :]))):
                moved = [log_mean(q, part, sharp.detach()) for part in keys]
                tuned = []
                for c in range(3):
                    others = [k.detach() for n, k in enumerate(keys[c]) if (c, n) != stands[i]]
                    tuned.append(log_mean(q.detach(), others, sharp))
                rows.append(torch.stack([torch.stack(moved), torch.stack(tuned)]))
            given = Outputs(cosine=seen.cosine[: len(labels)], peers=torch.stack(rows), teacher=told.logits.detach())
            return loss(given, labels)

        return value

    compared("gml(width=5, size=40, sharpness=0.3)", "gml", "cosine", twin)


def test_paco_is_the_papers_loop() -> None:
    log_pi = (torch.tensor(COUNTS) / 21).log()

    def twin(net: nn.Module, parts: nn.Module) -> Value:
        own, slow = [net, parts.projection], copy.deepcopy([net, parts.projection])
        queue: list[tuple[Tensor, int]] = [(k, -1) for k in parts.queue.keys.clone()]
        done = pushed = 0

        def value(views: list[Tensor], labels: Tensor) -> Tensor:
            nonlocal done, pushed
            if done:
                with torch.no_grad():
                    for mine, theirs in zip(slow, own, strict=True):
                        for a, b in zip(mine.parameters(), theirs.parameters(), strict=True):
                            a.copy_(a + max(0.1, 1 / (done + 1)) * (b - a))
            seen, ids = net(views[0]), labels.tolist()
            queries = F.normalize(parts.projection(seen.embedding))
            keys = F.normalize(slow[1](slow[0](views[1]).embedding)).detach()
            total = torch.zeros(())
            for i, y in enumerate(ids):
                near = [(queries[j], ids[j]) for j in range(len(ids)) if j != i]
                near += [*zip(keys, ids, strict=True), *queue]
                products = torch.stack([queries[i] @ k / 0.5 for k, _ in near])
                every = torch.cat([seen.logits[i] + log_pi, products]).exp()
                mine = [(1.0, every[y])] + [(0.2, every[3 + n]) for n, (_, c) in enumerate(near) if c == y]
                lost = sum(-w * (e / every.sum()).log() for w, e in mine) / sum(w for w, _ in mine)
                total = total + lost / len(ids)
            for n, y in enumerate(ids):
                queue[(pushed + n) % 10] = (keys[n], y)
            done, pushed = done + 1, pushed + len(ids)
            return total

        return value

    step = "paco(width=5, size=10, momentum=0.9, sharpness=0.5, samples=0.2)"
    compared(step, "logit_adjustment", "linear", twin)


def test_proco_is_the_papers_loop() -> None:
    """Distributions from lists of embeddings; the Bessel function is held to scipy's below."""
    loss = ltviz.make_loss("logit_adjustment", COUNTS)

    def twin(net: nn.Module, parts: nn.Module) -> Value:
        start = parts.directions.unseen.clone()
        epochs: list[list[list[Tensor]]] = [[[], [], []]]
        seen_rows = 0

        def value(views: list[Tensor], labels: Tensor) -> Tensor:
            nonlocal seen_rows
            if seen_rows == 21:
                epochs.append([[], [], []])
                seen_rows = 0
            seen_rows += len(labels)
            seen = net(torch.cat(views))
            unit = F.normalize(parts.projection(seen.embedding))
            for f, y in zip(unit.detach(), labels.tolist() * 2, strict=True):
                for each in epochs[-2:]:
                    each[y].append(f)
            rows = []
            for f in unit:
                scores = []
                for c in range(3):
                    some = epochs[-2:][0][c]
                    mean = torch.stack(some).mean(0) if some else start[c]
                    length = mean.norm()
                    kappa = (length * (16 - length**2) / (1 - length**2)).clamp_max(1e5)
                    moved = (kappa * mean / length + f / 0.5).norm()
                    scores.append(log_bessel(7.0, moved) - log_bessel(7.0, kappa))
                rows.append(torch.stack(scores).float())
            first, second = torch.stack(rows).split(len(labels))
            contrast = (loss(first, labels) + loss(second, labels)) / 2
            return loss(seen.logits[: len(labels)], labels) + 0.7 * contrast

        return value

    compared("proco(width=16, sharpness=0.5, contrast=0.7)", "logit_adjustment", "linear", twin)


@pytest.mark.parametrize(("order", "error"), [(7.0, 2e-6), (15.0, 1e-7), (63.0, 1e-10)])
def test_the_bessel_function_is_scipys(order: float, error: float) -> None:
    x = np.logspace(-3, 5, 100)
    wanted = np.log(ive(order, x)) + x - order * np.log(x)
    np.testing.assert_allclose(log_bessel(order, torch.from_numpy(x)).numpy(), wanted, rtol=0, atol=error)
    slope = torch.tensor([0.0, 1.0, 50.0, 1e5], dtype=torch.float64, requires_grad=True)
    (got,) = torch.autograd.grad(log_bessel(order, slope).sum(), slope)
    later = slope.detach().numpy()
    np.testing.assert_allclose(got.numpy(), ive(order + 1, later) / np.maximum(ive(order, later), 1e-300), atol=1e-5)


def test_the_bessel_function_holds_where_the_released_recurrence_fails() -> None:
    """128 dimensions at kappa 1e4: -5.7226 of I scaled by e^-kappa, where a recurrence from order 126 says -6.26."""
    scaled = log_bessel(63.0, torch.tensor(1e4)).item() + 63 * math.log(1e4) - 1e4
    assert scaled == pytest.approx(-5.7226, abs=1e-4)


def test_a_class_of_one_place_has_a_score_and_a_slope() -> None:
    directions = Directions(2, 16, torch.Generator().manual_seed(0))
    one = F.normalize(torch.ones(1, 16))
    directions.see(one, torch.tensor([1]))
    unit = F.normalize(torch.randn(3, 16, generator=torch.Generator().manual_seed(1))).requires_grad_()
    scores = directions.scores(unit, 0.1)
    torch.testing.assert_close(scores[:, 1], (unit @ one[0]) / 0.1, rtol=1e-3, atol=2e-3)
    (slope,) = torch.autograd.grad(scores.sum(), unit)
    assert slope.isfinite().all()


def test_a_queue_forgets_the_oldest_first() -> None:
    queue = Queue(3, 2, torch.Generator().manual_seed(0))
    assert queue.labels.tolist() == [-1, -1, -1]
    first, second = torch.eye(2), torch.tensor([[2.0, 2.0], [3.0, 3.0]])
    queue.push(first, torch.tensor([5, 6]))
    queue.push(second, torch.tensor([7, 8]))
    assert queue.labels.tolist() == [8, 6, 7]
    assert queue.keys.tolist() == [[3, 3], [0, 1], [2, 2]]
    queue.push(torch.arange(10.0).view(5, 2), torch.arange(5))
    assert sorted(queue.labels.tolist()) == [2, 3, 4], "of more than there is room for, the last"


def test_a_queue_by_class_has_room_for_each_and_says_where_a_row_stands() -> None:
    queue = ClassQueue(12, 2, torch.tensor([90, 9, 1]), torch.Generator().manual_seed(0))
    assert queue.labels.bincount().tolist() == [8, 3, 3]
    own = queue.push(torch.ones(5, 2), torch.tensor([2, 1, 2, 2, 2]))
    assert own.sum(dim=1).tolist() == [1, 1, 1, 1, 0], "the last one of class 2 has no room"
    assert queue.labels[own.nonzero()[:, 1]].tolist() == [2, 1, 2, 2]
    means = queue.log_means(torch.zeros(2, 14))
    assert means.tolist() == [[0, 0, 0], [0, 0, 0]], "a class's score does not grow with its part"
    near = torch.arange(14.0)[None]
    without = queue.log_means(near, torch.arange(14)[None] == 13)
    assert without[0, 2].item() == pytest.approx(math.log((math.exp(11) + math.exp(12)) / 2))


def test_a_copy_follows_fast_at_first_and_then_slowly() -> None:
    layer = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(layer.weight)
    copied, seen = Averaged(layer, 0.9), []
    nn.init.ones_(layer.weight)
    for _ in range(30):
        before = copied.module.weight.item()
        copied.follow(layer)
        seen.append((copied.module.weight.item() - before) / (1 - before))
    assert seen[:3] == pytest.approx([1 / 2, 1 / 3, 1 / 4])
    assert seen[12:20] == pytest.approx([0.1] * 8, rel=1e-3)
    assert not copied.module.weight.requires_grad
