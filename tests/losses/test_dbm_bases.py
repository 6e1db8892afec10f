"""DBM on a base that needs more than scores, and a base's parameters in a spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import ltviz
from ltviz.core.errors import BadInput
from ltviz.core.params import Choice, Param
from ltviz.datasets import digits
from ltviz.losses import Case, LossSpec, Outputs, _registry
from ltviz.losses._base import Loss
from ltviz.losses._numpy import cross_entropy
from ltviz.losses.dbm import BASES, DBM
from ltviz.losses.laws import run
from ltviz.methods import METHODS, parse
from ltviz.methods.objective import objective, spelling

COUNTS = (60, 1000, 7, 200)


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register a loss whose extra term reads everything: logits, embeddings, class vectors, peers and a teacher."""
    monkeypatch.setattr(_registry, "_OWN", dict(_registry._OWN))

    class Pulled(Loss):
        title, source, neutral = "Pulled", "a test", {"strength": 0.0}
        params = {"strength": Param(0.5, 0.0, 2.0, 0.1, "of the extra term")}
        strength: float

        def needs(self) -> tuple[str, ...]:
            return ("logits", "embedding", "prototypes", "peers", "teacher")

        def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
            assert outputs.logits is not None
            views = outputs.embedding if outputs.embedding.ndim == 3 else outputs.embedding[:, None]
            near = (views.mean(dim=1) - outputs.prototypes[labels]).square().sum(dim=1)
            apart = torch.tanh((outputs.logits - outputs.teacher) / 20).mean(dim=1) + outputs.peers.tanh().mean(
                dim=(1, 2)
            )
            return self.strength * (near + apart)

        @classmethod
        def reference(cls, case: Case, **params: Any) -> np.ndarray:
            views = np.reshape(case.embedding, (len(case.labels), -1, np.shape(case.embedding)[-1]))
            near = ((views.mean(axis=1) - case.prototypes[case.labels]) ** 2).sum(axis=1)
            apart = np.tanh((case.logits - case.teacher) / 20).mean(axis=1) + np.tanh(case.peers).mean(axis=(1, 2))
            return cross_entropy(case.logits, case) + params["strength"] * (near + apart)


class _Wide(DBM):
    """DBM on one more base.

    Equation
    --------
    As DBM.
    """

    params = {**DBM.params, "base": Choice("pulled", (*BASES, "pulled"), "a test")}
    neutral = {"margin": 0.0, "base": "ce"}


class _Unmoved(_Wide):  # the base's extra term gets the net's own scores
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor | float:
        return self.plug.extra(outputs, labels)


@pytest.mark.usefixtures("pulled")
@pytest.mark.parametrize(
    "law", ["reference", "relabelling", "batch_order", "reductions", "views", "extremes", "neutral"]
)
def test_a_base_that_needs_everything_keeps_the_laws(law: str) -> None:
    assert _Wide(COUNTS).needs() == ("cosine", "embedding", "prototypes", "peers", "teacher")
    result = run(_Wide, law)
    assert result.outcome == "passed", result.reason


@pytest.mark.usefixtures("pulled")
def test_the_bases_own_term_is_of_the_moved_scores() -> None:
    assert run(_Unmoved, "reference").outcome == "failed"


def test_a_bases_parameters_are_a_part_of_the_spelling() -> None:
    spec = LossSpec.of("dbm(base=vs, base.gamma=0.1, margin=0.2)")
    loss = spec.make(COUNTS)
    assert isinstance(loss, DBM)
    assert loss.plug.options == {"gamma": 0.1, "tau": 1.0}
    assert loss.options["base.gamma"] == 0.1
    assert "base.tau" not in loss.options
    assert LossSpec.of(LossSpec("dbm", loss.options).text).make(COUNTS).options == loss.options
    same = ltviz.make_loss("dbm", COUNTS, base="vs", base_params={"gamma": 0.1}, margin=0.2)
    assert same.options == loss.options
    given = torch.rand(4, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(loss(given, torch.arange(4)), same(given, torch.arange(4)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dbm(base.gamma=1)", "unknown parameter 'base.gamma'"),
        ("dbm(base=vs, base.gama=1)", "Did you mean 'base.gamma'"),
        ("dbm(base=focal, base.gamma=-1)", "base.gamma must be"),
        ("dbm(base=ldam, base.scale=3)", "unknown parameter 'base.scale'"),
        ("dbm(base=sv, base.gamma=1)", "base must be one of"),
        ("ldam(base.gamma=1)", "unknown parameter 'base.gamma'"),
    ],
)
def test_a_bases_wrong_parameters_are_said(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        LossSpec.of(text)


def test_a_row_on_a_base_is_told_apart_by_the_bases_parameters() -> None:
    counts = digits.load(imbalance=20).counts
    row, told = METHODS["dbm_ldam"], {}
    for margin in (0.5, 0.3):
        changed = replace(row, params={**row.params, "base.max_margin": margin})
        told[margin] = spelling(changed, objective(changed, counts)[0])
    assert "base.max_margin=0.3" in told[0.3]
    assert told[0.3] != told[0.5]
    assert parse("dbm_ldam(base.max_margin=0.3)") == ("dbm_ldam", {"base.max_margin": 0.3})
    assert parse("dbm_bs(base=vs, base.tau=0.5)") == ("dbm_bs", {"base": "vs", "base.tau": 0.5})
