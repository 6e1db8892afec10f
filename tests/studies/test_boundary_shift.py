"""The boundary shift against the place of a straight line, in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import boundary_shift


def test_shift_of_a_straight_boundary_is_its_distance_in_closed_form() -> None:
    result = boundary_shift(loss="logit_adjustment", scene="overlap", stops=2, seeds=2, seed=4)
    for k in range(2):
        data = toy.scene("overlap", imbalance=100, seed=4 + k)
        fit = fit2d(data.points, data.labels, make_loss("logit_adjustment(tau=0)", data.counts))
        # where the straight line crosses the line through both centres, x = -1 and x = 1
        low, high = (np.subtract(*fit.scores(np.array([[x, 0.0]]))[0]) for x in (-1.0, 1.0))
        crossing = -1 + 2 * low / (low - high)
        frequent = -1 if data.points[data.labels == data.counts.most_frequent, 0].mean() < 0 else 1
        assert result.shift[0, k] == pytest.approx(frequent * crossing / data.sigma, abs=0.15)


def test_tau_moves_the_boundary_into_the_frequent_class_and_1_is_near_the_best_balance() -> None:
    result = boundary_shift(loss="logit_adjustment", scene="overlap", stops=4, seeds=3)
    np.testing.assert_allclose(result.values, [0, 1, 2, 3])
    assert (np.diff(result.shift.mean(axis=1)) > 0).all()
    assert result.balanced.mean(axis=1).argmax() == 1
    assert result.overall.mean(axis=1).argmax() == 0


def test_overall_accuracy_is_by_class_accuracy_weighed_by_the_training_prior() -> None:
    result = boundary_shift(loss="logit_adjustment", scene="overlap", stops=2, seeds=1)
    prior = result.counts.prior
    # two classes: overall = p a + (1 - p) b and balanced = (a + b) / 2 give a and b back
    a = (result.overall - 2 * prior[1] * result.balanced) / (prior[0] - prior[1])
    b = 2 * result.balanced - a
    assert ((a > -1e-9) & (a < 1 + 1e-9) & (b > -1e-9) & (b < 1 + 1e-9)).all()
    assert a[0] > b[0]


@pytest.mark.parametrize(("loss", "parameter"), [("ce", ""), ("ldam", "tau"), ("mm", "side")])
def test_a_loss_without_such_a_number_is_refused(loss: str, parameter: str) -> None:
    with pytest.raises(BadInput):
        boundary_shift(loss=loss, parameter=parameter)
