"""The studies on trained digits nets, against the runs themselves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gaussian_kde

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.figures.angle_histogram import angle_histogram as draw_angles
from ltviz.figures.class_margin import class_margin as draw_margins
from ltviz.figures.confusion import confusion as draw_confusion
from ltviz.figures.themes import unmarked
from ltviz.losses.dbm import OF_ONE_NET
from ltviz.methods import parse
from ltviz.metrics.density import half
from ltviz.runs.digits import digits_run
from ltviz.studies._digits import runs_of
from ltviz.studies._neighbours import neighbours
from ltviz.studies._trained import nets_of
from ltviz.studies.accuracy_vs_parameter import accuracy_vs_parameter
from ltviz.studies.angle_histogram import angle_histogram
from ltviz.studies.class_margin import class_margin
from ltviz.studies.confusion import confusion
from ltviz.studies.deployment_prior import KNOWN, deployment_prior
from ltviz.studies.embedding_map import embedding_map
from ltviz.studies.margin_distribution import margin_distribution
from ltviz.studies.per_class_error import per_class_error
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


def test_violins_of_margins_hold_each_image_and_those_below_0_are_misread() -> None:
    result = margin_distribution(methods="erm, dbm_bs", epochs=EPOCHS)
    assert list(result.columns) == [str(c) for c in result.counts.by_frequency]
    for method in result.methods:
        one = run(method.method)
        scores = one.test_logits if one.test_cosine is None else one.test_cosine
        for c, (ids, violin) in enumerate(zip(result.columns.values(), method.test, strict=True)):
            rows = np.flatnonzero(one.test_labels == ids[0])
            margins = [scores[r, ids[0]] - max(np.delete(scores[r], ids[0])) for r in rows]
            np.testing.assert_allclose(violin.quartiles, np.percentile(margins, [25, 50, 75]), rtol=1e-4, atol=1e-6)
            assert violin.n == len(rows)
            assert (violin.height[0], violin.height[-1]) == pytest.approx(
                (min(margins), max(margins)), rel=1e-4, abs=1e-6
            )
            wrong = one.test_predictions[rows] != one.test_labels[rows]
            assert (np.array(margins) < 0).tolist() == wrong.tolist()
            assert method.train[c].n == result.counts[ids[0]]


def test_few_numbers_are_shown_one_by_one_and_many_by_their_outline() -> None:
    values = np.random.default_rng(0).normal(size=500)
    few, many = half(np.array([3.0, 1.0, 2.0])), half(values)
    assert few.points.tolist() == [1, 2, 3]
    assert many.points.size == 0
    np.testing.assert_array_equal(many.quartiles, np.percentile(values, [25, 50, 75]))
    density = gaussian_kde(values, "scott")(many.height)
    np.testing.assert_allclose(many.density, density / density.max(), atol=1e-3)
    one = half(np.array([2.0]))
    assert (one.n, one.quartiles.tolist()) == (1, [2, 2, 2])
    assert np.isfinite(one.density).all()


@pytest.mark.parametrize("groups", ["terciles", "thresholds"])
def test_the_violins_hold_every_test_image_once_and_the_axis_says_the_grouping(groups: str) -> None:
    result = angle_histogram(groups=groups, epochs=EPOCHS, seeds=2)
    labels = run("dbm_bs").test_labels
    for k in range(2):
        assert sum(each[k].n for each in result.halves.values()) == 2 * len(labels)  # pooled over two seeds
    figure = draw_angles(result)
    assert result.rule.split(" ")[0] in figure.layout.xaxis.title.text
    for name, ids in result.groups.items():
        (tick,) = [t for t in figure.layout.xaxis.ticktext if t.startswith(name)]
        assert f"n = {2 * np.isin(labels, ids).sum()}" in tick or (len(ids) == 0 and "no such classes" in tick)


def test_angles_quartiles_and_change_by_hand() -> None:
    result = angle_histogram(epochs=EPOCHS, seeds=2)
    few = np.isin(run("dbm_bs").test_labels, result.groups["few"])
    plain, moved = ([_degrees(run("dbm_bs", k, **more))[few] for k in range(2)] for more in ({"margin": 0.0}, {}))
    for half_, angles in zip(result.halves["few"], (plain, moved), strict=True):
        np.testing.assert_allclose(half_.quartiles, np.percentile(np.concatenate(angles), [25, 50, 75]), atol=0.02)
    expected = [np.median(right) - np.median(left) for left, right in zip(plain, moved, strict=True)]
    np.testing.assert_allclose(result.change["few"], expected, atol=0.04)
    spread = f"{result.change['few'].mean():+.1f} ± {result.change['few'].std(ddof=1):.1f}"
    assert f"few {spread}" in result.caption.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def _degrees(one) -> np.ndarray:
    return np.degrees(np.arccos(one.test_cosine[np.arange(len(one.test_labels)), one.test_labels]))


def test_three_methods_do_not_fit_two_sides() -> None:
    with pytest.raises(BadInput, match="two"):
        angle_histogram(methods="erm", epochs=1)


def test_errors_of_classes_are_those_of_the_runs() -> None:
    result = per_class_error(methods="erm, class_balanced", epochs=EPOCHS, seeds=2)
    assert result.error.shape == (2, 2, 10)
    np.testing.assert_allclose(result.error[0, 1], 1 - by_class(run("erm", 1)))


def test_the_mean_margin_of_each_class_by_a_slow_loop() -> None:
    result = class_margin(methods="erm, ldam_drw", epochs=EPOCHS, seeds=2)
    erm, ldam = result.methods
    assert (erm.unit, ldam.unit) == ("margin (logit)", "margin (cosine)")
    for method in result.methods:
        for k in range(2):
            one = run(method.method, k)
            for split in ("train", "test"):
                scores = getattr(one, f"{split}_{'logits' if one.test_cosine is None else 'cosine'}")
                labels = getattr(one, f"{split}_labels")
                for c in range(10):
                    rows = np.flatnonzero(labels == c)
                    mean = sum(scores[r, c] - max(np.delete(scores[r], c)) for r in rows) / len(rows)
                    assert getattr(method, split)[k, c] == pytest.approx(mean, rel=1e-4, abs=1e-6)
    assert erm.asked.size == 0
    np.testing.assert_allclose(ldam.asked, 0.5 * (result.counts.values / result.counts.smallest) ** -0.25)


def test_the_picture_does_not_take_a_mean_below_0_for_misread_images() -> None:
    """In the records trucks under ldam_drw have a mean margin below 0 in the test, and more than half are right."""
    found = nets_of("ldam_drw", 50.0, "exp", 60, [0], "cifar10-exp100", images=True).of["ldam_drw"][0]
    margins = found.margins("test")[found.labels("test") == 9]
    assert margins.mean() < 0
    assert (margins > 0).mean() > 0.5
    words = unmarked(draw_margins(class_margin(methods="erm", epochs=1, seeds=1)).layout.title.text)
    assert "a mean below 0 does not say how many are" in words


def test_only_margins_in_the_unit_of_the_panel_are_asked() -> None:
    result = class_margin(methods="m_drw, mm, dbm_bs, ldam(max_margin=0.3)", epochs=1, seeds=1)
    one_for_all, maximal, angular, small = (method.asked for method in result.methods)
    np.testing.assert_allclose(one_for_all, 0.35)
    assert maximal.size == angular.size == 0
    assert small.max() == pytest.approx(0.3)


def test_panels_of_one_unit_have_one_range_and_units_never_share_a_panel() -> None:
    figure = draw_margins(class_margin(methods="erm, mm, balanced_softmax, ldam", epochs=1, seeds=1))
    logits, cosines = ([getattr(figure.layout, f"yaxis{k}") for k in ks] for ks in (("", 3), (2, 4)))
    for axes, unit in ((logits, "logit"), (cosines, "cosine")):
        assert all(unit in axis.title.text for axis in axes)
        assert axes[0].range == axes[1].range
    assert logits[0].range != cosines[0].range


def test_neighbours_hold_each_class_once_the_most_frequent_first() -> None:
    alone = neighbours(ClassCounts([5, 9, 7]))
    assert [ids.tolist() for ids in alone] == [[1], [2], [0]]
    step = neighbours(ClassCounts([2, 9, 2, 9]))
    assert [ids.tolist() for ids in step] == [[1, 3], [0, 2]]
    tenths = neighbours(ClassCounts(np.arange(100, 0, -1)))
    assert [len(ids) for ids in tenths] == [10] * 10
    assert np.concatenate(tenths).tolist() == list(range(100))


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
    plain = 100 * np.mean([by_class(run("dbm_bs", k, margin=0.0)) for k in range(2)], axis=0)
    said = f"Without margin: {plain.mean():.1f} % of all classes right, {plain[few].mean():.1f} % of the rarest third"
    assert said in result.caption
    assert [curve.default for curve in result.curves] == [1.0, 0.1]


def test_every_base_can_be_chosen_and_reaches_the_loss() -> None:
    base = VIEWS["accuracy_vs_parameter"].controls["base"]
    assert tuple(base.options) == OF_ONE_NET
    result = accuracy_vs_parameter(base="ce", stops=2, epochs=1, seeds=1)
    first = by_class(digits_run("dbm_bs", 50.0, "exp", 0, 1, base="ce", margin=0.5))
    plain = by_class(digits_run("dbm_bs", 50.0, "exp", 0, 1, base="ce", margin=0.0))
    assert result.curves[1].balanced[1, 0] == pytest.approx((first - plain).mean())


def test_a_method_is_spelled_with_parameters_of_its_loss() -> None:
    assert parse(" dbm_bs (margin=0, tau=2)") == ("dbm_bs", {"margin": 0.0, "tau": 2.0})
    told = runs_of("erm, dbm_bs(margin=0, tau=2)", 50.0, "exp", 1, [0])
    assert list(told) == ["erm", "dbm_bs(margin=0, tau=2)"]
    assert told["dbm_bs(margin=0, tau=2)"][0].loss == "dbm(margin=0.0, tau=2.0, base=balanced_softmax)"
    for wrong, says in (("dbm_bss(margin=0)", "dbm_bs"), ("dbm_bs(margn=0)", "margin"), ("erm(gamma=1)", "gamma")):
        with pytest.raises(BadInput, match=says):
            runs_of(wrong, 50.0, "exp", 1, [0])


def test_one_method_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="different"):
        per_class_error(methods="erm, erm", epochs=1, seeds=1)
