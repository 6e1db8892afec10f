"""SupCon: equation 2 of its paper by hand, with one view and with two, and rows with nothing to be drawn to."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import ltviz
from ltviz.core.errors import BadInput
from ltviz.methods import METHODS, meant

COUNTS = (100, 10, 5)


def _loss(**more: float) -> ltviz.Loss:
    return ltviz.make_loss("supcon", COUNTS, reduction="none", **more)


def test_three_rows_by_hand() -> None:
    east, north = [2.0, 0.0], [0.0, 0.5]  # of any length: only directions count
    given, labels = torch.tensor([east, east, north], dtype=torch.float64), torch.tensor([0, 0, 1])
    rows = _loss(temperature=0.5)(given, labels)
    pair = math.log(math.exp(2) + 1) - 2  # the other of the class at a cosine of 1, over that and one at 0
    assert rows.tolist() == pytest.approx([pair, pair, 0.0])
    torch.testing.assert_close(_loss(temperature=0.5, strength=3.0)(given, labels), 3 * rows)


def test_a_row_s_other_view_is_of_its_class_and_its_loss_the_mean_of_its_views() -> None:
    views = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]]], dtype=torch.float64)
    rows = _loss(temperature=1.0)(views, torch.tensor([0, 1]))
    first = [math.log(1 + 2 * math.e), math.log(3)]  # near 0 over (0, 1, 1); near 0 over (0, 0, 0)
    second = [math.log(2 * math.e + 1) - 1] * 2  # near 1 over (1, 1, 0)
    assert rows.tolist() == pytest.approx([np.mean(first), np.mean(second)])


def test_rows_with_nothing_of_their_class_have_no_loss_and_count_in_the_mean() -> None:
    embedding = torch.randn(4, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    labels = torch.tensor([0, 0, 1, 2])
    rows = _loss()(embedding, labels)
    assert (rows[:2] > 0).all()
    assert rows[2:].tolist() == [0.0, 0.0]
    mean = ltviz.make_loss("supcon", COUNTS)(embedding, labels)
    assert mean.item() == pytest.approx(rows[:2].sum().item() / 4)
    mean.backward()
    assert embedding.grad is not None
    assert embedding.grad.isfinite().all()
    assert embedding.grad[2:].abs().sum() > 0  # they are still what others are pushed away from


def test_alone_in_the_batch_it_is_0() -> None:
    embedding = torch.ones(1, 3, requires_grad=True)
    value = ltviz.make_loss("supcon", COUNTS)(embedding, torch.tensor([1]))
    value.backward()
    assert value.item() == 0
    assert embedding.grad.tolist() == [[0, 0, 0]]


def test_it_is_the_loss_of_the_released_code_but_for_its_factor() -> None:
    """SupContrast losses.py, contrast_mode "all": features (B, views, D) of length 1, times T / 0.07."""
    draw = torch.Generator().manual_seed(1)
    features = F.normalize(torch.randn(6, 2, 5, generator=draw, dtype=torch.float64), dim=2)
    labels, t = torch.tensor([0, 1, 0, 2, 1, 0]), 0.2
    contrast = torch.cat(torch.unbind(features, dim=1))
    dots = contrast @ contrast.T / t
    dots = dots - dots.max(dim=1, keepdim=True).values
    mask = (labels[:, None] == labels).double().repeat(2, 2)
    others = 1 - torch.eye(12, dtype=torch.float64)
    log_prob = dots - (dots.exp() * others).sum(1, keepdim=True).log()
    wanted = -(mask * others * log_prob).sum(1) / (mask * others).sum(1)
    value = ltviz.make_loss("supcon", COUNTS, temperature=t)(features, labels)
    assert value.item() == pytest.approx(wanted.view(2, 6).mean().item(), rel=1e-12)


def test_class_weights_do_not_enter() -> None:
    loss, embedding, labels = _loss(), torch.randn(4, 3), torch.tensor([0, 0, 1, 1])
    before = loss(embedding, labels)
    loss.set_class_weight([1.0, 9.0, 9.0])
    assert torch.equal(loss(embedding, labels), before)


def test_by_itself_it_trains_no_classifier_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(METHODS, "supcon")  # the row of that name trains one beside it
    with pytest.raises(BadInput, match=r"supcon takes embeddings alone.*no classifier"):
        meant("supcon", COUNTS)


def test_descending_it_gathers_the_classes() -> None:
    embedding = torch.randn(12, 2, generator=torch.Generator().manual_seed(2)).requires_grad_()
    labels, loss = torch.arange(12) % 3, ltviz.make_loss("supcon", COUNTS, temperature=0.5)
    step = torch.optim.SGD([embedding], lr=1.0)
    for _ in range(200):
        step.zero_grad()
        loss(embedding, labels).backward()
        step.step()
    near = F.normalize(embedding.detach(), dim=1)
    inside = (near @ near.T)[labels[:, None] == labels]
    assert inside.min() > 0.95
