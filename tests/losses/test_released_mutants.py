"""What released long-tail code does otherwise than its paper, beside the files of wrong variants: each breaks a law."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.losses._base import Loss, Outputs
from ltviz.losses._margins import replace_target, rival, target
from ltviz.losses.bcl import BCL
from ltviz.losses.class_balanced import ClassBalanced
from ltviz.losses.dbm import DBM
from ltviz.losses.elm import ELM
from ltviz.losses.focal import Focal
from ltviz.losses.mm import MM
from ltviz.losses.mm_ldam import MMLDAM

from .wrong import breaks, cases

ON_PRIORS = {**DBM.params, "base": replace(DBM.params["base"], default="balanced_softmax")}
RELEASED = {**MM.params, "as_released": replace(MM.params["as_released"], default=True)}
ROOT = {"gamma": replace(Focal.params["gamma"], default=0.5), "form": replace(Focal.params["form"], default="sigmoid")}


class _MMNegativeRivals(MM):  # the rivals' largest cosine, also where all are negative
    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        still = scores.detach()
        return self.margin_of_gap(target(still, labels) - rival(still, labels), labels)


class _MMOfProbabilities(MM):  # e34c603: the gap is one of softmax outputs
    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        return super().margin_at(scores.detach().softmax(dim=1), labels)


class _MMReleasedMask(MM):  # as_released masks the first label's class as a rival of every row too
    params = RELEASED

    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        still, column = scores.detach(), labels[:1].expand_as(labels)
        return self.margin_of_gap(target(still, column) - rival(still, column).clamp_min(0), labels)


class _MMReleasedColumn(MM):  # as_released adds the margin in the column that it reads, not in the target's
    params = RELEASED

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        column = labels[:1].expand_as(labels)
        return self.scale * replace_target(scores, column, target(scores, column) - self.margin_at(scores, labels))


class _MMLDAMOwnHalf(MMLDAM):  # the factor follows max_margin
    def reach(self) -> Tensor:
        counts = self.counts_wide
        return self.max_margin - self.max_margin * (counts / counts.min()) ** -0.25


class _BalancedOfProbabilities(ClassBalanced):  # vandit15: binary cross-entropy on softmax outputs
    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        own = torch.zeros_like(scores).scatter(1, labels[:, None], 1.0)
        return F.binary_cross_entropy(scores.softmax(dim=1), own, reduction="none").sum(dim=1)


class _DBMHardByPrior(DBM):  # hard is what the adjusted scores get wrong
    params = ON_PRIORS

    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        own, margin = target(scores, labels), self.margins().to(scores.dtype)[labels]
        adjusted = self.plug.adjust(self.scale * scores, labels)
        return margin + margin * (1 - own) / 2 * (adjusted.argmax(dim=1) != labels)


class _DBMStillDifficulty(DBM):  # no gradient runs through the difficulty
    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        return super().margin_at(scores.detach(), labels)


class _DBMInDegrees(DBM):
    def margins(self) -> Tensor:
        return torch.deg2rad(super().margins())


class _DBMPriorScaled(DBM):  # the prior is added to the cosines, before their scale
    params = ON_PRIORS

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return self.scale * self.plug.adjust(self._moved(scores, labels), labels)


class _FocalSigmoidRoot(Focal):  # the sigmoid form's power by itself: an infinite slope where q reaches 1
    params = {**Focal.params, **ROOT}

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        own = torch.zeros_like(scores).scatter(1, labels[:, None], 1.0)
        signed = scores * (2 * own - 1)
        return ((1 - signed.sigmoid()) ** self.gamma * -F.logsigmoid(signed)).sum(dim=1)


class _BCLWithoutVectors(BCL):  # a class alone in its batch is drawn to nothing: 0 / 0
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        views = outputs.embedding.shape[1] if outputs.embedding.ndim == 3 else 1
        others = (labels[:, None] == labels).sum(dim=1) * views - 1
        return super().extra(outputs, labels) / others * others


class _ELMFirstView(ELM):  # the further views do not count
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        first = outputs.embedding[:, 0] if outputs.embedding.ndim == 3 else outputs.embedding
        return super().extra(Outputs(embedding=first, prototypes=outputs.prototypes), labels)


WRONG = [
    (_MMNegativeRivals, ("reference",)),
    (_MMOfProbabilities, ("reference",)),
    (_MMReleasedMask, ("reference",)),
    (_MMReleasedColumn, ("reference",)),
    (_MMLDAMOwnHalf, ("reference",)),
    (_BalancedOfProbabilities, ("reference",)),
    (_DBMHardByPrior, ("reference",)),
    (_DBMStillDifficulty, ("gradcheck",)),
    (_DBMInDegrees, ("reference",)),
    (_DBMPriorScaled, ("reference",)),
    (_FocalSigmoidRoot, ("extremes",)),
    (_BCLWithoutVectors, ("extremes",)),
    (_ELMFirstView, ("reference",)),
]


@pytest.mark.parametrize(("cls", "law"), cases(WRONG))
def test_wrong_variant_breaks_the_law(cls: type[Loss], law: str) -> None:
    breaks(cls, law)
