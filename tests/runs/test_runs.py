from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch

import ltviz
from ltviz.core.errors import BadInput
from ltviz.datasets import digits
from ltviz.records.record import measure
from ltviz.runs import digits as own
from ltviz.runs.digits import Run, digits_run, train

DATA = digits.load(imbalance=20, seed=0)


def global_state() -> tuple[object, ...]:
    """What no call of ltviz may move."""
    numpy_state = np.random.get_state()[1].tobytes()  # noqa: NPY002
    return torch.get_rng_state().numpy().tobytes(), numpy_state, random.getstate(), torch.get_num_threads()


@pytest.fixture(scope="module")
def ldam() -> Run:
    return train("ldam_drw", DATA, epochs=3)


def same(a: Run, b: Run) -> bool:
    fields = ("train_logits", "test_logits", "test_embedding", "prototypes", "test_predictions")
    return all(np.array_equal(getattr(a, f), getattr(b, f)) for f in fields) and a.history == b.history


def test_arrays_belong_together(ldam: Run) -> None:
    n, c = len(DATA.test_labels), len(DATA.counts)
    assert ldam.test_logits.shape == ldam.test_cosine.shape == (n, c)
    assert ldam.train_logits.shape == (DATA.counts.total, c)
    assert ldam.test_embedding.shape == (n, ldam.prototypes.shape[1])
    np.testing.assert_array_equal(ldam.test_predictions, ldam.test_logits.argmax(1))
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (ldam.test_embedding, ldam.prototypes)]
    np.testing.assert_allclose(ldam.test_cosine, unit[0] @ unit[1].T, atol=1e-5)
    np.testing.assert_allclose(ldam.test_logits, 30 * ldam.test_cosine, rtol=1e-5)
    assert ldam.history[-1].measures == measure(ldam.test_predictions, ldam.test_labels, ldam.counts)
    with pytest.raises(ValueError, match="read-only"):
        ldam.test_logits[0, 0] = 1


def test_a_linear_head_has_no_cosines() -> None:
    assert train("erm", DATA, epochs=1).test_cosine is None


def test_same_seed_same_run_another_seed_another(ldam: Run) -> None:
    assert same(ldam, train("ldam_drw", DATA, epochs=3))
    assert not same(ldam, train("ldam_drw", DATA, epochs=3, seed=1))


def test_parameters_reach_the_loss(ldam: Run) -> None:
    other = train("ldam_drw", DATA, epochs=3, max_margin=0.1)
    assert other.loss == "ldam(max_margin=0.1)"
    assert ldam.loss == "ldam"
    assert not same(ldam, other)


def test_no_global_random_state_moves() -> None:
    before = global_state()
    train("class_balanced_resampling", DATA, epochs=1)
    assert global_state() == before


def test_methods_with_one_seed_are_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same subset, the same convolutions to start from, and the same order."""
    met: list[tuple[torch.Tensor, ...]] = []
    plain = own.assemble

    def spy(*args: Any, **given: Any) -> Any:
        parts = plain(*args, **given)
        weights = [layer.weight.detach().clone() for layer in parts.net.convolutions]
        images = torch.from_numpy(args[1].train_images).clone()
        met.append((*weights, images, torch.from_numpy(parts.sampler.indices(0, 1))))
        return parts

    monkeypatch.setattr(own, "assemble", spy)
    for name, seed in (("erm", 4), ("ldam_drw", 4), ("dbm_bs", 4), ("erm", 5)):
        train(name, digits.load(imbalance=20, seed=seed), seed=seed, epochs=1)
    for other in met[1:3]:
        assert all(torch.equal(a, b) for a, b in zip(met[0], other, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(met[0], met[3], strict=True))


def test_memoised() -> None:
    assert digits_run("erm", imbalance=20, epochs=1) is digits_run("erm", imbalance=20, epochs=1)
    assert digits_run("erm", imbalance=20, epochs=1) is not digits_run("erm", imbalance=20, epochs=1, seed=1)


def test_the_last_epoch_and_each_fifth_before_it_are_measured() -> None:
    run = train("erm", DATA, epochs=8)
    measured = [epoch for epoch in run.history if epoch.measures]
    assert [epoch.epoch for epoch in measured] == [2, 7]
    last = measured[-1].measures
    assert len(last["by_class"]) == 10
    assert 0 <= last["overall"] <= 1
    assert last["balanced"] == pytest.approx(np.mean(last["by_class"])) == run.balanced_accuracy


def test_an_empty_group_is_none() -> None:
    counts = ltviz.ClassCounts([200, 150, 120])
    found = measure(np.array([0, 1, 1]), np.array([0, 1, 2]), counts)
    assert found == {
        "overall": pytest.approx(2 / 3),
        "balanced": pytest.approx(2 / 3),
        "by_class": [1.0, 1.0, 0.0],
        "by_group": {"many": pytest.approx(2 / 3), "medium": None, "few": None},
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"method": "ldam_dwr"}, "ldam_drw"),
        ({"seed": -1}, "2\\^32-1"),
        ({"seed": "7"}, "2\\^32-1"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": 1.5}, "epochs"),
        ({"epochs": float("nan")}, "epochs"),
        ({"max_margn": 0.3}, "max_margin"),
        ({"max_margin": float("nan")}, "max_margin"),
        ({"bottleneck": 3}, "None or 2"),
    ],
)
def test_bad_inputs(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        train(**{"method": "ldam", "data": DATA, "epochs": 1, **given})
