"""For random counts, shapes, parameters and scores: the formula, relabelling, and finite gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ltviz
from ltviz.core.params import Choice, Flag, Param
from ltviz.losses import Case
from ltviz.losses.laws._book import noting, repeating

FIELD = ltviz.losses()
COUNTS = st.lists(st.one_of(st.integers(1, 10**4), st.integers(1, 10**9)), min_size=2, max_size=9)


def values(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw any valid parameters of a loss."""
    kinds = {}
    for key, control in FIELD[name].params.items():
        if isinstance(control, Param):
            kinds[key] = (
                st.integers(int(control.low), int(control.high))
                if control.whole
                else st.floats(control.low, control.high, allow_subnormal=False)
            )
        elif isinstance(control, Choice):
            kinds[key] = st.sampled_from(control.options)
        elif isinstance(control, Flag):
            kinds[key] = st.booleans()
    return st.fixed_dictionaries({}, optional=kinds)


def batch(name: str, classes: int, rows: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    uniform = torch.rand(rows, classes, generator=draw, dtype=torch.float64) * 2 - 1
    scores = uniform if FIELD[name].uses == "cosine" else 8 * uniform
    return scores, torch.randint(classes, (rows,), generator=draw)


@pytest.mark.parametrize("name", [n for n in ltviz.losses.names() if FIELD[n].fields() in {("logits",), ("cosine",)}])
@settings(max_examples=30, derandomize=True, database=None)
@given(data=st.data(), counts=COUNTS, rows=st.integers(1, 12), seed=st.integers(0, 2**31))
def test_formula_relabelling_and_gradient(
    name: str, data: st.DataObject, counts: list[int], rows: int, seed: int
) -> None:
    params = data.draw(values(name))
    order = data.draw(st.permutations(range(len(counts))))
    loss = repeating(ltviz.make_loss(name, counts, reduction="none", **params))
    assume({*loss.needs()} <= {"logits", "cosine"})  # a plug-in's base may need more
    noted = noting(loss)
    scores, labels = batch(name, len(counts), rows, seed)
    scores.requires_grad_()
    got = loss(scores, labels)
    (slope,) = torch.autograd.grad(got.sum(), scores)
    assert torch.isfinite(got).all()
    assert torch.isfinite(slope).all()

    weight = loss.class_weight.double().numpy()
    drawn = noted[0].numpy() if noted and noted[0] is not None else None
    case = Case(labels.numpy(), np.array(counts), weight, draw=drawn, **{loss.uses: scores.detach().numpy()})
    wanted = FIELD[name].reference(case, **loss.options)
    size = max(1.0, float(np.abs(wanted).max()))
    np.testing.assert_allclose(got.detach().numpy(), wanted, rtol=0, atol=1e-9 * size)

    place = torch.tensor(order).argsort()
    moved = ltviz.make_loss(name, [counts[j] for j in order], reduction="none", **params)
    moved = repeating(moved, lambda numbers: numbers[:, list(order)])
    np.testing.assert_allclose(
        moved(scores.detach()[:, list(order)], place[labels]).numpy(), got.detach().numpy(), rtol=0, atol=1e-6 * size
    )
