"""The entries of margins and frequency: margins, weights and errors against formulas in plain numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from ltviz.core.checks import seed_after
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.explorers import card
from ltviz.explorers.margins_and_frequency import counts_at
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.head_and_tail import DRAWS, head_and_tail

CARD, START = card("margins_and_frequency").start()
CIFAR = np.array([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])
OWN = {"counts": "by hand", "bars": 3, "n0": 20, "n1": 4000, "n2": 300}


def entry(table: str, **changed: Any) -> dict[str, Any]:
    return CARD.tables[table].entry({**START, **changed})


@pytest.mark.parametrize(("changed", "counts"), [({}, CIFAR), (OWN, np.array([20, 4000, 300]))])
def test_margins_and_weights(changed: dict[str, Any], counts: np.ndarray) -> None:
    """LDAM's margin grows with the fourth root of rarity, logit adjustment's with its logarithm."""
    found = entry("curves", **changed)
    np.testing.assert_array_equal(found["counts"], counts)
    np.testing.assert_array_equal(counts[found["order"]], np.sort(counts)[::-1])
    ldam, _, _, prior = found["margins"]["logit"]
    np.testing.assert_allclose(ldam, 30 * 0.5 * (counts.min() / counts) ** 0.25, rtol=1e-6)
    np.testing.assert_allclose(prior, np.log(counts.max() / counts), atol=1e-6)
    own = found["margins"]["paper"]
    np.testing.assert_allclose(own[0], 0.5 * (counts.min() / counts) ** 0.25, rtol=1e-6)
    np.testing.assert_allclose(own[2], 0.1 * counts.min() / counts, rtol=1e-6)  # DBM's K, radians
    assert found["margins"]["units"] == ("cosine", "cosine", "radian", "logit")
    assert found["margins"]["scales"] == (30.0, 26.0, 32.0, 0.0)
    for row, power in zip(found["weights"]["values"], (1.0, 0.5), strict=True):
        np.testing.assert_allclose(row, counts**-power / (counts**-power).mean(), rtol=1e-6)


@pytest.mark.parametrize("beta", CARD.dials["beta"].values)
def test_class_balanced_weights_from_flat_to_the_inverse(beta: float) -> None:
    weights = entry("balanced", beta=beta)["values"]
    effective = np.array([sum(beta**k for k in range(n)) if n < 100 else (1 - beta**n) / (1 - beta) for n in CIFAR])
    np.testing.assert_allclose(weights, 1 / effective / (1 / effective).mean(), rtol=1e-6)
    if beta == 0:
        np.testing.assert_allclose(weights, 1)
    if beta == CARD.dials["beta"].values[-1]:
        np.testing.assert_allclose(weights, 1 / CIFAR / (1 / CIFAR).mean(), rtol=0.005)


def test_errors_are_exact() -> None:
    """The closed form against a million new points of each class."""
    found = head_and_tail(100.0, 0.99, draws=1)
    data = toy.scene("overlap", imbalance=100.0, seed=seed_after(0, 0))
    fit = fit2d(data.points, data.labels, make_loss("class_balanced", data.counts, beta=0.99))
    test = data.draw(ClassCounts([1_000_000, 1_000_000]), 1)
    wrong = (fit.predict(test.points) != test.labels).reshape(2, -1).mean(axis=1)
    np.testing.assert_allclose(found.errors[:, 0], wrong, atol=0.002)


def test_beta_moves_the_error_from_the_tail_to_the_head() -> None:
    found = [entry("toy", beta=beta) for beta in CARD.dials["beta"].values]
    head, tail = np.array([each["errors"] for each in found]).T
    assert (np.diff(head) > -1e-4).all()
    assert (np.diff(tail) < 1e-4).all()
    assert found[0]["draws"] == DRAWS
    assert found[0]["counts"].tolist() == [1000, 10]
    even = entry("toy", imbalance=1.0)["errors"]
    np.testing.assert_allclose(even, ndtr(-1.0), atol=0.002)  # a gap of 2 sigma: each class within 1 of the middle


def test_counts_by_hand_reach_the_toy() -> None:
    assert entry("toy", **OWN)["counts"].tolist() == [1000, 5]  # 4000 / 20
    far = {**OWN, "n0": 1, "n1": 10_000}
    assert entry("toy", **far)["counts"].tolist() == [1000, 1]  # no further than the scene goes


def test_dials_that_count_follow_the_counts() -> None:
    by_hand = {**START, **OWN}
    assert CARD.active("n2", by_hand)
    assert not CARD.active("n3", by_hand)
    assert not CARD.active("imbalance", by_hand)
    assert not CARD.active("n0", START)
    assert CARD.key("curves", by_hand) == CARD.key("curves", {**by_hand, "n3": 5000, "imbalance": 2.0})
    assert CARD.key("curves", by_hand) != CARD.key("curves", {**by_hand, "n2": 400})
    assert CARD.key("toy", START) == CARD.key("toy", {**START, "profile": "step", "classes": 2})
    page = CARD.fixed()
    assert page.dials["counts"].values == ("profile",)
    assert sum(1 for _ in page.states("toy")) == 10 * 19


def test_the_guess_is_the_fourth_root() -> None:
    asked = CARD.guess
    assert asked is not None
    state = {**START, **asked.state}
    counts = np.array(counts_at(state))
    assert (counts.max(), counts.min()) == (5000, 50)
    margins = entry("curves", **asked.state)["margins"]["logit"][0]
    assert margins.max() / margins.min() == pytest.approx(100**0.25)
