"""What training does to separable points step by step: the largest margin, and what is left of weights."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.losses import LossSpec, make_loss
from ltviz.models.planar import Linear
from ltviz.plane.descent import descend
from ltviz.plane.fit import fit2d
from ltviz.studies._separable import draws
from ltviz.studies.boundary_shift import shift_of, shift_of_scores
from ltviz.studies.max_margin_convergence import hard_margin, max_margin_convergence
from ltviz.studies.weighting_vanishes import weighting_vanishes


def test_the_hard_margin_is_the_largest_of_all_directions() -> None:
    signed = np.array([[3.0, 1.0], [2.0, -1.0], [1.0, 4.0], [5.0, 0.0]])
    turn = np.linspace(0, 2 * np.pi, 200_001)
    margins = (signed @ np.stack([np.cos(turn), np.sin(turn)])).min(axis=0)
    found = hard_margin(signed)
    assert (signed @ found).min() == pytest.approx(margins.max(), rel=1e-4)
    assert np.linalg.norm(found) == pytest.approx(1)


def test_angle_and_margin_by_hand() -> None:
    result = max_margin_convergence(losses="ldam, ce", largest=30, steps=20, seeds=2, seed=5)
    given = draws(30, 10.0, 2, 5)
    side = np.where(given.labels == 1, 1.0, -1.0)
    vectors = descend(given.phi[1:], given.labels, make_loss("ldam", given.counts), [20])[0, 0]
    normal = (vectors[1] - vectors[0]) / np.linalg.norm(vectors[1] - vectors[0])
    best = hard_margin(given.phi[1] * side[:, None])
    reach, largest = given.phi[1] @ normal * side, (given.phi[1] @ best * side).min()
    assert result.losses == ("ldam", "ce")
    assert (result.steps[0], result.steps[-1]) == (1, 20)
    assert result.angle[0, -1, 1] == pytest.approx(np.arccos(normal @ best), rel=1e-9)
    assert result.margin[0, -1, 1] == pytest.approx(reach.min() / largest, rel=1e-9)
    assert result.by_class[0, 1, 1] == pytest.approx(reach[given.labels == 1].min() / largest, rel=1e-9)


def test_points_that_nothing_separates_have_no_largest_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ltviz.studies._separable.toy.overlap_at", lambda gap: 0.3)
    with pytest.raises(BadInput, match="no boundary separates the 20 and 20 points of seed 3"):
        max_margin_convergence(losses="ce", largest=20, imbalance=1.0, steps=10, seeds=1, seed=3)


def test_cross_entropy_goes_to_the_largest_margin_and_ldam_stops_short_of_it_for_the_rare_classs_sake() -> None:
    """10 paired draws: cross-entropy's margin rises on, LDAM's has come to rest below that of its own neutral form."""
    result = max_margin_convergence(losses="ce, ldam, ldam(max_margin=0)", steps=4000, seeds=10)
    ce, ldam, plain = result.margin
    late = result.steps >= 1500
    assert (np.diff(ce[late].mean(axis=1)) > 0.005).all()
    assert np.ptp(ldam[late].mean(axis=1)) < 0.02, "it has come to rest"
    assert ((ce[-1] - ldam[-1]) > 0).sum() >= 9
    assert ((plain[-1] - ldam[-1]) > 0).sum() >= 9
    (frequent, rare), (ce_frequent, ce_rare) = result.by_class[1], result.by_class[0]
    assert rare.mean() > 1.1, "the rare class gets more than the SVM's margin"
    assert frequent.mean() < 0.75
    assert abs(ce_frequent - ce_rare).mean() < abs(frequent - rare).mean() / 2


def test_an_effect_is_the_losss_shift_less_that_of_its_neutral_form(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_STOPS", "_HOLDS"):
        monkeypatch.setattr(f"ltviz.studies.weighting_vanishes.{name}", 2)
    result = weighting_vanishes(losses="class_balanced(beta=0.9), ldam", largest=30, steps=200, seeds=2, seed=5)
    assert result.neutrals == ("class_balanced(beta=0.0)", "ldam(max_margin=0.0)")
    given = draws(30, 10.0, 2, 5)
    data, model = given.data[1], given.models[1]

    def trained(spelled: str) -> float:
        loss = LossSpec.of(spelled).make(given.counts)
        vectors = descend(given.phi[1:], given.labels, loss, [200])[0, 0]
        return shift_of_scores(lambda x: model.features(x) @ vectors.T, data)

    def fitted(spelled: str) -> float:
        loss = LossSpec.of(spelled).make(given.counts)
        return shift_of(fit2d(data.points, data.labels, loss, Linear(hold=result.holds[1])), data)

    for i, (loss, neutral) in enumerate(zip(result.losses, result.neutrals, strict=True)):
        assert result.trained[i, -1, 1] == pytest.approx(trained(loss) - trained(neutral), abs=1e-9)
        assert result.fitted[i, 1, 1] == pytest.approx(fitted(loss) - fitted(neutral), abs=1e-6)
    with pytest.raises(BadInput, match="mm has no neutral parameter values"):
        weighting_vanishes(losses="mm")


def test_weights_and_priors_fade_and_margins_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """6 paired draws, at the first and the last stop: as training goes on, and as regularisation falls."""
    for name in ("_STOPS", "_HOLDS"):
        monkeypatch.setattr(f"ltviz.studies.weighting_vanishes.{name}", 2)
    result = weighting_vanishes(seeds=6)
    for over in (result.trained, result.fitted):
        weights, priors, margins = over
        for each in (weights, priors):
            assert (each[-1] < each[0]).all()
            assert (each[-1] / each[0]).mean() < 0.5
        assert margins[-1].mean() > 2 * margins[-1].std(ddof=1) / 6**0.5
        assert margins[-1].mean() > margins[0].mean() - 0.03
