"""The studies on trained digits nets, against the runs themselves."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.core.errors import BadInput
from ltviz.figures.angle_histogram import angle_histogram as draw_angles
from ltviz.figures.confusion import confusion as draw_confusion
from ltviz.studies.accuracy_vs_parameter import accuracy_vs_parameter
from ltviz.studies.angle_histogram import angle_histogram
from ltviz.studies.confusion import confusion
from ltviz.studies.deployment_prior import KNOWN, deployment_prior
from ltviz.studies.embedding_map import embedding_map
from ltviz.studies.margin_distribution import margin_distribution
from ltviz.studies.per_class_error import per_class_error
from ltviz.training.runs import digits_run

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
    result = angle_histogram(groups=groups, epochs=EPOCHS)
    for name in result.methods:
        assert sum(half.images for half in result.halves if half.method == name) == len(result.labels)
    figure = draw_angles(result)
    assert result.rule.split(" ")[0] in figure.layout.xaxis.title.text
    for name, ids in result.groups.items():
        (tick,) = [t for t in figure.layout.xaxis.ticktext if t.startswith(name)]
        assert f"n = {np.isin(result.labels, ids).sum()}" in tick or (len(ids) == 0 and "no such classes" in tick)


def test_angles_and_quartiles_by_hand() -> None:
    result = angle_histogram(epochs=EPOCHS)
    one = run(result.methods[1])
    cosine = one.test_cosine[np.arange(len(one.test_labels)), one.test_labels]
    np.testing.assert_allclose(np.cos(result.angles[1]), cosine, atol=1e-4)
    half = next(h for h in result.halves if h.method == result.methods[1] and h.group == "few")
    mine = np.degrees(result.angles[1][np.isin(result.labels, result.groups["few"])])
    assert half.quartiles[1] == pytest.approx(np.median(mine))


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
    for trace in draw_confusion(result).data:
        np.testing.assert_allclose(np.sum(trace.z, axis=1), 100)


def test_the_plane_is_the_nets_own() -> None:
    result = embedding_map(methods="erm", epochs=EPOCHS)
    one = run("erm", bottleneck=2)
    np.testing.assert_array_equal(result.methods[0].embedding, one.test_embedding)
    assert result.methods[0].prototypes.shape == (10, 2)


def test_parameters_reach_the_loss() -> None:
    result = accuracy_vs_parameter(stops=2, epochs=EPOCHS, seeds=1)
    one = run("dbm_bs", base="balanced_softmax", tau=1.0, margin=0.4)
    assert [curve.parameter for curve in result.curves] == ["tau", "margin"]
    assert result.curves[1].balanced[1, 0] == pytest.approx(by_class(one).mean())
    few = one.counts.groups("terciles").members["few"]
    assert result.curves[1].few[1, 0] == pytest.approx(by_class(one)[few].mean())


def test_one_method_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="different"):
        per_class_error(methods="erm, erm", epochs=1, seeds=1)
