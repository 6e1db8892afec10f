"""What meta-learned weights and rates are read from, and that they are those that weigh and draw."""

from __future__ import annotations

import numpy as np
import torch

from ltviz.datasets import digits
from ltviz.methods import find, given, on_digits
from ltviz.methods.steps.meta_weight_net import LOSSES
from ltviz.runs.assemble import assemble
from ltviz.runs.digits import digits_run
from ltviz.studies.meta_weights import meta_weights


def test_the_course_is_that_of_the_runs() -> None:
    """Each epoch tells what its parts have come to; the moments are four of them."""
    result = meta_weights(epochs=4, weight_rate=0.5, seed=3)
    weighed = digits_run("meta_weight_net", imbalance=50.0, seed=3, epochs=4, meta_rate=0.5)
    drawn = digits_run("balanced_meta_softmax", imbalance=50.0, seed=3, epochs=4, meta_rate=0.05)
    told = np.array([epoch.learned["weight"] for epoch in weighed.history])
    assert told.shape == (4, len(LOSSES))
    np.testing.assert_array_equal(result.weight[:, 0], told)
    assert [bool(epoch.learned) for epoch in drawn.history] == [False] * 4 + [True]
    np.testing.assert_array_equal(result.rate[:, 0], np.tile(drawn.history[-1].learned["rate"], (4, 1)))
    assert np.ptp(told, axis=0).max() > 0.01, "it moves"
    groups = weighed.counts.groups("terciles").members
    few, many = groups["few"], groups["many"]
    rate = result.rate[-1, 0]
    assert f"is drawn {rate[few].mean() / rate[many].mean():.2f} times as often" in result.caption
    losses = torch.nn.functional.cross_entropy(
        torch.tensor(weighed.train_logits), torch.tensor(weighed.train_labels), reduction="none"
    ).numpy()
    own = np.interp(losses, LOSSES, told[-1])
    rare, frequent = (own[np.isin(weighed.train_labels, part)].mean() for part in (few, many))
    assert "Learned at rates of 0.5 and 0.05;" in result.caption
    assert f"the rarest third weighs {rare / frequent:.2f} times" in result.caption


def test_the_weights_that_are_told_are_those_that_weigh() -> None:
    method = on_digits(given(find("meta_weight_net"), {"meta_rate": 0.5}), 1)
    run = assemble(method, digits.load(imbalance=20), 0).trainer
    told = run.run_epoch().learned["weight"]
    parts = run._parts
    shares = parts.shares(parts.weights(), torch.tensor(LOSSES))
    np.testing.assert_allclose(np.array(told) / sum(told), shares, rtol=1e-5)


def test_at_the_papers_rate_the_weight_function_stays_where_it_began() -> None:
    """Its 1e-5 is for 20,000 steps."""
    still = [epoch.learned["weight"] for epoch in digits_run("meta_weight_net", seed=3, epochs=3).history]
    assert np.ptp(still, axis=0).max() < 1e-3
