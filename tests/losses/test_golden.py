"""Values of the published definitions on CIFAR-10 with exponential imbalance 100, to four digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

import ltviz
from ltviz.core.profiles import profile

COUNTS = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
FACTORS = [1, 0.9027, 0.8148, 0.7356, 0.6639, 0.5994, 0.5411, 0.4884, 0.4406, 0.3981]
MARGINS = [0.1581, 0.1797, 0.2042, 0.2321, 0.2638, 0.2998, 0.3407, 0.3872, 0.4405, 0.5]


def test_the_counts_are_the_profile_s() -> None:
    assert list(profile("exp", 5000, 10, 100)) == COUNTS


@pytest.mark.parametrize(
    ("name", "params", "quantity", "wanted", "places"),
    [
        ("ldam", {}, "margins", MARGINS, 4),
        ("hinge", {}, "margins", MARGINS, 4),
        ("hinge", {"shape": "constant"}, "margins", [0.5] * 10, 4),
        (
            "class_balanced",
            {"beta": 0.9999},
            "weight",
            [0.0506, 0.0769, 0.1211, 0.195, 0.3188, 0.5246, 0.8683, 1.4426, 2.4092, 3.9927],
            4,
        ),
        (
            "inverse_frequency",
            {},
            "weight",
            [0.0402, 0.0671, 0.112, 0.1868, 0.3119, 0.5199, 0.8672, 1.4474, 2.4239, 4.0236],
            4,
        ),
        (
            "dbm",
            {"margin": 0.1, "tau": 1.0},
            "margins",
            [0.001, 0.00167, 0.00278, 0.00464, 0.00775, 0.01292, 0.02155, 0.03597, 0.06024, 0.1],
            5,
        ),
    ],
)
def test_margins_and_weights(name: str, params: dict, quantity: str, wanted: list[float], places: int) -> None:
    got = getattr(ltviz.make_loss(name, COUNTS, **params), quantity)().numpy()
    np.testing.assert_allclose(got, wanted, rtol=0, atol=0.51 * 10**-places)


@pytest.mark.parametrize(
    ("name", "params", "score", "wanted"),
    [
        (
            "logit_adjustment",
            {"tau": 1.0},
            0.0,
            [-0.9087, -1.4206, -1.9326, -2.444, -2.9567, -3.4675, -3.9792, -4.4915, -5.0071, -5.5139],
        ),
        (
            "vs",
            {"gamma": 0.2, "tau": 0.0},
            1.0,
            [1, 0.9027, 0.8148, 0.7356, 0.6639, 0.5994, 0.5411, 0.4884, 0.4406, 0.3981],
        ),
        ("cdt", {"gamma": 0.2}, 1.0, [1, 0.9027, 0.8148, 0.7356, 0.6639, 0.5994, 0.5411, 0.4884, 0.4406, 0.3981]),
    ],
)
def test_adjusted_scores(name: str, params: dict, score: float, wanted: list[float]) -> None:
    loss = ltviz.make_loss(name, COUNTS, **params)
    scores = torch.full((1, 10), score, dtype=torch.float64)
    got = loss.adjust(scores, torch.tensor([0]))[0].numpy()
    np.testing.assert_allclose(got, wanted, rtol=0, atol=0.51e-4)


def test_balanced_softmax_is_logit_adjustment_at_tau_1() -> None:
    scores = torch.randn(6, 10, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    labels = torch.tensor([0, 9, 4, 4, 7, 1])
    values = [ltviz.make_loss(name, COUNTS)(scores, labels).item() for name in ("balanced_softmax", "logit_adjustment")]
    assert values[0] == pytest.approx(values[1], rel=1e-12)


@pytest.mark.parametrize(
    ("name", "label", "gap", "wanted"),
    [
        ("mm", 0, 1e-12, 0.1393),
        ("mm", 0, -1e-12, math.exp(-1.29)),
        ("mm_ldam", 9, 1e-12, 0.2991),
        ("mm_ldam", 9, -1e-12, 0.4538),
        ("mm", 0, 0.0, 0.0),
    ],
)
def test_maximum_margin_beside_the_tie(name: str, label: int, gap: float, wanted: float) -> None:
    loss = ltviz.make_loss(name, COUNTS, max_margin=1.29, gamma=1.528)
    got = loss.margin_of_gap(torch.tensor([gap], dtype=torch.float64), torch.tensor([label]))
    assert got.item() == pytest.approx(wanted, abs=0.51e-4)
