"""One sample's two margins, and what beta costs, each against the same by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.datasets import toy
from ltviz.losses import make_loss
from ltviz.plane.fit import fit2d
from ltviz.studies.margin_spaces import margin_spaces
from ltviz.studies.reweighting_tradeoff import END, reweighting_tradeoff


@pytest.mark.parametrize(("loss", "sample"), [("ldam", 0), ("logit_adjustment", 3)])
def test_distance_and_gap_are_those_of_the_two_fits(loss: str, sample: int) -> None:
    result = margin_spaces(loss=loss, sample=sample, seed=4)
    data = toy.scene("separable", seed=4)
    neutral = {"ldam": {"max_margin": 0.0}, "logit_adjustment": {"tau": 0.0}}[loss]
    for k, params in enumerate((neutral, {})):
        fit = fit2d(data.points, data.labels, make_loss(loss, data.counts, **params))
        own, other = fit.scores(np.stack([result.sample, result.foot[k]]))[:, ::-1].T
        assert result.gap[k] == pytest.approx(own[0] - other[0])
        assert own[1] == pytest.approx(other[1], abs=1e-9), "the foot stands on the boundary"
        across = result.sample - result.foot[k]
        assert np.linalg.norm(across) / data.sigma == pytest.approx(abs(result.distance[k]))
        beside = result.foot[k] + 0.3 * np.array([-across[1], across[0]])
        assert np.ptp(fit.scores(beside[None])) == pytest.approx(0, abs=1e-6), "and is the nearest place on it"
    rare = data.points[data.labels == 1]
    assert (rare == result.sample).all(axis=1).any()


def test_ldams_margin_is_scale_times_the_papers_and_the_neutral_form_has_none() -> None:
    result = margin_spaces()
    assert result.margin == pytest.approx([0.0, 30.0 * 0.5])
    assert result.distance[1] > result.distance[0], "on these points"
    nearest, next_one = (margin_spaces(sample=each).distance[0] for each in (0, 1))
    assert nearest < next_one
    for given, said in (({"sample": 10}, "sample must be"), ({"loss": "mm"}, "mm has no neutral parameter values")):
        with pytest.raises(BadInput, match=said):
            margin_spaces(**given)


def test_errors_are_those_of_the_fit_at_each_beta() -> None:
    result = reweighting_tradeoff(stops=3, seeds=2, seed=7)
    assert result.rest == pytest.approx([1.0, 1e-2, END])
    data = toy.scene("overlap", seed=8)
    test = data.draw(ClassCounts([2000, 2000]), 9)
    made = make_loss("class_balanced", data.counts, beta=0.99)
    wrong = fit2d(data.points, data.labels, made).predict(test.points) != test.labels
    by_class = [wrong[test.labels == c].mean() for c in (0, 1)]
    assert [result.head[1, 1], result.tail[1, 1]] == pytest.approx(by_class)
    assert result.balanced[1, 1] == pytest.approx(np.mean(by_class))
    weight = made.weight()
    assert result.weight == pytest.approx([1.0, float(weight[1] / weight[0]), 95.2], rel=1e-3)


def test_beta_takes_from_the_head_and_gives_to_the_tail() -> None:
    result = reweighting_tradeoff(stops=5)
    assert (np.diff(result.head.mean(axis=1)) > 0).all()
    assert (np.diff(result.tail.mean(axis=1)) < 0).all()
    assert result.balanced[-1].mean() < result.balanced[0].mean() / 2
