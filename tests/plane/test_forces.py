"""Pulls on a boundary against autograd through the whole model, and the balance at rest."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import Field, Outputs, make_loss, names
from ltviz.plane.fit import Fit2D, fit2d
from ltviz.plane.forces import Way, forces

DATA = toy.make("gaussians", [60, 6], overlap=0.32, seed=27)
LOSSES = [
    name
    for name in names()
    if set(make_loss(name, (60, 6)).needs()) <= {"logits", "cosine"} and not Field()[name].draws  # each call differs
]
KINKED = {"hinge"}  # at its corner a sample pulls with anything up to its most


def by_autograd(fit: Fit2D, name: str, place: float) -> np.ndarray:
    """Minus the slope of each row's part of n times the mean loss, by the place: the boundary is moved in torch."""
    loss, way = make_loss(name, DATA.counts), Way(fit)
    phi, y = torch.from_numpy(fit.features(DATA.points)), torch.from_numpy(DATA.labels)
    w0, w1 = torch.from_numpy(fit.parameters.reshape(2, 3).copy())
    along = torch.tensor([*way.normal, 0.0], dtype=torch.float64)
    up = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)
    step = (w1 - w0)[0] / fit.model.spread

    def rows(at: torch.Tensor) -> torch.Tensor:
        """Each row's loss over the mean of the weights, as the mean adds it up."""
        off = at - way.rest
        if fit.model.head == "linear":
            raw = torch.stack([phi @ (w0 + off * step / 2 * up), phi @ (w1 - off * step / 2 * up)], dim=1)
            outputs = Outputs(logits=raw)
        else:
            new = (w1 - w0) - off * step * up
            turn = torch.atan2(new @ up, new @ along) - torch.atan2((w1 - w0) @ up, (w1 - w0) @ along)
            turned = [
                w
                + (torch.cos(turn) - 1) * ((w @ along) * along + (w @ up) * up)
                + torch.sin(turn) * ((w @ along) * up - (w @ up) * along)
                for w in (w0, w1)
            ]
            raw = torch.stack([phi @ w for w in turned], dim=1)
            outputs = Outputs(logits=fit.scale * raw, cosine=raw)
        loss.reduction = "none"
        scores = loss(outputs, y)
        weight = loss.class_weight.double()[y]
        return scores / (weight.mean() if loss.weights_by == "batch" else 1.0)

    at = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    return -np.array([float(torch.autograd.grad(row, at, retain_graph=True)[0]) for row in rows(at)])


@pytest.mark.parametrize("name", LOSSES)
def test_a_pull_is_the_slope_of_the_losss_own_row(name: str) -> None:
    loss = make_loss(name, DATA.counts)
    fit = fit2d(DATA.points, DATA.labels, loss)
    found = forces(fit, loss, DATA.points, DATA.labels, np.array([-0.4, 0.9]))
    for k, place in enumerate((-0.4, 0.9)):
        wanted = by_autograd(fit, name, place)
        most = np.abs(wanted).argmax()
        unit = wanted[most] / found.pull[k][most]  # of one sample's whole push: the same for all
        assert unit > 0
        np.testing.assert_allclose(found.pull[k] * unit, wanted, atol=1e-5 * unit)


@pytest.mark.parametrize("name", LOSSES)
def test_at_rest_the_scale_is_level(name: str) -> None:
    loss = make_loss(name, DATA.counts)
    fit = fit2d(DATA.points, DATA.labels, loss)
    rest = Way(fit).rest
    at_rest = forces(fit, loss, DATA.points, DATA.labels, np.array([rest, rest - 0.02, rest + 0.02]))
    left_of_it, right_of_it = at_rest.pull[1:].sum(axis=1)
    assert left_of_it > 0 > right_of_it, "from either side it is pushed back"
    frequent, rare = (at_rest.pull[0, DATA.labels == c].sum() for c in (0, 1))
    assert frequent > 0 > rare, "each class pushes the boundary away from itself"
    if name not in KINKED:
        assert abs(frequent + rare + at_rest.hold[0]) < 1e-4
    assert abs(at_rest.hold[0]) < 0.01 * frequent


def test_weights_make_arrows_longer_margins_push_from_further_off_and_a_prior_moves_where_pushing_starts() -> None:
    """On one fit each; a prior moves where pushing starts, for both classes the same way: all pulls are CE's there."""

    def pulls(fit: Fit2D, name: str, *places: float, **params: float) -> np.ndarray:
        loss = make_loss(name, DATA.counts, **params)
        return np.abs(forces(fit, loss, DATA.points, DATA.labels, np.array(places)).pull)

    plain = fit2d(DATA.points, DATA.labels, make_loss("ce", DATA.counts))
    weight = make_loss("inverse_frequency", DATA.counts).class_weight.double().numpy()[DATA.labels]
    ce = pulls(plain, "ce", 0.3, -40.0, 40.0)
    assert ce[1, DATA.labels == 0] == pytest.approx(1), "a whole push is 1"
    assert ce[2, DATA.labels == 1] == pytest.approx(1)
    np.testing.assert_allclose(pulls(plain, "inverse_frequency", 0.3)[0], ce[0] * weight / weight.mean(), atol=1e-6)

    cosine = fit2d(DATA.points, DATA.labels, make_loss("ldam", DATA.counts, max_margin=0.0))
    bare, wide = (pulls(cosine, "ldam", 0.3, max_margin=margin) for margin in (0.0, 0.5))
    assert (wide >= bare - 1e-9).all()
    assert wide.sum() > 1.5 * bare.sum()

    way = Way(plain)
    moved = np.log(DATA.counts[0] / DATA.counts[1]) / abs(way.slope)
    prior = pulls(plain, "logit_adjustment", 0.3)
    np.testing.assert_allclose(prior, pulls(plain, "ce", 0.3 + moved), atol=1e-6)


def test_a_boundary_that_is_not_straight_is_refused() -> None:
    loss = make_loss("ce", DATA.counts)
    with pytest.raises(BadInput, match="must be straight; got random_features"):
        Way(fit2d(DATA.points, DATA.labels, loss, "random_features"))
    three = toy.scene("few_points")
    with pytest.raises(BadInput, match="3 classes"):
        Way(fit2d(three.points, three.labels, make_loss("ce", three.counts)))


def test_losses_are_told_apart_by_what_they_can() -> None:
    assert {"ce", "ldam", "mm", "focal"} <= set(LOSSES)
    assert all(Field()[name].uses in ("logits", "cosine") for name in LOSSES)
