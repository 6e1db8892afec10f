"""Class weights by hand: effective numbers term by term, and the limits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import ltviz

COUNTS = [60, 1000, 7, 200]


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999])
def test_effective_number_is_the_geometric_sum(beta: float) -> None:
    effective = np.array([sum(beta**k for k in range(n)) for n in COUNTS])
    wanted = 1 / effective * len(COUNTS) / (1 / effective).sum()
    np.testing.assert_allclose(
        ltviz.make_loss("class_balanced", COUNTS, beta=beta).weight().numpy(), wanted, rtol=1e-10
    )


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_inverse_frequency_by_hand(power: float) -> None:
    wanted = np.array([1 / n**power for n in COUNTS])
    got = ltviz.make_loss("inverse_frequency", COUNTS, power=power).weight().numpy()
    np.testing.assert_allclose(got, wanted * 4 / wanted.sum(), rtol=1e-12)


@pytest.mark.parametrize(("name", "params"), [("class_balanced", {"beta": 1.0}), ("inverse_frequency", {"power": 2.0})])
def test_weights_stay_above_0_and_sum_to_the_number_of_classes(name: str, params: dict) -> None:
    loss = ltviz.make_loss(name, [10**9, 1, 2**40, 5], **params)
    assert (loss.class_weight > 0).all()
    assert loss.weight().sum().item() == pytest.approx(4)


def test_weights_by_none_is_the_plain_batch_mean() -> None:
    scores, labels = torch.zeros(3, 4, dtype=torch.float64), torch.tensor([0, 2, 2])
    loss = ltviz.make_loss("class_balanced", COUNTS, weights_by="none")
    wanted = loss.class_weight.double()[labels].mean() * np.log(4)
    assert loss(scores, labels).item() == pytest.approx(wanted.item())


def test_deferred_weights_are_overwritten_in_place() -> None:
    loss = ltviz.make_loss("ldam", COUNTS)
    place = loss.class_weight.data_ptr()
    loss.set_class_weight(ltviz.make_loss("class_balanced", COUNTS).weight())
    assert loss.class_weight.data_ptr() == place
    assert loss.class_weight[2] > loss.class_weight[1]
    for bad in (torch.ones(3), torch.zeros(4), torch.tensor([1.0, 1.0, 1.0, float("nan")])):
        with pytest.raises(ValueError, match="class weights"):
            loss.set_class_weight(bad)
    assert loss.class_weight[2] > loss.class_weight[1]
