"""DBM: the turned cosine, which samples are hard, and what it hands to its base."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

import ltviz
from ltviz.losses import Case
from ltviz.losses._margins import turned

COUNTS = [60, 1000, 7, 200]
LABELS = torch.tensor([2, 0, 1, 2, 3, 1])


def cosines() -> torch.Tensor:
    return torch.rand(6, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 1.8 - 0.9


@pytest.mark.parametrize("angle", [0.0, 1e-6, 1e-3, 0.1, 0.5, 1.5, 3.1])
@pytest.mark.parametrize("wrap", [True, False])
def test_turned_is_the_cosine_of_the_sum(angle: float, wrap: bool) -> None:
    theta = torch.linspace(0.01, np.pi - 0.01, 500, dtype=torch.float64)
    got = turned(theta.cos(), torch.full_like(theta, angle), wrap=wrap)
    plain = torch.cos(theta + angle)
    wanted = torch.where(theta + angle > np.pi, -2 - plain, plain) if wrap else plain
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("angle", [0.0, 1e-5, 1e-3, 3e-3, 0.01, 0.1, 1.0, 3.0])
def test_turned_has_a_finite_gradient_of_the_right_sign_at_the_ends(angle: float, dtype: torch.dtype) -> None:
    for end in (1.0, 1 + 1e-6, -1.0, -1 - 1e-6):
        cosine = torch.tensor([end], dtype=dtype, requires_grad=True)
        value = turned(cosine, torch.full((1,), angle, dtype=dtype))
        (slope,) = torch.autograd.grad(value.sum(), cosine)
        exact = np.cos(angle) if end > 0 else (-2 + np.cos(angle) if angle > 0 else -1.0)
        assert 0 <= slope.item() < 400, (end, slope)
        assert value.item() == pytest.approx(exact, abs=6e-3)


def test_turned_never_rises_with_the_angle() -> None:
    theta = torch.linspace(0, np.pi, 20001, dtype=torch.float64)
    for angle in (0.0, 1e-4, 3e-3, 3.2e-3, 0.1, 1.0, 3.0):
        values = turned(theta.cos(), torch.full_like(theta, angle))
        assert values.diff().max() <= 1e-12, angle


def test_hard_samples_only_get_the_instance_margin() -> None:
    given = cosines()
    at = {i: ltviz.make_loss("dbm", COUNTS, instance=i).margin_at(given, LABELS) for i in ("none", "all", "hard")}
    own = given[torch.arange(6), LABELS]
    hard = given.argmax(dim=1) != LABELS
    assert hard.any()
    assert not hard.all()
    torch.testing.assert_close(at["all"], at["none"] * (1 + (1 - own) / 2))
    torch.testing.assert_close(at["hard"], torch.where(hard, at["all"], at["none"]))


def test_margin_is_the_class_s_with_the_smallest_count_in_any_place() -> None:
    assert ltviz.make_loss("dbm", [50, 500, 5000], tau=0.25).margins().max().item() == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("base", "base_params"),
    [
        ("logit_adjustment", {"tau": 0.5}),
        ("focal", {"gamma": 2.0}),
        ("class_balanced", {"beta": 0.9}),
        ("vs", {"gamma": 0.1}),
    ],
)
def test_base_parameters_reach_the_base(base: str, base_params: dict) -> None:
    given = cosines()
    loss = ltviz.make_loss("dbm", COUNTS, base=base, base_params=base_params, reduction="none")
    weight = loss.class_weight.double().numpy()
    case = Case(LABELS.numpy(), np.array(COUNTS), weight, cosine=given.numpy())
    wanted = type(loss).reference(case, base_params=base_params, **loss.options)
    np.testing.assert_allclose(loss(given, LABELS).numpy(), wanted, rtol=1e-10)
    default = ltviz.make_loss("dbm", COUNTS, base=base, reduction="none")
    assert not torch.allclose(default(given, LABELS), loss(given, LABELS))
    torch.testing.assert_close(loss.weight(), ltviz.make_loss(base, COUNTS, **base_params).weight())


def test_prior_is_added_after_scaling() -> None:
    given = cosines()
    loss = ltviz.make_loss("dbm", COUNTS, base="balanced_softmax", margin=0.0)
    scores = loss.adjust(given, LABELS)
    torch.testing.assert_close(scores, 32 * given + torch.tensor(COUNTS, dtype=torch.float64).log())


def test_ldam_as_a_base_takes_dbm_s_scale() -> None:
    given = cosines()
    dbm = ltviz.make_loss("dbm", COUNTS, base="ldam", margin=0.0, scale=20.0)
    assert dbm(given, LABELS).item() == pytest.approx(ltviz.make_loss("ldam", COUNTS, scale=20.0)(given, LABELS).item())


def test_its_own_class_weight_is_the_one_that_counts() -> None:
    loss = ltviz.make_loss("dbm", COUNTS, base="class_balanced", reduction="none")
    before = copy.deepcopy(loss)
    loss.set_class_weight(torch.ones(4))
    plain = ltviz.make_loss("dbm", COUNTS, reduction="none")
    torch.testing.assert_close(loss(cosines(), LABELS), plain(cosines(), LABELS))
    assert not torch.allclose(before(cosines(), LABELS), plain(cosines(), LABELS))


def test_as_released_differs_beyond_pi_only() -> None:
    given = cosines()
    given[0, LABELS[0]] = -0.9999
    ours, theirs = (
        ltviz.make_loss("dbm", COUNTS, reduction="none", as_released=r)(given, LABELS) for r in (False, True)
    )
    assert ours[0] > theirs[0]
    torch.testing.assert_close(ours[1:], theirs[1:])
