"""Fits in the plane: the optimum is the real Loss's own, unique, and the same from every side."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

import ltviz
from ltviz.core.errors import BadInput, TrainingDiverged
from ltviz.datasets import toy
from ltviz.losses import Loss, Outputs
from ltviz.models.planar import MLP, RandomFeatures
from ltviz.plane._score_function import ScoreLoss
from ltviz.plane.by_terms import fit_terms, fits_to
from ltviz.plane.fit import PULL, Fit2D, fit2d, path
from ltviz.plane.terms import terms

COUNTS = (120, 30, 8)
CENTRES = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.7]])
PLANAR = [name for name in ltviz.losses.names() if set(ltviz.make_loss(name, COUNTS).needs()) <= {"logits", "cosine"}]
LOSSES = [name for name in PLANAR if not ltviz.losses()[name].draws]
UNIQUE = ("linear", "random_features")


def cloud(counts=COUNTS, sigma=0.6, seed=0, centres=CENTRES):
    rng = np.random.default_rng(seed)
    points = [centres[c] + sigma * rng.normal(size=(n, 2)) for c, n in enumerate(counts)]
    return np.concatenate(points), np.repeat(np.arange(len(counts)), counts)


POINTS, LABELS = cloud()
GRID = np.stack(np.meshgrid(np.linspace(-3, 3, 40), np.linspace(-3, 3, 40)), -1).reshape(-1, 2)


def objective(fit: Fit2D, loss: Loss, points, labels, vectors: torch.Tensor) -> torch.Tensor:
    """The fitted problem written again in torch: the model by its equations, the Loss as it is, the added term."""
    told = fit.weights
    u = torch.from_numpy((points - told["centre"]) / told["spread"])
    if told["kind"] == "linear":
        phi = u
    else:
        phi = (2 / len(told["phase"])) ** 0.5 * torch.cos(
            u @ torch.from_numpy(told["omega"]) + torch.from_numpy(told["phase"])
        )
    phi = torch.cat([phi, torch.ones(len(u), 1)], dim=1)
    targets = torch.from_numpy(labels)
    if told["head"] == "linear":
        squares = (vectors**2).sum(dim=0)
        return loss(phi @ vectors.T, targets) + 0.5e-4 * (squares[:-1].sum() + 0.01 * squares[-1])
    unit, hat = vectors / vectors.norm(dim=1, keepdim=True), phi / phi.norm(dim=1, keepdim=True)
    means = torch.stack([hat[targets == c].mean(dim=0) for c in range(len(vectors))])
    pull = PULL * (means / means.norm(dim=1, keepdim=True) * unit).sum()
    cosine = hat @ unit.T
    return loss(Outputs(cosine=cosine, logits=told["scale"] * cosine), targets) - pull


def gradient_at(fit: Fit2D, loss: Loss) -> float:
    vectors = torch.from_numpy(fit.weights["W"].copy()).requires_grad_()
    objective(fit, loss, POINTS, LABELS, vectors).backward()
    return float(vectors.grad.abs().max())


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("model", UNIQUE)
@pytest.mark.parametrize(
    "spelling",
    ["ce", "ldam", "ldam(max_margin=1)", "logit_adjustment", "balanced_softmax", "vs", "cdt", "inverse_frequency",
     "class_balanced", "focal", "focal(form=sigmoid)", "dbm(instance=none)"],
)  # fmt: skip
def test_gradient_of_the_real_loss_is_zero(spelling, model):
    loss = ltviz.make_loss(spelling, COUNTS)
    fit = fit2d(POINTS, LABELS, loss, model)
    assert fit.converged
    assert gradient_at(fit, loss) <= 2e-6


@pytest.mark.parametrize("weights_by", ["batch", "none"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weights_and_reduction(weights_by, reduction):
    loss = ltviz.make_loss("class_balanced", COUNTS, beta=0.99, weights_by=weights_by, reduction=reduction)
    same = ltviz.make_loss("class_balanced", COUNTS, beta=0.99, weights_by=weights_by)
    fit = fit2d(POINTS, LABELS, loss)
    assert fit.converged
    assert gradient_at(fit, same) <= 2e-6


@pytest.mark.parametrize("model", UNIQUE)
@pytest.mark.parametrize("spelling", ["ldam", "dbm(instance=none)", "vs"])
def test_long_lbfgs_in_torch_goes_no_lower(spelling, model):
    loss = ltviz.make_loss(spelling, COUNTS)
    fit = fit2d(POINTS, LABELS, loss, model)
    vectors = torch.from_numpy(np.random.default_rng(1).normal(size=fit.weights["W"].shape)).requires_grad_()
    solver = torch.optim.LBFGS([vectors], max_iter=1500, line_search_fn="strong_wolfe", tolerance_grad=1e-9,
                               tolerance_change=0.0, history_size=30)  # fmt: skip

    def closure():
        solver.zero_grad()
        value = objective(fit, loss, POINTS, LABELS, vectors)
        value.backward()
        return value

    solver.step(closure)
    ours = float(objective(fit, loss, POINTS, LABELS, torch.from_numpy(fit.weights["W"])))
    theirs = float(closure().detach())
    assert ours <= theirs + 1e-7
    if theirs - ours < 1e-7:  # the same optimum, so the same picture
        other = vectors.detach().numpy()
        scores = (
            fit.model.features(GRID)
            @ (other / np.linalg.norm(other, axis=1, keepdims=True) if fit.scale > 1 else other).T
        )
        assert (scores.argmax(axis=1) == fit.predict(GRID)).mean() > 0.995


@pytest.mark.parametrize("model", UNIQUE)
def test_ce_is_logistic_regression(model):
    fit = fit2d(POINTS, LABELS, ltviz.make_loss("ce", COUNTS), model)
    phi = fit.model.features(POINTS)[:, :-1]
    other = LogisticRegression(C=1 / (len(POINTS) * 1e-4), tol=1e-10, max_iter=5000).fit(phi, LABELS)
    ours, theirs = fit.scores(GRID), other.decision_function(fit.model.features(GRID)[:, :-1])
    np.testing.assert_allclose(ours - ours.mean(1, keepdims=True), theirs - theirs.mean(1, keepdims=True), atol=1e-2)


@pytest.mark.parametrize("model", UNIQUE)
def test_logit_adjustment_is_ce_with_the_prior_taken_off(model):
    """With a free bias, training on z + log pi and on z find the same z + log pi."""
    plain = fit2d(POINTS, LABELS, ltviz.make_loss("ce", COUNTS), model).scores(GRID)
    adjusted = fit2d(POINTS, LABELS, ltviz.make_loss("logit_adjustment", COUNTS, tau=1.0), model).scores(GRID)
    gap = adjusted + np.log(np.array(COUNTS) / sum(COUNTS)) - plain
    np.testing.assert_allclose(gap - gap.mean(axis=1, keepdims=True), 0, atol=1e-2)


@pytest.mark.parametrize("model", UNIQUE)
@pytest.mark.parametrize(
    ("name", "parameter", "stops"),
    [("ldam", "max_margin", (0.0, 0.3, 0.6, 1.0)), ("logit_adjustment", "tau", (0.0, 0.5, 1.0, 1.5)),
     ("mm", "max_margin", (0.5, 1.0, 1.5)), ("dbm", "margin", (0.0, 0.1, 0.2, 0.3))],
)  # fmt: skip
def test_up_down_and_cold_are_one_picture(name, parameter, stops, model):
    losses = [ltviz.make_loss(name, COUNTS, **{parameter: stop}) for stop in stops]
    up = path(POINTS, LABELS, losses, model)
    down = path(POINTS, LABELS, losses[::-1], model)[::-1]
    cold = [fit2d(POINTS, LABELS, loss, model) for loss in losses]
    for a, b, c in zip(up, down, cold, strict=True):
        np.testing.assert_allclose(a.scores(GRID), c.scores(GRID), atol=1e-3)
        np.testing.assert_allclose(b.scores(GRID), c.scores(GRID), atol=1e-3)


def test_moving_the_margin_moves_the_boundary():
    few, many = (fit2d(POINTS, LABELS, ltviz.make_loss("ldam", COUNTS, max_margin=m)).predict(GRID) for m in (0.0, 1.0))
    assert (few != many).mean() > 0.01


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize("model", ["linear", "cosine", "random_features", MLP(width=8)])
@pytest.mark.parametrize("name", LOSSES)
def test_every_planar_loss_fits_in_every_model(name, model):
    loss = ltviz.make_loss(name, COUNTS)
    fit = fit2d(POINTS, LABELS, loss, model)
    scores = fit.scores(GRID)
    assert scores.shape == (len(GRID), 3)
    assert np.isfinite(scores).all()
    assert np.isfinite(fit.value)
    raw = torch.from_numpy(fit.scores(POINTS))
    start = float(loss(Outputs(logits=0 * raw, cosine=0 * raw), torch.from_numpy(LABELS)))
    assert fit.value < start
    if loss.uses == "cosine":
        assert fit.model.head == "cosine"
        assert np.abs(scores).max() <= fit.scale * (1 + 1e-12)


@pytest.mark.parametrize("name", ["mm", "mm_ldam"])
def test_frozen_margins_report_their_passes(name):
    fit = fit2d(POINTS, LABELS, ltviz.make_loss(name, COUNTS), "cosine")
    assert fit.passes >= 2
    assert fit2d(POINTS, LABELS, ltviz.make_loss("ldam", COUNTS), "cosine").passes == 1


def test_a_loss_that_draws_has_no_fit_until_it_is_in_evaluation_mode():
    data = toy.scene("few_points")
    for name in sorted(set(PLANAR) - set(LOSSES)):
        loss = ltviz.make_loss(name, data.counts)
        with pytest.raises(BadInput, match=f"{name} draws at random in training"):
            fit2d(data.points, data.labels, loss)
        assert terms(loss) is None, "a browser has none to solve either"
        assert fit2d(data.points, data.labels, loss.eval()).value >= 0


@pytest.mark.parametrize("model", ["linear", "cosine", "random_features"])
def test_terms_alone_give_the_fit_of_the_loss(model):
    """In numpy what the Loss gives by autograd, from its own start and from the fit to other points."""
    others = cloud(seed=1)
    for name in ("ce", "class_balanced", "vs", "ldam"):
        loss = ltviz.make_loss(name, COUNTS)
        known, slow = terms(loss), fit2d(POINTS, LABELS, loss, model)
        fast = fit_terms(POINTS, LABELS, known, model)
        np.testing.assert_allclose(fast.parameters, slow.parameters, atol=1e-8)
        assert fast.value == pytest.approx(slow.value, abs=1e-8)
        assert (fast.scale, fast.weights.keys()) == (slow.scale, slow.weights.keys())
        warm = fits_to([others, (POINTS, LABELS)], known, model)[1]
        assert warm.converged
        np.testing.assert_allclose(warm.scores(GRID), slow.scores(GRID), atol=2e-4)


def test_focal_and_hinge_converge():
    for name in ("focal", "hinge"):
        fit = fit2d(POINTS, LABELS, ltviz.make_loss(name, COUNTS))
        assert fit.converged
        assert fit.passes == 0


@pytest.mark.parametrize("scene", ["overlap", "few_points"])
def test_no_way_leads_down_from_a_hinges_optimum(scene):
    """At a kink no gradient says so: a search without gradients does."""
    data = toy.scene(scene, seed=1)
    loss = ltviz.make_loss("hinge", data.counts, max_margin=1.0)
    fit = fit2d(data.points, data.labels, loss)
    head, score, here = fit._data.solver, ScoreLoss(loss, data.labels, loss.logit_scale), fit.weights["W"]

    def at(move):
        return head.total(score, head.placed(here + move.reshape(here.shape)))[0]

    simplex = np.vstack([np.zeros(here.size), 1e-2 * np.eye(here.size)])
    options = {"initial_simplex": simplex, "maxfev": 1000, "fatol": 1e-12, "xatol": 1e-9}
    found = minimize(at, simplex[0], method="Nelder-Mead", options=options)
    assert found.fun > at(simplex[0]) - 1e-6


@pytest.mark.parametrize("model", ["linear", "cosine", "random_features"])
def test_separable_data_stay_finite(model):
    points, labels = cloud(sigma=0.1)
    for name in ("ce", "logit_adjustment", "ldam", "dbm"):
        fit = fit2d(points, labels, ltviz.make_loss(name, COUNTS), model)
        assert np.abs(fit.parameters).max() < 1e4
        assert (fit.predict(points) == labels).all()


def two_gaussians(distance, seed):
    return cloud((1000, 10), 1 / distance, seed, centres=np.array([[-0.5, 0.0], [0.5, 0.0]]))


def crossing(fit: Fit2D, distance: float) -> float:
    """Where the boundary crosses the line between the centres, in sigma."""
    at = np.linspace(-3, 3, 60001)
    gap = np.diff(fit.scores(np.column_stack([at, 0 * at])), axis=1)[:, 0]
    return float(at[np.argmin(np.abs(gap))] * distance)


def test_margins_act_where_classes_separate_and_priors_where_they_overlap():
    texts = ("ce", "logit_adjustment", "ldam(max_margin=0)", "ldam(max_margin=0.2)")
    margin, prior = {}, {}
    for distance in (2, 6):
        at = []
        for seed in range(5):
            points, labels = two_gaussians(distance, seed)
            at.append([crossing(fit2d(points, labels, ltviz.make_loss(t, (1000, 10))), distance) for t in texts])
        ce, adjusted, without, with_margin = np.array(at).T
        margin[distance], prior[distance] = without - with_margin, ce - adjusted
    assert margin[6].mean() > 3 * margin[6].std()
    assert abs(margin[2].mean()) < margin[2].std()
    assert 2.0 < prior[2].mean() < 2.6  # log(100) / 2 = 2.3


def test_a_users_own_loss_takes_the_general_way():
    class _Mixing(ltviz.Loss):
        title, source = "mixing", "a test"

        def adjust(self, scores, labels):
            return scores - 0.3 * scores.roll(1, dims=1)  # not score by score

    loss = _Mixing(COUNTS)
    fit = fit2d(POINTS, LABELS, loss)
    assert fit.passes == 0
    assert gradient_at(fit, loss) <= 2e-5


def test_nothing_global_is_drawn_and_fits_repeat():
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)
    before = np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
    loss = ltviz.make_loss("ldam", COUNTS)
    for model in ("linear", RandomFeatures(count=16, seed=4), MLP(width=8)):
        one, two = (fit2d(POINTS, LABELS, loss, model).parameters for _ in range(2))
        np.testing.assert_array_equal(one, two)
    assert before == (np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())  # noqa: NPY002


@pytest.mark.parametrize(
    ("points", "labels", "words"),
    [(POINTS[:, :1], LABELS, "points must be"), (POINTS * np.nan, LABELS, "finite"), (POINTS, LABELS[:-1], "labels"),
     (POINTS, LABELS + 1, r"0\.\.2"), (POINTS, LABELS - 0.5, "whole")],
)  # fmt: skip
def test_bad_points_and_labels(points, labels, words):
    with pytest.raises(BadInput, match=words):
        fit2d(points, labels, ltviz.make_loss("ce", COUNTS))


def test_a_start_from_other_data_is_left_aside():
    other = fit2d(*cloud(seed=5), ltviz.make_loss("ce", COUNTS))
    loss = ltviz.make_loss("ce", COUNTS)
    np.testing.assert_array_equal(
        fit2d(POINTS, LABELS, loss, start=other).parameters, fit2d(POINTS, LABELS, loss).parameters
    )


@pytest.mark.parametrize("model", ["linear", "random_features", "mlp"])
@pytest.mark.parametrize("fault", ["nan everywhere", "infinite scores", "no lower bound"])
def test_a_loss_without_a_finite_minimum_is_refused(fault, model, monkeypatch):
    from ltviz.losses import _registry

    monkeypatch.setattr(_registry, "_OWN", {})
    parent = ltviz.losses()["ce"]

    class Broken(parent):
        title, source = "Broken", "here"

        def adjust(self, scores, labels):
            return scores * (float("inf") if fault == "infinite scores" else 1.0)

        def pointwise(self, scores, labels):
            factor = {"nan everywhere": float("nan"), "no lower bound": -1.0}.get(fault, 1.0)
            return super().pointwise(scores, labels) * factor

    with pytest.raises(TrainingDiverged, match="broken: no fit has a finite loss"):
        fit2d(POINTS, LABELS, Broken(COUNTS), model)


def test_a_network_stopped_on_its_way_down_is_refused(monkeypatch):
    from ltviz.losses import _registry

    monkeypatch.setattr(_registry, "_OWN", {})

    class Sinking(ltviz.losses()["ce"]):
        title, source = "Sinking", "here"

        def pointwise(self, scores, labels):
            return -super().pointwise(scores, labels)

    labels = np.repeat([0, 1, 2], [40, 15, 5])
    points = np.random.default_rng(0).normal(size=(60, 2)) + np.array([0, 2, -2])[labels, None]
    with pytest.raises(TrainingDiverged, match="sinking"):  # at -56 000 after its steps
        fit2d(points, labels, Sinking([40, 15, 5]), "mlp")
