"""Boundary against fit: what a weight, a prior and a margin do to separable classes as the loss goes to zero."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.models.planar import Linear
from ltviz.plane.fit import fit2d
from ltviz.studies.boundary_shift import shift_of
from ltviz.studies.boundary_vs_fit import RANGE, boundary_vs_fit


def test_each_entry_is_a_fit_with_that_hold() -> None:
    result = boundary_vs_fit(losses="ldam, class_balanced", stops=3, seeds=2, seed=7)
    assert (result.losses, result.holds[0], result.holds[-1]) == (("ldam", "class_balanced"), *RANGE)
    data = toy.scene("separable", seed=8)
    fit = fit2d(data.points, data.labels, make_loss("class_balanced", data.counts), Linear(hold=result.holds[1]))
    assert (result.shift[1, 1, 1], result.value[1, 1, 1]) == (shift_of(fit, data), fit.value)


def test_a_hold_of_1_is_what_every_other_fit_has() -> None:
    data = toy.scene("separable", seed=1)
    for name in ("ce", "ldam"):
        loss = make_loss(name, data.counts)
        usual, loose = fit2d(data.points, data.labels, loss), fit2d(data.points, data.labels, loss, Linear(hold=1e-3))
        np.testing.assert_array_equal(
            fit2d(data.points, data.labels, loss, Linear(hold=1.0)).parameters, usual.parameters
        )
        assert loose.value < usual.value
        assert loose.converged


@pytest.mark.parametrize("hold", [0.0, -1.0, float("nan"), 1e9])
def test_a_hold_of_no_sense_is_refused(hold: float) -> None:
    with pytest.raises(BadInput, match="hold"):
        Linear(hold=hold)
