"""Wrong variants of losses on embeddings and of those that look at other nets: each breaks the law that holds it."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from ltviz.core.params import Flag
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._contrast import beside_vectors
from ltviz.losses._margins import log_prior
from ltviz.losses.bcl import BCL
from ltviz.losses.dbm import DBM
from ltviz.losses.elm import ELM
from ltviz.losses.gml import GML
from ltviz.losses.ncl import NCL
from ltviz.losses.supcon import SupCon

from .wrong import breaks, cases


class _ViewsInARow(SupCon):  # (B, D) is taken for one row with B views
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        if outputs.embedding.ndim == 3:
            return super().extra(outputs, labels)
        return super().extra(Outputs(embedding=outputs.embedding[None]), labels[:1]).expand(len(labels))


class _SupConTimesT(SupCon):  # SupContrast losses.py: temperature / base_temperature
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        return super().extra(outputs, labels) * self.temperature / 0.07


class _SupConIn(SupCon):  # equation 3 of the paper, L_in: the logarithm outside the mean
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        views = F.normalize(outputs.embedding, dim=-1)
        near = torch.einsum("ivd,jwd->ivjw", views, views) / self.temperature
        same = (labels[:, None] == labels)[:, None, :, None].expand_as(near)
        share = torch.where(same, near, -1e9).flatten(2).logsumexp(2) - near.flatten(2).logsumexp(2)
        return -self.strength * share.mean(dim=1)


class _SupConLonely(SupCon):  # a row without another of its class: 0 / 0
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        views = outputs.embedding.shape[1] if outputs.embedding.ndim == 3 else 1
        others = (labels[:, None] == labels).sum(dim=1) * views - 1
        return super().extra(outputs, labels) / others * others


class _ELMTailIsLast(ELM):
    def embedding_margins(self) -> Tensor:
        return self.max_margin * (self.counts_wide / self.counts_wide[-1]) ** -0.25


class _ELMFixedVectors(ELM):  # no gradient flows into the class vectors
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        return super().extra(Outputs(embedding=outputs.embedding, prototypes=outputs.prototypes.detach()), labels)


class _ELMRowsAlike(ELM):  # frequent classes count by their rows
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        mates = (labels[:, None] == labels).sum(dim=1).double()
        return super().extra(outputs, labels) * mates * mates.reciprocal().sum() / len(labels)


class _ELMAnyNumber(ELM):  # others are added, not averaged by class
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        twice = outputs.embedding if outputs.embedding.ndim == 3 else outputs.embedding[:, None]
        return super().extra(Outputs(embedding=twice.repeat(1, 2, 1), prototypes=outputs.prototypes), labels)


class _ELMWithoutVectors(ELM):  # a class alone in its batch is drawn to nothing: 0 / 0
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        views = outputs.embedding.shape[1] if outputs.embedding.ndim == 3 else 1
        others = (labels[:, None] == labels).sum(dim=1) * views - 1
        return super().extra(outputs, labels) / others * others


class _BCLAnyNumber(BCL):  # a class weighs by its number in the batch: SupCon with class vectors
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        unit = F.normalize(outputs.embedding, dim=-1).reshape(-1, outputs.embedding.shape[-1])
        ids = labels.repeat_interleave(len(unit) // len(labels))
        near = unit @ torch.cat([unit, F.normalize(outputs.prototypes)]).T / self.temperature
        itself = torch.eye(*near.shape).bool()
        same = (ids[:, None] == torch.cat([ids, torch.arange(len(self.counts))])) & ~itself
        lost = near.masked_fill(itself, -torch.inf).logsumexp(1, keepdim=True) - near
        return self.strength * ((lost * same).sum(1) / same.sum(1)).view(len(labels), -1).mean(1)


class _BCLItselfToo(BCL):  # a view is counted among those that its own class is averaged over
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        near, own, itself, size = beside_vectors(outputs, labels, self.temperature)
        every = (near - size.log()).masked_fill(itself, -torch.inf).logsumexp(1, keepdim=True)
        lost = ((every - near) * (own & ~itself)).sum(1) / (own & ~itself).sum(1)
        return self.strength * lost.view(len(labels), -1).mean(1)


class _BCLPriorTwice(BCL):  # alpha multiplies the prior as well
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return scores + (self.alpha * self.tau * log_prior(self.counts_wide)).to(scores.dtype)


class _NCLTimesZero(NCL):  # NIL_NBOD: classes that are not hard stay in the softmax, at a score of 0
    params = {**NCL.params, "as_released": Flag(True, "")}
    exempt = {}


class _NCLOwnSideOnly(NCL):  # no gradient flows into the other nets
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        return super().extra(dataclasses.replace(outputs, peers=outputs.peers.detach()), labels)


class _NCLWithoutTarget(NCL):  # the hardest classes, whether or not the own one is among them
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        hardest = outputs.logits.argmin(dim=1)
        return super().extra(outputs, torch.where(labels == outputs.logits.argmax(dim=1), labels, hardest))


class _NCLSumOfPeers(NCL):  # what the others add grows with their number
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        without = dataclasses.replace(outputs, peers=outputs.peers[:, :1])
        return super().extra(outputs, labels) + super().extra(without, labels)


class _GMLTeachersSide(GML):  # KL the other way round
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        other = dataclasses.replace(outputs, teacher=self.scale * outputs.cosine, cosine=outputs.teacher / self.scale)
        return super().extra(other, labels)


class _GMLWithoutT2(GML):  # the gradient of the distillation falls with T^2
    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        whole, t2 = super().extra(outputs, labels), self.temperature**2
        alone = super().extra(dataclasses.replace(outputs, teacher=self.scale * outputs.cosine), labels)
        return alone + (whole - alone) / t2


class _GMLScaledPrior(GML):  # the prior is added to cosines, before their scale
    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        return self.scale * (scores + self.tau * log_prior(self.counts_wide).to(scores.dtype))


class _DBMOwnNetOnly(DBM):  # the margin moves one net of several
    params = {**DBM.params, "base": dataclasses.replace(DBM.params["base"], default="ncl")}

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor:
        moved = self._moved(outputs.cosine, labels)
        return self.plug.extra(dataclasses.replace(outputs, logits=self.scale * moved), labels)


WRONG = [
    (_NCLTimesZero, ("shift",)),
    (_NCLOwnSideOnly, ("gradcheck",)),
    (_NCLWithoutTarget, ("reference",)),
    (_NCLSumOfPeers, ("reference",)),
    (_GMLTeachersSide, ("reference",)),
    (_GMLWithoutT2, ("reference",)),
    (_GMLScaledPrior, ("reference",)),
    (_DBMOwnNetOnly, ("reference",)),
    (_BCLAnyNumber, ("reference",)),
    (_BCLItselfToo, ("reference",)),
    (_BCLPriorTwice, ("reference",)),
    (_ELMTailIsLast, ("reference", "relabelling")),
    (_ELMFixedVectors, ("gradcheck",)),
    (_ELMRowsAlike, ("reference",)),
    (_ELMAnyNumber, ("reference",)),
    (_ELMWithoutVectors, ("extremes",)),
    (_ViewsInARow, ("views",)),
    (_SupConTimesT, ("reference",)),
    (_SupConIn, ("reference",)),
    (_SupConLonely, ("extremes",)),
]


@pytest.mark.parametrize(("cls", "law"), cases(WRONG))
def test_wrong_variant_breaks_the_law(cls: type[Loss], law: str) -> None:
    breaks(cls, law)
