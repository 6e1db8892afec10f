"""What rare classes get: margins, weights and errors against formulas in plain numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from ltviz.core.checks import seed_after
from ltviz.core.counts import ClassCounts
from ltviz.datasets import toy
from ltviz.explorers import card
from ltviz.explorers._bars import counts_at
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.head_and_tail import DRAWS, head_and_tail

NAMES = {"margins": "rare_margins", "weights": "rare_weights", "errors": "rare_errors"}
OPENED = {table: card(name).start() for table, name in NAMES.items()}
BETAS = OPENED["errors"][0].dials["beta"].values
CIFAR = np.array([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])
OWN = {"counts": "by hand", "bars": 3, "n0": 20, "n1": 4000, "n2": 300}


def entry(table: str, **changed: Any) -> dict[str, Any]:
    opened, start = OPENED[table]
    return opened.tables[table].entry({**start, **changed})


@pytest.mark.parametrize(("changed", "counts"), [({}, CIFAR), (OWN, np.array([20, 4000, 300]))])
def test_margins_and_weights(changed: dict[str, Any], counts: np.ndarray) -> None:
    """LDAM's margin grows with the fourth root of rarity, DBM's class
    margin, an angle, with rarity itself, logit adjustment's with its logarithm."""
    found = entry("margins", **changed)
    np.testing.assert_array_equal(found["counts"], counts)
    np.testing.assert_array_equal(counts[found["order"]], np.sort(counts)[::-1])
    assert found["losses"] == ("LDAM", "DBM", "Logit adjustment")
    ldam, dbm, prior = found["logits"]
    np.testing.assert_allclose(ldam, 30 * 0.5 * (counts.min() / counts) ** 0.25, rtol=1e-6)
    np.testing.assert_allclose(prior, np.log(counts.max() / counts), atol=1e-6)
    turned = np.radians(30) + 0.1 * counts.min() / counts  # DBM's K, radians
    np.testing.assert_allclose(dbm, 32 * (np.cos(np.radians(30)) - np.cos(turned)), rtol=1e-6)
    weights = entry("weights", **changed)["weights"]
    for row, power in zip(weights[:2], (1.0, 0.5), strict=True):
        np.testing.assert_allclose(row, counts**-power / (counts**-power).mean(), rtol=1e-6)


@pytest.mark.parametrize("beta", BETAS)
def test_class_balanced_weights_from_flat_to_the_inverse(beta: float) -> None:
    """Classes of more than 1 / (1 - β) samples count alike; at β = 0 all do, and at β = 1 weights are 1 / n."""
    weights = entry("weights", beta=beta)["weights"][2]
    effective = np.array([sum(beta**k for k in range(n)) if n < 100 else (1 - beta**n) / (1 - beta) for n in CIFAR])
    np.testing.assert_allclose(weights, 1 / effective / (1 / effective).mean(), rtol=1e-6)
    large = weights[3 / (1 - beta) < CIFAR]
    assert not len(large) or large.max() / large.min() < 1.06
    if beta == 0:
        np.testing.assert_allclose(weights, 1)
    if beta == BETAS[-1]:
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
    """From equal weights to 1 / n the rare class gains more than the frequent one loses."""
    found = [entry("errors", beta=beta) for beta in BETAS]
    head, tail = np.array([each["errors"] for each in found]).T
    assert (np.diff(head) > -1e-4).all()
    assert (np.diff(tail) < 1e-4).all()
    assert tail[0] - tail[-1] > 3 * (head[-1] - head[0]) > 0
    assert found[0]["counts"].tolist() == [1000, 10]
    assert head_and_tail(100.0, 0.0).errors.shape[1] == DRAWS == 8
    even = entry("errors", imbalance=1.0)["errors"]
    np.testing.assert_allclose(even, ndtr(-1.0), atol=0.002)  # a gap of 2 sigma: each class within 1 of the middle


def test_dials_that_count_follow_the_counts() -> None:
    opened, start = OPENED["weights"]
    by_hand = {**start, **OWN}
    assert opened.active("n2", by_hand)
    assert not opened.active("n3", by_hand)
    assert not opened.active("imbalance", by_hand)
    assert not opened.active("n0", start)
    assert opened.key("weights", by_hand) == opened.key("weights", {**by_hand, "n3": 5000, "imbalance": 2.0})
    assert opened.key("weights", by_hand) != opened.key("weights", {**by_hand, "n2": 400})
    assert opened.fixed().dials["counts"].values == ("profile",)
    assert sum(1 for _ in OPENED["errors"][0].fixed().states("errors")) == 7 * 19


def test_the_guesses_ask_for_what_the_formulas_give() -> None:
    """Of the rare class's new points 90 % come out wrong without weights."""
    for table, truth in (("margins", 100**0.25), ("weights", (1 - 0.999**5000) / (1 - 0.999**50)), ("errors", None)):
        opened, start = OPENED[table]
        assert opened.guess is not None
        state = {**start, **opened.guess.state}
        found = entry(table, **opened.guess.state)
        if truth is None:
            assert entry("errors", beta=0.0)["errors"][1] == pytest.approx(0.90, abs=0.005)
            assert 0.2 < found["errors"][1] < 0.24
            continue
        counts = np.array(counts_at(state))
        assert (counts.max(), counts.min()) == (5000, 50)
        row = found["logits"][0] if table == "margins" else found["weights"][2]
        assert row.max() / row.min() == pytest.approx(truth)


def test_a_rounding_error_is_no_margin() -> None:
    """A prior gives the most frequent class none, at every imbalance: not 1e-15, whose ratio reads as a result."""
    for ratio in (1.0, 100.0, 1000.0):
        assert entry("margins", imbalance=ratio)["logits"][2][0] == 0.0


def test_a_reader_can_go_on_from_where_the_truth_stands() -> None:
    opened, _ = OPENED["errors"]
    assert opened.guess is not None
    asked = opened.guess.state["beta"]
    assert asked in BETAS
    assert 0 < BETAS.index(asked) < len(BETAS) - 1
