"""Fits in the plane to losses that look at embeddings: their gradient, what they move, and where there are limits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import ltviz
from ltviz.core.errors import BadInput
from ltviz.explorers import CARDS
from ltviz.losses import Outputs
from ltviz.models import planar
from ltviz.plane import _embedded
from ltviz.plane.fit import fit2d
from ltviz.views import VIEWS, compute

COUNTS = (24, 6)
DRAW = np.random.default_rng(0)
LABELS = np.repeat([0, 1], COUNTS)
POINTS = np.array([[-1.0, 0.0], [1.0, 0.5]])[LABELS] + 0.7 * DRAW.normal(size=(30, 2))


@pytest.mark.parametrize(("name", "more"), [("elm", {}), ("bcl", {}), ("dbm", {"base": "bcl"})])
@pytest.mark.parametrize("kind", ["linear", "random_features", "mlp"])
def test_the_gradient_is_that_of_the_value(name: str, more: dict, kind: str) -> None:
    loss = ltviz.make_loss(name, COUNTS, **more)
    asked = planar.RandomFeatures(count=3) if kind == "random_features" else planar.make(kind)
    asked = planar.MLP(width=3, head=asked.head) if kind == "mlp" else asked
    scale = loss.logit_scale
    model = (asked if scale is None else type(asked)(**{**vars_of(asked), "head": "cosine"})).framed(POINTS, LABELS)
    total = _embedded.Embedded(loss, model, POINTS, LABELS, scale)
    size = model.initial(2).size if kind == "mlp" else 2 * model.features(POINTS).shape[1]
    at = DRAW.normal(size=size)
    slope = total(at)[1]
    for k in DRAW.choice(size, 5):
        step = 1e-6 * np.eye(size)[k]
        assert slope[k] == pytest.approx((total(at + step)[0] - total(at - step)[0]) / 2e-6, rel=1e-4, abs=1e-7)


def vars_of(model: planar.Planar) -> dict:
    return {key: getattr(model, key) for key in ("count", "width") if hasattr(model, key)}


def test_a_linear_model_s_embeddings_are_its_points_and_only_its_vectors_turn_to_their_classes() -> None:
    fits = {s: fit2d(POINTS, LABELS, ltviz.make_loss("elm", COUNTS, strength=s)) for s in (0.0, 0.5)}
    assert all(each.converged for each in fits.values())
    phi = np.column_stack([fits[0.5].model.standard(POINTS), np.ones(30)])
    near = {}
    for strength, each in fits.items():
        vectors = each.weights["W"]
        np.testing.assert_allclose(each.scores(POINTS), phi @ vectors.T)
        unit = phi / np.linalg.norm(phi, axis=1, keepdims=True)
        cosine = np.sum(unit * (vectors / np.linalg.norm(vectors, axis=1, keepdims=True))[LABELS], axis=1)
        near[strength] = np.array([cosine[c == LABELS].mean() for c in (0, 1)])
        logits, embedding, own = (torch.from_numpy(x) for x in (phi @ vectors.T, phi, vectors))
        given = Outputs(logits, embedding=embedding, prototypes=own)
        value = ltviz.make_loss("elm", COUNTS, strength=strength)(given, torch.from_numpy(LABELS)).item()
        assert value == pytest.approx(each.value)
    assert (near[0.5] > near[0.0] + 0.02).all(), near


def test_at_no_strength_it_is_the_fit_of_logit_adjustment() -> None:
    elm, plain = (
        fit2d(POINTS, LABELS, ltviz.make_loss(name, COUNTS, **more))
        for name, more in (("elm", {"strength": 0.0}), ("logit_adjustment", {}))
    )
    np.testing.assert_array_equal(elm.parameters, plain.parameters)
    faint = fit2d(POINTS, LABELS, ltviz.make_loss("elm", COUNTS, strength=1e-9))
    np.testing.assert_allclose(faint.parameters, plain.parameters, atol=1e-4)


def test_a_network_is_trained_from_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ltviz.plane.fit.COLD", 20)
    fit = fit2d(POINTS, LABELS, ltviz.make_loss("elm", COUNTS), planar.MLP(width=4))
    assert (fit.predict(POINTS) == LABELS).mean() > 0.8
    again = fit2d(POINTS, LABELS, ltviz.make_loss("elm", COUNTS), planar.MLP(width=4), start=fit)
    assert again.gradient < fit.gradient


def test_what_cannot_be_fitted_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="supcon takes embeddings alone"):
        fit2d(POINTS, LABELS, ltviz.make_loss("supcon", COUNTS))
    monkeypatch.setattr(_embedded, "MOST", 29)
    with pytest.raises(BadInput, match="30 are too many: at most 29"):
        fit2d(POINTS, LABELS, ltviz.make_loss("elm", COUNTS))


def test_the_map_draws_it_and_a_page_offers_what_keeps_up_with_a_hand() -> None:
    (panel,) = compute("decision_map", **VIEWS["decision_map"].tiny, losses="elm").panels
    assert 0.3 < panel.accuracy < 1
    dials = CARDS["decision_map"].dials
    assert "elm" not in dials["loss"].control.options
    assert "bcl" not in dials["loss.dbm.base"].control.options
    assert "ldam" in dials["loss.dbm.base"].control.options
