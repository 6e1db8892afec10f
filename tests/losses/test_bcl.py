"""BCL: its term by hand, the released code's value, and what class averaging and class vectors change."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

import ltviz
from ltviz.losses import Outputs

COUNTS = (100, 10, 5)
EAST, NORTH, WEST = [2.0, 0.0], [0.0, 0.5], [-3.0, 0.0]  # of any length: only directions count


def outputs(embedding: object) -> Outputs:
    given, vectors = (torch.tensor(x, dtype=torch.float64) for x in (embedding, [EAST, NORTH, WEST]))
    return Outputs(torch.zeros(len(given), 3, dtype=torch.float64), embedding=given, prototypes=vectors)


def term(given: Outputs, labels: list[int], **more: float) -> torch.Tensor:
    """The embeddings' term alone."""
    loss = ltviz.make_loss("bcl", COUNTS, reduction="none", alpha=0.0, **{"strength": 1.0, "temperature": 1.0, **more})
    return loss(given, torch.tensor(labels))


def test_two_rows_by_hand() -> None:
    rows = term(outputs([EAST, NORTH]), [0, 1])
    first = math.log(math.e + (1 + 1) / 2 + math.exp(-1)) - 1  # its vector alone is of its class
    second = math.log(math.e + (1 + 1) / 2 + 1) - 1
    assert rows.tolist() == pytest.approx([first, second])


def test_another_sample_like_one_that_is_there_changes_no_average() -> None:
    few, many = outputs([EAST, NORTH]), outputs([EAST, NORTH, NORTH, NORTH])
    assert term(few, [0, 1])[0].item() == pytest.approx(term(many, [0, 1, 1, 1])[0].item())


def test_the_whole_is_alpha_times_logit_adjustment_and_strength_times_the_term() -> None:
    given = torch.randn(4, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    logits, labels = given[:, 0] * 3, torch.tensor([0, 1, 2, 0])
    every = Outputs(logits, embedding=given, prototypes=torch.eye(3, dtype=torch.float64))
    whole = ltviz.make_loss("bcl", COUNTS, alpha=2.0, strength=0.6)(every, labels)
    classified = ltviz.make_loss("logit_adjustment", COUNTS)(logits, labels)
    alone = ltviz.make_loss("bcl", COUNTS, alpha=0.0, strength=1.0)(every, labels)
    assert whole.item() == pytest.approx((2 * classified + 0.6 * alone).item())
    assert ltviz.make_loss("bcl", COUNTS, strength=0.0).needs() == ("logits",)


def test_it_is_the_loss_of_the_released_code() -> None:
    """BalSCL, with features (B, views, D) and centres of length 1: exp over a weight for each column, then the log."""
    draw = torch.Generator().manual_seed(1)
    features = F.normalize(torch.randn(5, 2, 4, generator=draw, dtype=torch.float64), dim=2)
    centres = F.normalize(torch.randn(3, 4, generator=draw, dtype=torch.float64))
    labels = torch.tensor([0, 1, 0, 2, 0])
    ids = torch.cat([labels, labels, torch.arange(3)])
    many = torch.bincount(ids)
    dots = torch.cat([features[:, 0], features[:, 1]]) @ torch.cat([features[:, 0], features[:, 1], centres]).T / 0.1
    total = 0.0
    for i in range(10):
        columns = [k for k in range(13) if k != i]
        below = sum(dots[i, k].exp() / (many[ids[k]] - (ids[k] == ids[i]).long()) for k in columns)
        mine = [dots[i, k] - below.log() for k in columns if ids[k] == ids[i]]
        total -= sum(mine) / len(mine) / 10
    given = Outputs(torch.zeros(5, 3, dtype=torch.float64), embedding=features, prototypes=centres)
    loss = ltviz.make_loss("bcl", COUNTS, alpha=0.0, strength=1.0, temperature=0.1)
    assert loss(given, labels).item() == pytest.approx(float(total), rel=1e-12)


def test_dbm_takes_it_as_its_base() -> None:
    draw = torch.Generator().manual_seed(2)
    cosine, labels = torch.rand(4, 3, generator=draw, dtype=torch.float64) * 1.8 - 0.9, torch.tensor([0, 1, 2, 0])
    embedding, vectors = (torch.randn(shape, generator=draw, dtype=torch.float64) for shape in ((4, 2, 5), (3, 5)))
    given = Outputs(cosine=cosine, logits=32 * cosine, embedding=embedding, prototypes=vectors)
    loss = ltviz.make_loss("dbm", COUNTS, base="bcl", margin=0.2)
    assert loss.needs() == ("cosine", "embedding", "prototypes")
    classified = ltviz.make_loss("dbm", COUNTS, base="logit_adjustment", margin=0.2)(cosine, labels)
    alone = ltviz.make_loss("bcl", COUNTS, alpha=0.0)(given, labels)
    assert loss(given, labels).item() == pytest.approx((2 * classified + alone).item())
