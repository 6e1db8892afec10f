"""The wrong variants seen in published long-tail code: each must break the laws that are there to catch it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Flag, Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._margins import log_prior, replace_target, target
from ltviz.losses._numpy import Case, cross_entropy
from ltviz.losses.balanced_softmax import BalancedSoftmax
from ltviz.losses.ce import CE
from ltviz.losses.class_balanced import ClassBalanced
from ltviz.losses.dbm import DBM
from ltviz.losses.focal import Focal
from ltviz.losses.laws import LAWS
from ltviz.losses.ldam import LDAM
from ltviz.losses.logit_adjustment import LogitAdjustment
from ltviz.losses.mm import MM
from ltviz.losses.vs import VS

from .test_embedding_mutants import WRONG as OF_EMBEDDINGS
from .wrong import breaks, cases


class _FocalWeightInsideP(Focal):  # kaidic #6, kornia #875: p = exp(-w CE) is no probability of the class
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        ce = F.cross_entropy(scores, labels, reduction="none")
        return (1 - torch.exp(-self.class_weight[labels] * ce)) ** self.gamma * ce


class _FocalReducedFirst(Focal):  # the mean is taken before (1 - p)^gamma
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        ce = F.cross_entropy(scores, labels).expand(len(labels))
        return (1 - torch.exp(-ce)) ** self.gamma * ce


class _FocalRootAtZero(Focal):  # gamma < 1: an infinite slope where p reaches 1
    params = {**Focal.params, "gamma": dataclasses.replace(Focal.params["gamma"], default=0.5)}

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        ce = F.cross_entropy(scores, labels, reduction="none")
        return (1 - torch.exp(-ce)) ** self.gamma * ce


class _LDAMScaleOnMarginOnly(LDAM):  # RIDE #4, kaidic #13
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        margin = self.scale * self.margins().to(scores.dtype)[labels]
        return replace_target(scores, labels, target(scores, labels) - margin)


class _LDAMScaleOnCosineOnly(LDAM):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        scores = self.scale * scores
        return replace_target(scores, labels, target(scores, labels) - self.margins().to(scores.dtype)[labels])


class _LDAMTailIsLast(LDAM):
    def margins(self) -> Tensor:
        return self.max_margin * (self.counts_wide / self.counts_wide[-1]) ** -0.25


class _LDAMHeadIsFirst(LDAM):  # margins by position: sorted counts are taken for granted
    def margins(self) -> Tensor:
        return self.max_margin * torch.linspace(0.1, 1, len(self.counts), dtype=torch.float64)


class _DBMByLastClass(DBM):  # losses/dbm.py: the last class is taken for the rarest
    def margins(self) -> Tensor:
        return self.margin * (self.counts_wide / self.counts_wide[-1]) ** -self.tau


class _DBMByAcos(DBM):  # losses/dbm.py: NaN gradients at |cos| = 1
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        margin = torch.zeros_like(scores)
        margin = replace_target(margin, labels, self.margin_at(scores, labels))
        moved = torch.cos(torch.acos(scores) + margin)
        return self.plug.adjust(self.scale * moved, labels)


class _DBMBeyondPi(DBM):  # insightface #228: the target rises again, the hardest are punished less
    params = {**DBM.params, "as_released": Flag(True, "")}


class _PriorSubtracted(LogitAdjustment):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores - self.tau * log_prior(self.counts_wide).to(scores.dtype)


class _CountsSubtracted(BalancedSoftmax):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores - self.counts_wide.log().to(scores.dtype)


class _PriorOnTargetOnly(LogitAdjustment):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        shift = (self.tau * log_prior(self.counts_wide)).to(scores.dtype)
        return replace_target(scores, labels, target(scores, labels) + shift[labels])


class _LogOfIntegers(BalancedSoftmax):  # the logarithm of an integer tensor is float32
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores + self.counts.log().to(scores.dtype)


class _VSInverted(VS):  # multiplied by (n_max / n)^gamma instead of divided
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        counts = self.counts_wide
        return (scores / (counts / counts.max()) ** self.gamma + self.tau * log_prior(counts)).to(scores.dtype)


class _MMFirstLabelsColumn(MM):  # losses.py:86: every row reads the column of the batch's first label
    params = {**MM.params, "as_released": Flag(True, "")}


class _MMGammaBelowOne(MM):  # the margin then grows as the gap turns positive
    params = {**MM.params, "gamma": Param(0.3, 0.0, 5.0, 0.01, "")}


class _BetaPlain(ClassBalanced):  # (1 - b) / (1 - b^n): 0/0 at b = 1
    def weight(self) -> Tensor:
        weight = (1 - self.beta) / (1 - self.beta**self.counts_wide)
        return weight / weight.sum() * len(weight)


class _WeightTwice(CE):
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        return self.class_weight[labels] * super().pointwise(scores, labels)


class _Noisy(CE):  # draws from everyone's generator
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores + 0.01 * torch.randn_like(scores)


class _InPlace(CE):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        with torch.no_grad():
            scores.mul_(1.0).add_(1.0)
        return scores


class _Narrow(CE):  # 30 x 2185 does not fit float16
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return (30 * scores.half()).to(scores.dtype) / 30


class _HalfGradient(CE):  # part of the gradient is cut off
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        whole = super().pointwise(scores, labels)
        return (whole + whole.detach()) / 2


class _SizeOfLogits(CE):
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        return 0.01 * outputs.logits.square().sum(dim=1)


class _LogRange(CE):  # MiSLAS, GCL: 0/0 where all counts are equal
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        log = self.counts_wide.log()
        return scores - ((log.max() - log) / (log.max() - log.min())).to(scores.dtype)


class _InsideAutocast(CE):
    def forward(self, outputs: Outputs, labels: Tensor) -> Tensor:
        scores = outputs.logits @ torch.eye(len(self.counts), dtype=outputs.logits.dtype)
        return F.cross_entropy(scores, labels, reduction=self.reduction)


class _AnyState(CE):
    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        torch.nn.Module._load_from_state_dict(self, *args, **kwargs)


class _Forgetful(CE):  # the class weights it was given live outside the state
    def set_class_weight(self, weight: Tensor) -> None:
        self.kept = weight.double()

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        return self.kept.to(scores.dtype)[labels] * super().pointwise(scores, labels)


class _IgnoresMinus100(CE):  # torch's default: label -100 counts for nothing
    def forward(self, outputs: Outputs, labels: Tensor) -> Tensor:
        return F.cross_entropy(outputs.logits, labels, reduction=self.reduction)


class _Undocumented(CE):
    """Something."""


class _Undeclared(CE):
    """Something."""

    neutral = None


class _Silent(CE):
    def __init__(self, counts: object, *, reduction: str = "mean", **anything: object) -> None:
        super().__init__(counts, reduction=reduction)


class _CountsLabels(CE):  # as seesaw loss: the labels seen so far are a part of the loss
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        self.seen = getattr(self, "seen", 0) + torch.bincount(labels, minlength=len(self.counts))
        return scores + (self.seen / self.seen.sum()).to(scores)


class _ShiftsLate(CE):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        self.calls = getattr(self, "calls", 0) + 1
        return scores * (1 if self.calls < 500 else 2)


class _TrainsOnly(CE):  # a margin that the evaluation does not have
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores * (2 if self.training else 1)


class _WornByGradients(CE):
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        scores = scores * (1 + getattr(self, "worn", 0))
        if scores.requires_grad:
            scores.register_hook(lambda grad: setattr(self, "worn", getattr(self, "worn", 0) + 1))
        return scores


class _AddsProgress(CE):
    def set_progress(self, progress: float) -> None:
        self.gone = getattr(self, "gone", 0) + progress

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores * (1 + getattr(self, "gone", 0))


class _Jitter(CE):
    """Cross-entropy of logits with a jitter."""

    neutral = None
    exempt = {"neutral": "a test"}

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        drawn = self.draw(scores)
        return scores if drawn is None else scores + drawn

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        return cross_entropy(case.logits + (0 if case.draw is None else case.draw), case)


class _JitterFromEveryone(_Jitter):  # torch's own generator
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        return torch.rand_like(like) if self.training else None


class _JitterInEval(_Jitter):  # GCL's released code: validation draws too
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        mode, self.training = self.training, True
        try:
            return super().draw(like, kind)
        finally:
            self.training = mode


class _JitterForgets(_Jitter):  # its calls are counted outside its state
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        if not self.training:
            return None
        self.count = getattr(self, "count", 0) + 1
        return torch.rand(like.shape, generator=torch.Generator().manual_seed(self.count), dtype=like.dtype)


class _JitterDeaf(_Jitter):  # whatever the seed
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        self.seed = 0
        return super().draw(like, kind)


class _JitterCountsEval(_Jitter):  # evaluation moves the count on
    def draw(self, like: Tensor, kind: str = "uniform") -> Tensor | None:
        self.drawn += not self.training
        return super().draw(like, kind)


class _JitterUnsaid(_Jitter):  # the reference does not know of the draw
    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        return cross_entropy(case.logits, case)


WRONG = [
    (_JitterFromEveryone, ("second_call", "no_global_random", "draws")),
    (_JitterInEval, ("draws",)),
    (_JitterForgets, ("draws",)),
    (_JitterDeaf, ("draws",)),
    (_JitterCountsEval, ("draws",)),
    (_JitterUnsaid, ("reference",)),
    (_CountsLabels, ("no_memory", "many_calls")),
    (_ShiftsLate, ("many_calls",)),
    (_TrainsOnly, ("no_memory",)),
    (_WornByGradients, ("no_memory",)),
    (_AddsProgress, ("no_memory",)),
    (_FocalWeightInsideP, ("reference", "reductions")),
    (_FocalReducedFirst, ("reference",)),
    (_FocalRootAtZero, ("extremes",)),
    (_LDAMScaleOnMarginOnly, ("reference", "neutral")),
    (_LDAMScaleOnCosineOnly, ("reference",)),
    (_LDAMTailIsLast, ("reference", "relabelling", "rarest_margin")),
    (_LDAMHeadIsFirst, ("reference", "relabelling", "rarest_margin")),
    (_DBMByLastClass, ("reference", "relabelling", "rarest_margin")),
    (_DBMByAcos, ("extremes",)),
    (_DBMBeyondPi, ("monotone",)),
    (_PriorSubtracted, ("reference",)),
    (_CountsSubtracted, ("reference",)),
    (_PriorOnTargetOnly, ("reference",)),
    (_LogOfIntegers, ("reference",)),
    (_VSInverted, ("reference",)),
    (_MMFirstLabelsColumn, ("batch_order",)),
    (_MMGammaBelowOne, ("monotone",)),
    (_BetaPlain, ("extremes", "bad_parameters")),
    (_WeightTwice, ("reference", "reductions")),
    (_Noisy, ("reference", "second_call", "no_global_random")),
    (_InPlace, ("inputs_untouched",)),
    (_Narrow, ("reference", "extremes")),
    (_Silent, ("bad_parameters",)),
    (_HalfGradient, ("gradcheck",)),
    (_SizeOfLogits, ("reference", "neutral", "shift")),
    (_LogRange, ("any_counts",)),
    (_InsideAutocast, ("autocast",)),
    (_AnyState, ("state",)),
    (_Forgetful, ("reference", "state")),
    (_IgnoresMinus100, ("bad_inputs",)),
    (_Undocumented, ("docstring",)),
    (_Undeclared, ("declarations",)),
]


@pytest.mark.parametrize(("cls", "law"), cases(WRONG))
def test_wrong_variant_breaks_the_law(cls: type[Loss], law: str) -> None:
    breaks(cls, law)


def test_every_law_is_broken_by_some_wrong_variant() -> None:
    """A law that no mutant breaks might be one that nothing can break (cuda needs a GPU)."""
    assert set(LAWS) - {law for _, laws in (*WRONG, *OF_EMBEDDINGS) for law in laws} == {"cuda"}
