"""The classic mistakes in the losses of margins, clouds and smoothed labels: each must break a law that is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

import ltviz
from ltviz.losses import Outputs
from ltviz.losses._base import Loss
from ltviz.losses._margins import replace_target, target
from ltviz.losses.equalization import Equalization
from ltviz.losses.gcl import GCL
from ltviz.losses.label_aware_smoothing import LabelAwareSmoothing
from ltviz.losses.large_margin_softmax import LargeMarginSoftmax, psi
from ltviz.losses.laws._book import noting

from .wrong import breaks, cases

COUNTS = (60, 1000, 7, 200)
LABELS = torch.tensor([2, 0, 1, 2, 3])
RARE = {**Equalization.params, "threshold": replace(Equalization.params["threshold"], default=0.1)}
SECOND = {**GCL.params, "gamma": replace(GCL.params["gamma"], default=1.0)}


class _GCLLogOfIntegers(GCL):  # the logarithm of an integer tensor is float32
    def delta(self) -> Tensor:
        log = self.counts.log()
        return (log.max() - log) / (log.max() - log.min()).clamp_min(1e-9)


class _GCLTailIsLast(GCL):
    def delta(self) -> Tensor:
        log = self.counts_wide.log()
        return (log[0] - log) / (log[0] - log[-1])


class _GCLZeroOverZero(GCL):  # as written: equal counts have no delta
    def delta(self) -> Tensor:
        log = self.counts_wide.log()
        return (log.max() - log) / (log.max() - log.min())


class _GCLHeadClouded(GCL):
    def delta(self) -> Tensor:
        return 1 - super().delta()


class _GCLAdded(GCL):  # the wrong sign
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return 2 * self.scale * scores - super().adjust(scores, labels)


class _GCLWide(GCL):  # a standard deviation of 1
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        drawn = self.draw(scores, "normal")
        cloud = 0 if drawn is None else drawn.abs().clamp(max=1) * self.delta().to(scores.dtype)
        return self.scale * (scores - self.noise * cloud)


class _GCLInEval(GCL):  # the released code's validation draws too
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        mode, self.training = self.training, True
        try:
            return super().draw(like, kind)
        finally:
            self.training = mode


class _GCLWeightInsideP(GCL):  # p = exp(-w CE) is no probability of the class
    params = SECOND

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        ce = F.cross_entropy(scores, labels, reduction="none")
        return (1 - torch.exp(-self.class_weight[labels] * ce.detach())) ** self.gamma * ce


class _GCLOneFactor(GCL):  # the batch's mean is taken before (1 - p)^gamma
    params = SECOND

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        ce = F.cross_entropy(scores, labels, reduction="none")
        return (-torch.expm1(-ce.mean().detach())) ** self.gamma * ce


class _Rare(Equalization):  # at the default threshold no class here is rare
    params = RARE


class _EqualizationOwnClass(_Rare):  # the target may be left out of its own softmax
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        rare = self.counts_wide / self.counts_wide.sum() < self.threshold
        chance = self.draw(scores)
        return scores if chance is None else scores.masked_fill((chance < self.gamma) & rare, -torch.inf)


class _EqualizationFrequent(_Rare):  # frequent classes are left out
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        rare = self.counts_wide / self.counts_wide.sum() >= self.threshold
        chance = self.draw(scores)
        if chance is None:
            return scores
        return scores.masked_fill(((chance < self.gamma) & rare).scatter(1, labels[:, None], False), -torch.inf)


class _EqualizationByClass(_Rare):  # one draw for all rows
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        one = super().draw(like[:1], kind)
        return None if one is None else one.expand_as(like)


class _EqualizationSeldom(_Rare):  # left out with probability 1 - gamma
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        self.gamma = 1 - self.gamma
        try:
            return super().adjust(scores, labels)
        finally:
            self.gamma = 1 - self.gamma


class _EqualizationInEval(_Rare):
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        mode, self.training = self.training, True
        try:
            return super().draw(like, kind)
        finally:
            self.training = mode


class _SmoothingByPosition(LabelAwareSmoothing):  # methods.py: the first count is the largest, the last the smallest
    def smoothing(self) -> Tensor:
        n = self.counts_wide
        return self.tail + (self.head - self.tail) * torch.sin(torch.pi / 2 * (n - n[-1]) / (n[0] - n[-1]))


class _SmoothingZeroOverZero(LabelAwareSmoothing):
    def smoothing(self) -> Tensor:
        n = self.counts_wide
        rank = (n - n.min()) / (n.max() - n.min())
        return self.tail + (self.head - self.tail) * torch.sin(torch.pi / 2 * rank)


class _SmoothingTurned(LabelAwareSmoothing):  # the tail is smoothed
    def smoothing(self) -> Tensor:
        return self.head + self.tail - super().smoothing()


class _SmoothingOfTheBatch(LabelAwareSmoothing):  # one eps for all rows
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        log_p, eps = F.log_softmax(scores, dim=1), self.smoothing().to(scores.dtype)[labels].mean()
        return -(1 - eps) * target(log_p, labels) - eps * log_p.mean(dim=1)


class _SmoothingSummed(LabelAwareSmoothing):
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        log_p, eps = F.log_softmax(scores, dim=1), self.smoothing().to(scores.dtype)[labels]
        return -(1 - eps) * target(log_p, labels) - eps * log_p.sum(dim=1)


class _LargeMargin(LargeMarginSoftmax):
    def psi(self, cosine: Tensor) -> Tensor:
        return psi(cosine, self.multiple)

    def lam(self) -> float:
        return self.annealing * 0.99 ** (10000 * self.done)

    def adjusted(self, outputs: Outputs, labels: Tensor) -> Tensor:
        x = outputs.embedding if outputs.embedding.ndim == 3 else outputs.embedding[:, None]
        w = outputs.prototypes[labels][:, None]
        cosine = F.cosine_similarity(x, w, dim=2)
        length = x.norm(dim=2) * w.norm(dim=2)
        fall = (length * (self.psi(cosine) - cosine)).mean(dim=1) / (1 + self.lam())
        return replace_target(outputs.logits, labels, target(outputs.logits, labels) + fall)


class _LargeMarginByAcos(_LargeMargin):  # an infinite slope at angle 0
    def psi(self, cosine: Tensor) -> Tensor:
        theta = cosine.acos()
        k = (theta * self.multiple / torch.pi).floor()
        return (1 - 2 * (k % 2)) * (self.multiple * theta).cos() - 2 * k


class _LargeMarginRises(_LargeMargin):  # cos(m theta) alone comes back up
    def psi(self, cosine: Tensor) -> Tensor:
        return 2 * cosine * cosine - 1


class _LargeMarginNeverAnneals(_LargeMargin):
    def lam(self) -> float:
        return 0.0


class _LargeMarginBackwards(_LargeMargin):  # the margin fades as training goes on
    def lam(self) -> float:
        return self.annealing * 0.99 ** (10000 * (1 - self.done))


class _LargeMarginBegins(_LargeMargin):  # untold, it stands at the start of training
    done = 0.0


WRONG = [
    (_GCLLogOfIntegers, ("reference",)),
    (_GCLTailIsLast, ("reference", "relabelling", "rarest_margin")),
    (_GCLZeroOverZero, ("any_counts",)),
    (_GCLHeadClouded, ("reference", "rarest_margin")),
    (_GCLAdded, ("reference", "rarest_margin")),
    (_GCLWide, ("reference",)),
    (_GCLInEval, ("draws",)),
    (_GCLWeightInsideP, ("reference", "reductions")),
    (_GCLOneFactor, ("reference",)),
    (_EqualizationOwnClass, ("reference",)),
    (_EqualizationFrequent, ("reference",)),
    (_EqualizationSeldom, ("reference",)),
    (_EqualizationInEval, ("draws",)),
    (_SmoothingByPosition, ("reference", "relabelling")),
    (_SmoothingZeroOverZero, ("any_counts",)),
    (_SmoothingTurned, ("reference",)),
    (_SmoothingOfTheBatch, ("reference",)),
    (_SmoothingSummed, ("reference",)),
    (_LargeMarginByAcos, ("extremes",)),
    (_LargeMarginRises, ("reference",)),
    (_LargeMarginNeverAnneals, ("reference",)),
    (_LargeMarginBackwards, ("reference",)),
    (_LargeMarginBegins, ("no_memory",)),
]


@pytest.mark.parametrize(("cls", "law"), cases(WRONG))
def test_wrong_variant_breaks_the_law(cls: type[Loss], law: str) -> None:
    breaks(cls, law)


def test_no_gradient_flows_through_gcls_focal_factor() -> None:
    """Unlike the focal loss's own; detached, the gradient of a row is its factor times that of cross-entropy."""
    scores = torch.linspace(-0.9, 0.9, 20, dtype=torch.float64).reshape(5, 4).requires_grad_()
    loss = ltviz.make_loss("gcl", COUNTS, gamma=2.0, reduction="none").eval()
    ce = F.cross_entropy(30 * scores, LABELS, reduction="none")
    factor = (1 - torch.exp(-ce)) ** 2
    (got,) = torch.autograd.grad(loss(scores, LABELS).sum(), scores)
    (ours,) = torch.autograd.grad((factor.detach() * ce).sum(), scores, retain_graph=True)
    (attached,) = torch.autograd.grad((factor * ce).sum(), scores)
    torch.testing.assert_close(got, ours)
    assert not torch.allclose(got, attached)


def test_gcls_focal_factor_has_a_finite_gradient_where_p_is_1() -> None:
    scores = torch.tensor([[1.0, -1.0, -1.0, -1.0]], requires_grad=True)
    ltviz.make_loss("gcl", COUNTS, gamma=0.5, scale=100.0)(scores, torch.tensor([0])).backward()
    assert scores.grad is not None
    assert scores.grad.isfinite().all()


def test_gcls_cloud_is_cut_off_and_largest_for_the_rarest_class(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = ltviz.make_loss("gcl", COUNTS, scale=1.0)
    delta = np.log(1000 / np.array(COUNTS)) / np.log(1000 / 7)
    for drawn, cloud in ((-1.5, 0.5), (30.0, 1.0)):
        monkeypatch.setattr(loss, "draw", lambda like, kind, x=drawn: torch.full_like(like, x))
        fall = -loss.adjust(torch.zeros(2, 4, dtype=torch.float64), LABELS[:2])
        np.testing.assert_allclose(fall, np.tile(0.5 * cloud * delta, (2, 1)))


@pytest.mark.parametrize(("name", "params"), [("gcl", {}), ("equalization", {"threshold": 0.5})])
def test_each_row_and_class_has_a_draw_of_its_own(name: str, params: dict) -> None:
    loss = ltviz.make_loss(name, COUNTS, **params)
    noted = noting(loss)
    loss(torch.zeros(5, 4), LABELS)
    assert noted[0] is not None
    assert noted[0].shape == (5, 4)
    assert len(noted[0].unique()) == 20
    wrong = noting(shared := _EqualizationByClass(COUNTS))
    shared(torch.zeros(5, 4), LABELS)
    assert wrong[0] is not None
    assert len(wrong[0].unique()) == 4


def test_equalization_needs_a_threshold_that_reaches_the_tail() -> None:
    """0.005 touches one class of CIFAR-10-LT at 100, and none of a mild set: the slider goes to a half."""
    counts = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
    shares = np.array(counts) / sum(counts)
    assert (shares < 0.005).sum() == 1
    assert Equalization.params["threshold"].range == (0.0, 0.5)
    scores, labels = torch.zeros(400, 10), torch.zeros(400, dtype=torch.int64)
    for threshold, rare in ((0.005, 1), (0.01, 2), (0.5, 9)):
        left = ltviz.make_loss("equalization", counts, threshold=threshold).adjust(scores, labels).isinf()
        assert left.any(dim=0).sum() == rare
        assert left[:, -1].double().mean() == pytest.approx(0.9, abs=0.05)
    mild = ltviz.make_loss("equalization", [60, 40], threshold=0.005)
    assert mild.adjust(scores[:, :2], labels) is not None
    assert int(mild.drawn) == 0


def test_smoothing_of_cifar_by_hand() -> None:
    loss = ltviz.make_loss("label_aware_smoothing", [50, 5000, 2525], head=0.4, tail=0.1)
    np.testing.assert_allclose(loss.smoothing(), [0.1, 0.4, 0.1 + 0.3 * np.sin(np.pi / 4)])
    np.testing.assert_allclose(ltviz.make_loss("label_aware_smoothing", [9, 9], head=0.4, tail=0.1).smoothing(), 0.1)


@pytest.mark.parametrize("multiple", range(1, 9))
def test_psi_is_its_definition_falls_with_the_angle_and_has_no_kink(multiple: int) -> None:
    theta = torch.linspace(0, torch.pi, 2001, dtype=torch.float64)
    cosine = theta.cos().requires_grad_()
    value = psi(cosine, multiple)
    k = torch.clamp((theta * multiple / torch.pi).floor(), max=multiple - 1)
    torch.testing.assert_close(value.detach(), (1 - 2 * (k % 2)) * (multiple * theta).cos() - 2 * k)
    assert (value.diff() <= 1e-12).all()
    (slope,) = torch.autograd.grad(value.sum(), cosine)
    assert slope.min() >= -1e-9
    assert slope.max() == pytest.approx(multiple**2)


def test_annealing_plays_the_margin_down_at_the_start() -> None:
    features, vectors = torch.eye(4)[:2] + 0.3, torch.eye(4)
    given = Outputs(logits=features @ vectors.T, embedding=features, prototypes=vectors)
    loss = ltviz.make_loss("large_margin_softmax", COUNTS, reduction="none")
    plain = F.cross_entropy(given.logits, torch.tensor([1, 2]), reduction="none")
    rise = []
    for progress in (0.0, 0.02, 0.05, 1.0):
        loss.set_progress(progress)
        rise.append((loss(given, torch.tensor([1, 2])) - plain).min().item())
    assert 0 < rise[0] < rise[1] < rise[2] < rise[3]
    assert rise[0] < 0.02 * rise[3]
    fresh = ltviz.make_loss("large_margin_softmax", COUNTS, reduction="none")
    torch.testing.assert_close(fresh(given, torch.tensor([1, 2])), loss(given, torch.tensor([1, 2])))
