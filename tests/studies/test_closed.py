"""Numbers of the views that follow from the losses alone, against formulae written here by hand."""

from __future__ import annotations

import html
import math

import numpy as np
import pytest

from ltviz import views
from ltviz.course import _static
from ltviz.figures.themes import unmarked
from ltviz.losses._base import Loss
from ltviz.notebook import _any_view

CIFAR = np.array([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])
LDAM = [0.1581, 0.1797, 0.2042, 0.2321, 0.2638, 0.2998, 0.3407, 0.3872, 0.4405, 0.5]
DBM = [0.001, 0.00167, 0.00278, 0.00464, 0.00775, 0.01292, 0.02155, 0.03597, 0.06024, 0.1]
CLASS_BALANCED = [0.0506, 0.0769, 0.1211, 0.195, 0.3188, 0.5246, 0.8683, 1.4426, 2.4092, 3.9927]
INVERSE = [0.0402, 0.0671, 0.112, 0.1868, 0.3119, 0.5199, 0.8672, 1.4474, 2.4239, 4.0236]


def test_class_counts() -> None:
    result = views.compute("class_counts")
    assert list(result.counts) == CIFAR.tolist()
    assert result.imbalance == 100
    assert {name: len(ids) for name, ids in result.groups.items()} == {"many": 8, "medium": 2, "few": 0}
    terciles = views.compute("class_counts", groups="terciles")
    assert [len(ids) for ids in terciles.groups.values()] == [4, 3, 3]


@pytest.mark.parametrize("width", [900, 320])
def test_the_rule_of_a_group_stands_in_the_legend_even_where_it_has_no_class(width: int) -> None:
    drawn = views.draw("class_counts", views.compute("class_counts"), width=width)
    assert [html.unescape(trace.name) for trace in drawn.data] == [
        "many (> 100): 8 classes",
        "medium (20-100): 2 classes",
        "few (< 20): none",
    ]


def test_a_smaller_sign_in_a_title_is_no_tag_wherever_the_title_is_read_out() -> None:
    figure = views.show("class_counts")
    cell = {"layout": {"title": {"text": figure.layout.title.text}}}
    for text in (
        _static._title(cell),
        _any_view.Drawing("class_counts", "light")({})["says"],
    ):
        assert "few < 20 training samples" in text
    assert (
        unmarked("<b>(n/m)<sup>1/4</sup></b><br>n<sub>y</sub> &lt; 3 <span style='x'>a</span>")
        == "(n/m)^(1/4) n_y < 3 a"
    )


def test_margins_in_each_papers_unit() -> None:
    result = views.compute("margin_curve", unit="paper", angle=30.0)
    ldam, mm, dbm, prior = result.own
    assert result.units == ("cosine", "cosine", "radian", "logit")
    np.testing.assert_allclose(ldam, LDAM, atol=6e-5)
    gap = math.cos(math.pi / 6) - math.sin(math.pi / 6)
    np.testing.assert_allclose(mm, np.exp(-gap - 1.528 * (1.29 - 0.5 * (CIFAR / 50) ** -0.25)), rtol=1e-12)
    np.testing.assert_allclose(dbm, DBM, atol=6e-6)
    np.testing.assert_allclose(prior, np.log(5000 / CIFAR), rtol=1e-12)
    np.testing.assert_array_equal(result.logits, views.compute("margin_curve", angle=30.0).logits)


@pytest.mark.parametrize("degrees", [1.0, 30.0, 60.0, 120.0])
def test_margins_in_logits(degrees: float) -> None:
    ldam, mm, dbm, prior = views.compute("margin_curve", angle=degrees).logits
    theta = math.radians(degrees)
    own, rival = math.cos(theta), math.sin(theta)
    np.testing.assert_allclose(ldam, 30 * 0.5 * (CIFAR / 50) ** -0.25, rtol=1e-9)
    gap, reach = own - max(0.0, rival), 1.29 - 0.5 * (CIFAR / 50) ** -0.25
    np.testing.assert_allclose(mm, 26 * (np.exp(-gap - 1.528 * reach) if gap > 0 else np.exp(gap - reach)), rtol=1e-9)
    m = 0.1 * (CIFAR / 50) ** -1.0
    m = m * (1 + (1 - own) / 2) if rival > own else m
    np.testing.assert_allclose(dbm, 32 * (own - np.cos(theta + m)), atol=1e-9)
    np.testing.assert_allclose(prior, np.log(5000 / CIFAR), atol=1e-9)


@pytest.mark.parametrize("width", [900, 320])
def test_margins_within_a_fixed_scale_and_those_without_one_share_no_axis(width: int) -> None:
    result = views.compute("margin_curve")
    assert result.scales == (30.0, 26.0, 32.0, 0.0)
    drawn = views.draw("margin_curve", result, width=width)
    assert [trace.name for trace in drawn.data] == [
        *("LDAM, s = 30", "MM-LDAM, s = 26", "DBM, s = 32"),
        "Logit adjustment",
    ]
    assert [trace.yaxis for trace in drawn.data] == ["y", "y", "y", "y2"]
    assert drawn.layout.yaxis2.matches is None
    assert "do not compare" in drawn.layout.title.text or width == 320  # there the panels' titles say it
    alone = views.show("margin_curve", losses="logit_adjustment, vs")
    assert {trace.yaxis for trace in alone.data} == {"y"}


def test_a_prior_that_is_scaled_and_shifted() -> None:
    """VS: z_j (n_j / n_max)^gamma + tau log pi_j, against the most frequent class."""
    (drop,) = views.compute("margin_curve", losses="vs(gamma=0.2, tau=1.2)", angle=30.0).logits
    logit = 10 * math.cos(math.pi / 6)
    np.testing.assert_allclose(drop, logit * (1 - (CIFAR / 5000) ** 0.2) + 1.2 * np.log(5000 / CIFAR), rtol=1e-9)


def test_maximum_margin_jumps_at_the_tie() -> None:
    result = views.compute("mm_margin", classes=10)
    mm, mm_ldam = result.panels
    assert mm.classes.tolist() == [-1]
    assert (mm.wrong[0, -1], mm.right[0, 0], mm.tie[0]) == (
        pytest.approx(math.exp(-1.29)),
        pytest.approx(math.exp(-1.29 * 1.528)),
        0.0,
    )
    np.testing.assert_allclose(mm.wrong[0], np.exp(result.wrong - 1.29), rtol=1e-9)
    np.testing.assert_allclose(mm.right[0], np.exp(-result.right - 1.29 * 1.528), rtol=1e-9)
    assert mm_ldam.counts.tolist() == CIFAR[[0, 2, 3, 4, 6, 8, 9]].tolist(), "seven of them, both ends among them"
    assert mm_ldam.right[-1, 0] == pytest.approx(0.2991, abs=5e-5)
    assert mm_ldam.wrong[-1, -1] == pytest.approx(0.4538, abs=5e-5)
    assert (np.diff(mm_ldam.wrong[:, -1]) > 0).all()


def test_the_picture_marks_the_jump() -> None:
    figure = views.show("mm_margin", loss="mm")
    at_zero = [trace for trace in figure.data if trace.mode == "markers"]
    limits, tie = at_zero
    assert limits.marker.color == "#FFFFFF"
    np.testing.assert_allclose(limits.y, [math.exp(-1.29), math.exp(-1.29 * 1.528)])
    assert (list(tie.x), list(tie.y)) == ([0.0], [0.0])
    words = {a.text: a for a in figure.layout.annotations}
    left = next(a for text, a in words.items() if "<b>wrong side</b>" in text)
    right = next(a for text, a in words.items() if "<b>right side</b>" in text)
    assert left.x < 0 < right.x
    assert (left.xanchor, right.xanchor) == ("right", "left")


@pytest.mark.parametrize(("largest", "imbalance"), [(1000, 100.0), (5000, 10.0), (64, 1.0), (10_000, 1000.0)])
def test_the_best_boundary_is_ldams(largest: int, imbalance: float) -> None:
    result = views.compute("margin_bound", largest=largest, imbalance=imbalance)
    n1, n2 = result.counts
    share = n2**0.25 / (n1**0.25 + n2**0.25)
    assert result.found == pytest.approx(share, abs=1e-6)
    assert result.formula == pytest.approx(share, rel=1e-12)
    assert result.ldam == pytest.approx(share, rel=1e-9)
    assert result.lowest == pytest.approx((n1**-0.25 + n2**-0.25) ** 2, rel=1e-9)
    assert result.lowest <= (result.frequent + result.rare).min()
    assert result.middle == pytest.approx(2 / math.sqrt(n1) + 2 / math.sqrt(n2))
    said = unmarked(views.draw("margin_bound", result).layout.title.text)
    assert (
        f"g₁/g₂ = (n₂/n₁)^(1/4) = {(n2 / n1) ** 0.25:.3f}, so g₁ = {share:.3f}; LDAM's margins: g₁ = {share:.3f}"
        in said
    )


def test_margin_surface_is_the_papers_figure() -> None:
    result = views.compute("margin_surface", resolution=41)
    rho, d = np.meshgrid(np.geomspace(1, 100, 41), np.linspace(0, 1, 41))
    np.testing.assert_allclose(result.margin, 0.1 / rho * (1 + d), rtol=2e-4)
    said = unmarked(views.draw("margin_surface", result).layout.title.text)
    assert "difficult samples" in said
    assert "samples on the wrong side of the boundary" in said
    every = views.compute("margin_surface", instance="all", resolution=5)
    np.testing.assert_allclose(every.margin, views.compute("margin_surface", resolution=5).margin, rtol=1e-12)
    assert "both sides of the boundary" in every.settings
    none = views.compute("margin_surface", instance="none", resolution=5)
    assert "difficult or not" in unmarked(views.draw("margin_surface", none).layout.title.text)
    np.testing.assert_allclose(none.margin, np.tile(0.1 / none.ratio, (5, 1)), rtol=1e-12)


def test_weights() -> None:
    inverse, root, balanced, mild = views.compute("weight_curve").weights
    np.testing.assert_allclose(inverse, INVERSE, atol=6e-5)
    np.testing.assert_allclose(root, CIFAR**-0.5 / (CIFAR**-0.5).mean(), rtol=1e-9)
    np.testing.assert_allclose(balanced, CLASS_BALANCED, atol=6e-5)
    np.testing.assert_allclose(mild, (e := 1 / (1 - 0.99**CIFAR)) / e.mean(), rtol=1e-9)


def test_anatomy_of_ldam() -> None:
    result = views.compute("loss_anatomy")
    assert result.changes == ("adjust",)
    np.testing.assert_allclose(result.drop, 15 * (CIFAR / 50) ** -0.25, rtol=1e-9)
    dbm = views.compute("loss_anatomy", loss="dbm")  # whose drop depends on the angle, which the panel says
    own = math.radians(30)
    np.testing.assert_allclose(dbm.drop[-1], 32 * (math.cos(own) - math.cos(own + 0.1)), rtol=1e-9)
    assert "30°" in views.draw("loss_anatomy", dbm).layout.annotations[0].text
    assert result.shown.tolist() == [0, 5, 9]
    own, rival = np.cos(result.angle), np.sin(result.angle)

    def by_hand(margin: float) -> np.ndarray:
        target = 30 * (own - margin)
        return np.log(np.exp(target) + np.exp(30 * rival) + 8) - target

    np.testing.assert_allclose(result.penalty[2], by_hand(0.5), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.ce_penalty, by_hand(0.0), rtol=1e-9, atol=1e-12)
    slope = np.gradient(result.penalty[2], result.angle)
    np.testing.assert_allclose(result.pull[2][1:-1], slope[1:-1], atol=0.05 * np.abs(slope).max())


def test_anatomy_of_cross_entropy_is_flat() -> None:
    result = views.compute("loss_anatomy", loss="ce")
    assert result.changes == ()
    np.testing.assert_array_equal(result.drop, np.zeros(10))
    np.testing.assert_array_equal(result.weight, np.ones(10))
    np.testing.assert_allclose(result.penalty, np.tile(result.ce_penalty, (3, 1)), rtol=1e-9)
    assert "changes nothing" in views.draw("loss_anatomy", result).layout.title.text


def test_anatomy_of_a_users_loss_with_an_embedding_term() -> None:
    class PulledIn(Loss):
        """Cross-entropy, and the squared distance to the own class vector."""

        title = "Pulled in <b>"
        source = "this test"

        def extra(self, outputs, labels):
            return ((outputs.embedding - outputs.prototypes[labels]) ** 2).sum(dim=1)

        def needs(self):
            return ("logits", "embedding", "prototypes")

    result = views.compute("loss_anatomy", loss="pulled_in", classes=4)
    assert result.changes == ("extra",)
    np.testing.assert_allclose(result.penalty[0] - result.ce_penalty, 2 - 2 * np.cos(result.angle), atol=1e-9)
    assert "Pulled in &lt;b&gt;" in views.draw("loss_anatomy", result).layout.title.text
