"""Random losses: what they draw follows from seed and calls, is saved with them, and stays away in evaluation mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import ltviz
from ltviz.core.errors import BadInput
from ltviz.core.params import Param
from ltviz.losses import Case, laws
from ltviz.losses._base import Loss
from ltviz.losses._numpy import cross_entropy
from ltviz.methods import steps
from ltviz.training._recorded_steps import recordable

COUNTS = (200, 20, 60)


class _Clouded(Loss):
    """A cloud on the cosines, wider for rarer classes.

    Equation
    --------
    L = CE( s (c_j - strength |eps| delta_j) ),   delta_j = log n_max - log n_j

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    strength : float
        How wide.
    scale : float
        s.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A test.
    """

    title, source, uses, neutral = "Clouded", "a test", "cosine", {"strength": 0.0}
    params = {
        "strength": Param(0.1, 0.0, 1.0, 0.1, "how wide the cloud is"),
        "scale": Param(20.0, 1.0, 60.0, 1.0, "multiplies the cosines"),
    }

    strength: float
    scale: float

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        cloud = self.draw(scores, "normal")
        if cloud is None:
            return self.scale * scores
        delta = (self.counts_wide.max() / self.counts_wide).log().to(scores.dtype)
        return self.scale * (scores - self.strength * cloud.abs() * delta)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        cloud = 0 if case.draw is None else np.abs(case.draw) * np.log(case.counts.max() / case.counts)
        return cross_entropy(params["scale"] * (case.cosine - params["strength"] * cloud), case)


class _Dropped(Loss):
    """Rare classes are left out of the softmax of others at random.

    Equation
    --------
    L = -log exp(z_y) / sum_k w_k exp(z_k),   w_k = 1 - beta [n_k rare] [k != y],   beta drawn for each row and class

    Parameters
    ----------
    counts : ClassCounts
        Training counts.
    share : float
        How often.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A test.
    """

    title, source, neutral = "Dropped", "a test", {"share": 0.0}
    params = {"share": Param(0.9, 0.0, 1.0, 0.1, "how often a rare class is left out")}
    exempt = {"monotone": "not what is tried here"}

    share: float

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        chance = self.draw(scores)
        if chance is None:
            return scores
        out = (chance < self.share) & (self.counts < self.counts.double().mean())
        return scores.masked_fill(out.scatter(1, labels[:, None], False), -1e30)

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        scores = np.array(case.logits, np.float64)
        if case.draw is not None:
            out = (case.draw < params["share"]) & (case.counts < case.counts.mean())
            out[np.arange(len(scores)), case.labels] = False
            scores[out] = -1e30
        return cross_entropy(scores, case)


@pytest.mark.parametrize("cls", [_Clouded, _Dropped], ids=["clouded", "dropped"])
def test_a_random_loss_keeps_the_laws(cls: type[Loss]) -> None:
    results = laws.check(cls)
    assert [str(result) for result in results if not result.passed] == []
    assert {r.name: r.outcome for r in results}["draws"] == "passed"


def _value(loss: Loss) -> Tensor:
    return loss(torch.linspace(-1, 1, 12).reshape(4, 3), torch.tensor([0, 1, 2, 1]))


def test_draws_follow_from_seed_and_calls_and_resume() -> None:
    loss = _Clouded(COUNTS, seed=3)
    values = [_value(loss).item() for _ in range(4)]
    assert len(set(values)) == 4
    again = _Clouded(COUNTS, seed=3)
    assert [_value(again).item() for _ in range(2)] == values[:2]
    resumed = _Clouded(COUNTS, seed=3)
    resumed.load_state_dict(again.state_dict())
    assert [_value(resumed).item() for _ in range(2)] == values[2:]
    in_place = _Clouded(COUNTS, seed=3)  # as a trainer takes up a run: tensor by tensor
    for name, tensor in in_place.state_dict().items():
        tensor.copy_(again.state_dict()[name])
    assert [_value(in_place).item() for _ in range(2)] == values[2:]


def test_half_precision_and_other_devices_keep_the_count_where_it_is() -> None:
    loss = _Clouded(COUNTS).half().to("meta")
    assert (loss.drawn.device.type, loss.drawn.dtype) == ("cpu", torch.int64)


def test_losses_that_draw_nothing_have_no_more_state_than_before() -> None:
    assert set(ltviz.make_loss("ce", COUNTS, seed=5).state_dict()) == {"counts", "class_weight"}
    assert set(_Clouded(COUNTS).state_dict()) == {"counts", "class_weight", "_extra_state"}
    assert not ltviz.losses()["ldam"].draws
    with pytest.raises(BadInput, match="seed"):
        ltviz.make_loss("ce", COUNTS, seed=-1)


def test_a_random_loss_is_not_recorded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    from ltviz.training import _recorded_steps

    monkeypatch.setattr(_recorded_steps, "shipped", lambda: ("ce", _Clouded.name, "clouded"))
    monkeypatch.setattr(_Clouded, "name", "clouded")
    assert not recordable(steps.make("plain"), _Clouded(COUNTS))


FIELDS = {
    "embedding": (torch.ones(4, 2, 2, 2), r"embedding must be \(batch, D\) or \(batch, views, D\); got \(4, 2, 2, 2\)"),
    "prototypes": (torch.ones(2, 5), r"prototypes must be \(classes, D\), with 3 classes; got \(2, 5\)"),
    "peers": (torch.ones(4, 3), r"peers must be \(batch, networks, 3\), as torch.stack\(.*; got \(4, 3\)"),
    "teacher": (torch.ones(4, 2), "teacher have 2 columns, counts have 3 classes"),
}


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_says_its_shape(field: str) -> None:
    loss, labels = ltviz.make_loss("ce", COUNTS), torch.tensor([0, 1, 2, 1])
    wrong, says = FIELDS[field]
    with pytest.raises(BadInput, match=says):
        loss(ltviz.Outputs(logits=torch.zeros(4, 3), **{field: wrong}), labels)
    right = {"embedding": (4, 2, 5), "prototypes": (3, 5), "peers": (4, 2, 3), "teacher": (4, 3)}[field]
    assert loss(ltviz.Outputs(logits=torch.zeros(4, 3), **{field: torch.ones(right)}), labels).isfinite()
    if field != "prototypes":
        with pytest.raises(BadInput, match=f"logits have 4 rows, {field} 3: all are of one batch"):
            loss(ltviz.Outputs(logits=torch.zeros(4, 3), **{field: torch.ones(3, *right[1:])}), labels)
