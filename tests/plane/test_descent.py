"""Gradient descent against a loop by hand over the Loss itself, and draws side by side against each alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ltviz.core.errors import BadInput
from ltviz.losses import Outputs, make_loss
from ltviz.plane.descent import RATE, checkpoints, descend

LABELS = np.repeat([0, 1], [12, 3])


def features(draws: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    phi = rng.normal(size=(draws, len(LABELS), 3)) + np.where(LABELS == 1, 1.0, -1.0)[:, None]
    return phi / np.linalg.norm(phi, axis=-1, keepdims=True)


def by_hand(phi: np.ndarray, name: str, steps: int) -> np.ndarray:
    """Train by autograd through the Loss and the head."""
    loss = make_loss(name, np.bincount(LABELS))
    scale = loss.logit_scale if loss.uses == "cosine" else None
    x, y = torch.from_numpy(phi), torch.from_numpy(LABELS)
    start = torch.stack([x[y == c].mean(dim=0) for c in (0, 1)])
    vectors = torch.zeros_like(start) if scale is None else start / start.norm(dim=1, keepdim=True)
    for _ in range(steps):
        leaf = vectors.clone().requires_grad_()
        unit = leaf if scale is None else leaf / leaf.norm(dim=1, keepdim=True)
        raw = x @ unit.T
        value = loss(Outputs(logits=raw) if scale is None else Outputs(logits=scale * raw, cosine=raw), y)
        (slope,) = torch.autograd.grad(value, leaf)
        vectors = vectors - RATE / (scale or 1.0) ** 2 * slope
        if scale is not None:
            vectors = vectors / vectors.norm(dim=1, keepdim=True)
    return vectors.numpy()


@pytest.mark.parametrize("name", ["ce", "class_balanced", "logit_adjustment", "ldam", "mm", "focal", "hinge"])
def test_it_is_gradient_descent_on_the_loss_itself(name: str) -> None:
    phi = features(2)
    found = descend(phi, LABELS, make_loss(name, np.bincount(LABELS)), [1, 7])
    assert found.shape == (2, 2, 2, 3)
    for k in range(2):
        for at, steps in enumerate((1, 7)):
            np.testing.assert_allclose(found[k, at], by_hand(phi[k], name, steps), atol=2e-6)  # losses widen to float32


def test_a_draw_does_not_know_of_the_others() -> None:
    loss, phi = make_loss("inverse_frequency", np.bincount(LABELS)), features(3)
    beside = descend(phi, LABELS, loss, [5])
    np.testing.assert_allclose(beside[1], descend(phi[1:2], LABELS, loss, [5])[0], atol=1e-12)


def test_checkpoints_are_even_on_a_logarithmic_scale_and_a_loss_of_embeddings_is_refused() -> None:
    assert checkpoints(1000, 4).tolist() == [1, 10, 100, 1000]
    assert checkpoints(1000, 2, 100).tolist() == [100, 1000]
    with pytest.raises(BadInput, match="supcon needs embedding"):
        descend(features(1), LABELS, make_loss("supcon", [12, 3]), [1])
