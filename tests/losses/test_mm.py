"""MM: its gradient with the margin frozen, its jump, its sides, and the released code's quirk."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

import ltviz

COUNTS = [60, 1000, 7, 200]
LABELS = torch.tensor([2, 0, 1, 2, 3, 1])


def cosines() -> torch.Tensor:
    return torch.rand(6, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 1.8 - 0.9


@pytest.mark.parametrize("name", ["mm", "mm_ldam"])
@pytest.mark.parametrize("params", [{}, {"as_released": True}, {"side": "positive"}, {"side": "negative"}])
def test_gradient_with_the_margin_frozen(name: str, params: dict) -> None:
    loss = ltviz.make_loss(name, COUNTS, reduction="none", **params)
    given = cosines().requires_grad_()
    shift = loss.adjust(given, LABELS).detach() - loss.scale * given.detach()

    def frozen(cosine: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(loss.scale * cosine + shift, LABELS, reduction="none")

    torch.testing.assert_close(loss(given, LABELS), frozen(given))
    (ours,) = torch.autograd.grad(loss(given, LABELS).sum(), given)
    (wanted,) = torch.autograd.grad(frozen(given).sum(), given)
    torch.testing.assert_close(ours, wanted, rtol=1e-12, atol=1e-12)
    assert torch.autograd.gradcheck(frozen, cosines().requires_grad_())


def test_sides_add_up_and_vanish_as_the_maximum_grows() -> None:
    gap, labels = torch.linspace(-1.5, 1.5, 7, dtype=torch.float64), torch.zeros(7, dtype=torch.long)
    at = {s: ltviz.make_loss("mm", COUNTS, side=s).margin_of_gap(gap, labels) for s in ("both", "positive", "negative")}
    torch.testing.assert_close(at["both"], at["positive"] + at["negative"])
    assert (at["positive"][:4] == 0).all()
    assert (at["negative"][3:] == 0).all()
    far = ltviz.make_loss("mm", COUNTS, max_margin=5.0).margin_of_gap(gap, labels)
    assert (far <= at["both"]).all()
    assert far.max() < 0.01 < at["both"].max()


def test_as_released_depends_on_the_first_label_and_ours_does_not() -> None:
    given, order = cosines(), [1, 0, 2, 3, 4, 5]
    for released in (False, True):
        loss = ltviz.make_loss("mm", COUNTS, reduction="none", as_released=released)
        moved = loss(given[order], LABELS[order])[order]
        assert torch.allclose(moved, loss(given, LABELS)) is not released


def test_negative_rivals_count_as_zero() -> None:
    loss = ltviz.make_loss("mm", COUNTS)
    given = torch.tensor([[0.2, -0.3, -0.4, -0.5]], dtype=torch.float64)
    drop = given[0, 0] - loss.adjust(given, torch.tensor([0]))[0, 0] / loss.scale
    assert drop.item() == pytest.approx(torch.exp(torch.tensor(-0.2 - 1.528 * 1.29)).item(), rel=1e-6)


def test_mm_ldam_gives_the_rarest_class_the_largest_margin() -> None:
    loss = ltviz.make_loss("mm_ldam", COUNTS)
    for gap in (-0.5, 0.5):
        margin = loss.margin_of_gap(torch.full((4,), gap, dtype=torch.float64), torch.arange(4))
        assert margin.argsort(descending=True).tolist() == [2, 0, 3, 1]
