"""The studies on trained digits nets, against the runs themselves."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.figures.angle_histogram import angle_histogram as draw_angles
from ltviz.figures.confusion import confusion as draw_confusion
from ltviz.losses.dbm import BASES
from ltviz.studies._digits import runs_of
from ltviz.studies.accuracy_vs_parameter import accuracy_vs_parameter
from ltviz.studies.angle_histogram import angle_histogram
from ltviz.studies.confusion import confusion
from ltviz.studies.deployment_prior import KNOWN, deployment_prior
from ltviz.studies.embedding_map import embedding_map
from ltviz.studies.margin_distribution import margin_distribution
from ltviz.studies.per_class_error import per_class_error
from ltviz.training.methods import parse
from ltviz.training.runs import digits_run
from ltviz.views import VIEWS

EPOCHS = 6


def run(method: str, seed: int = 0, **more):
    return digits_run(method, imbalance=50.0, profile="exp", seed=seed, epochs=EPOCHS, **more)


def by_class(one) -> np.ndarray:
    return np.array([(one.test_predictions == c)[one.test_labels == c].mean() for c in range(10)])


def test_at_the_training_prior_each_method_has_its_by_class_accuracy_weighed_by_it() -> None:
    result = deployment_prior(methods="erm", stops=3, epochs=EPOCHS, seeds=2)
    for k in range(2):
        one = run("erm", k)
        assert result.accuracy["erm"][0, k] == pytest.approx(by_class(one) @ one.counts.prior)
        assert result.accuracy["erm"][1, k] == pytest.approx(by_class(one).mean())
        # the prior that training had needs no correction
        assert result.accuracy[KNOWN][0, k] == pytest.approx(result.accuracy["erm"][0, k])
    np.testing.assert_allclose(result.prior.sum(axis=1), 1)
    np.testing.assert_allclose(result.prior[1], 0.1)
    reverse = 1 / result.counts.values
    np.testing.assert_allclose(result.prior[2], reverse / reverse.sum())


def test_corrected_cross_entropy_at_the_uniform_prior_is_post_hoc_logit_adjustment() -> None:
    result = deployment_prior(methods="erm", stops=3, epochs=EPOCHS, seeds=1)
    one = run("erm")
    told = (one.test_logits - np.log(one.counts.prior)).argmax(axis=1)
    expected = np.mean([(told == c)[one.test_labels == c].mean() for c in range(10)])
    assert result.accuracy[KNOWN][1, 0] == pytest.approx(expected)


def test_margins_below_0_are_the_images_misread() -> None:
    result = margin_distribution(methods="erm, dbm_bs", epochs=EPOCHS)
    for method in result.methods:
        one = run(method.method)
        np.testing.assert_array_equal(method.test > 0, one.test_predictions == one.test_labels)
        np.testing.assert_array_equal(method.train > 0, one.train_predictions == one.train_labels)
    row = 17
    scores, y = run("erm").test_logits[row], run("erm").test_labels[row]
    assert result.methods[0].test[row] == pytest.approx(scores[y] - max(np.delete(scores, y)), rel=1e-5)


@pytest.mark.parametrize("groups", ["terciles", "thresholds"])
def test_the_violins_hold_every_test_image_once_and_the_axis_says_the_grouping(groups: str) -> None:
    result = angle_histogram(groups=groups, epochs=EPOCHS, seeds=2)
    assert len(result.labels) == 2 * len(run("dbm_bs").test_labels)  # pooled over two seeds
    for name in result.methods:
        assert sum(half.images for half in result.halves if half.method == name) == len(result.labels)
    figure = draw_angles(result)
    assert result.rule.split(" ")[0] in figure.layout.xaxis.title.text
    for name, ids in result.groups.items():
        (tick,) = [t for t in figure.layout.xaxis.ticktext if t.startswith(name)]
        assert f"n = {np.isin(result.labels, ids).sum()}" in tick or (len(ids) == 0 and "no such classes" in tick)


def test_angles_quartiles_and_change_by_hand() -> None:
    result = angle_histogram(epochs=EPOCHS, seeds=2)
    plain, moved = (
        np.concatenate([_degrees(run("dbm_bs", seed, **more)) for seed in range(2)]) for more in ({"margin": 0.0}, {})
    )
    np.testing.assert_allclose(np.degrees(result.angles), [plain, moved], atol=0.02)
    few = np.isin(result.labels, result.groups["few"])
    half = next(h for h in result.halves if h.method == "dbm_bs" and h.group == "few")
    assert half.quartiles[1] == pytest.approx(np.median(moved[few]), abs=0.02)
    first = few & (np.arange(len(few)) < len(few) // 2)
    assert result.change["few"][0] == pytest.approx(np.median(moved[first]) - np.median(plain[first]), abs=0.04)
    assert f"few {result.change['few'].mean():+.1f}" in result.caption


def _degrees(one) -> np.ndarray:
    return np.degrees(np.arccos(one.test_cosine[np.arange(len(one.test_labels)), one.test_labels]))


def test_three_methods_do_not_fit_two_sides() -> None:
    with pytest.raises(BadInput, match="two"):
        angle_histogram(methods="erm", epochs=1)


def test_errors_of_classes_are_those_of_the_runs() -> None:
    result = per_class_error(methods="erm, class_balanced", epochs=EPOCHS, seeds=2)
    assert result.error.shape == (2, 2, 10)
    np.testing.assert_allclose(result.error[0, 1], 1 - by_class(run("erm", 1)))


def test_confusion_counts_every_test_image_and_shows_each_row_as_100_percent() -> None:
    result = confusion(methods="erm, logit_adjustment", epochs=EPOCHS)
    one = run("erm")
    for c in range(10):
        for d in range(10):
            assert result.matrices[0][c, d] == ((one.test_labels == c) & (one.test_predictions == d)).sum()
    maps = [trace for trace in draw_confusion(result).data if trace.type == "heatmap"]
    assert len(maps) == 2
    for trace in maps:
        np.testing.assert_allclose(np.sum(trace.z, axis=1), 100)


def test_the_plane_is_the_nets_own() -> None:
    result = embedding_map(methods="erm", epochs=EPOCHS)
    one = run("erm", bottleneck=2)
    np.testing.assert_array_equal(result.methods[0].embedding, one.test_embedding)
    assert result.methods[0].prototypes.shape == (10, 2)
    assert result.methods[0].balanced == pytest.approx(by_class(one).mean())
    assert result.methods[0].unsqueezed == pytest.approx(by_class(run("erm")).mean())


def test_the_gain_is_against_the_same_seeds_net_without_margin() -> None:
    result = accuracy_vs_parameter(stops=2, epochs=EPOCHS, seeds=2)
    assert [curve.parameter for curve in result.curves] == ["tau", "margin"]
    few = run("dbm_bs").counts.groups("terciles").members["few"]
    for curve in result.curves:
        for i, value in enumerate(curve.values.tolist()):
            for k in range(2):
                gain = by_class(run("dbm_bs", k, **{curve.parameter: value})) - by_class(run("dbm_bs", k, margin=0.0))
                assert curve.balanced[i, k] == pytest.approx(gain.mean())
                assert curve.few[i, k] == pytest.approx(gain[few].mean())
    assert (result.curves[1].values[0], result.curves[1].balanced[0].any()) == (0, False)
    assert [curve.default for curve in result.curves] == [1.0, 0.1]


def test_every_base_can_be_chosen_and_reaches_the_loss() -> None:
    base = VIEWS["accuracy_vs_parameter"].controls["base"]
    assert tuple(base.options) == BASES
    result = accuracy_vs_parameter(base="ce", stops=2, epochs=1, seeds=1)
    first = by_class(digits_run("dbm_bs", 50.0, "exp", 0, 1, base="ce", margin=0.5))
    plain = by_class(digits_run("dbm_bs", 50.0, "exp", 0, 1, base="ce", margin=0.0))
    assert result.curves[1].balanced[1, 0] == pytest.approx((first - plain).mean())


def test_a_method_is_spelled_with_parameters_of_its_loss() -> None:
    assert parse(" dbm_bs (margin=0, tau=2)") == ("dbm_bs", {"margin": 0.0, "tau": 2.0})
    told = runs_of("erm, dbm_bs(margin=0, tau=2)", 50.0, "exp", 1, [0])
    assert list(told) == ["erm", "dbm_bs(margin=0, tau=2)"]
    assert told["dbm_bs(margin=0, tau=2)"][0].loss == "dbm(margin=0.0, tau=2.0, base=balanced_softmax)"
    for wrong, says in (("dbm_bz(margin=0)", "dbm_bs"), ("dbm_bs(margn=0)", "margin"), ("erm(gamma=1)", "gamma")):
        with pytest.raises(BadInput, match=says):
            runs_of(wrong, 50.0, "exp", 1, [0])


def test_one_method_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="different"):
        per_class_error(methods="erm, erm", epochs=1, seeds=1)
