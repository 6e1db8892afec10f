"""NCL and GML: the term of one net by hand, and against the sums of the released codes."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

import ltviz
from ltviz.losses import Outputs
from ltviz.losses.ncl import hard_classes

COUNTS = (100, 30, 10, 5)
LABELS = torch.tensor([0, 3, 2])
DRAW = torch.Generator().manual_seed(0)
NETS = [3 * torch.randn(3, 4, generator=DRAW, dtype=torch.float64) for _ in range(3)]


def of_net(i: int, nets: list[torch.Tensor]) -> Outputs:
    return Outputs(logits=nets[i], peers=torch.stack(nets[:i] + nets[i + 1 :], dim=1))


@pytest.mark.parametrize("as_released", [False, True])
def test_all_nets_terms_are_the_released_sum(as_released: bool) -> None:
    """NIL_NBOD, but for its hard classes, which are the first net's there: ordered pairs of KL over M - 1."""
    loss = ltviz.make_loss("ncl", COUNTS, share=0.5, as_released=as_released)
    ours = sum(loss(of_net(i, NETS), LABELS).item() for i in range(3))
    log_n = torch.tensor(COUNTS, dtype=torch.float64).log()
    mask = torch.zeros(3, 4, dtype=torch.float64)
    for row, (mean, y) in enumerate(zip(sum(NETS) / 3, LABELS.tolist(), strict=True)):
        mask[row, y] = mask[row, max((k for k in range(4) if k != y), key=mean.tolist().__getitem__)] = 1
    full = [z + log_n for z in NETS]
    few = [z * mask if as_released else z.masked_fill(mask == 0, -1e9) for z in full]
    theirs = sum(F.cross_entropy(z, LABELS).item() for z in (*full, *few))
    for scores in (full, few):
        for i in range(3):
            for j in range(3):
                if i != j:
                    log_own, other = scores[i].log_softmax(1), scores[j].softmax(1)
                    theirs += 0.6 / 2 * F.kl_div(log_own, other, reduction="batchmean").item()
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_nets_that_agree_add_their_hard_classes_alone() -> None:
    nets = [torch.tensor([[2.0, 1.0, 0.0, -1.0]], dtype=torch.float64)] * 3
    loss = ltviz.make_loss("ncl", [10, 10, 10, 10])
    two = math.log(1 + math.exp(2 - 1))  # the own class, and the largest of the others
    whole = -math.log(math.e / sum(map(math.exp, (2, 1, 0, -1))))
    assert loss(of_net(0, nets), torch.tensor([1])).item() == pytest.approx(whole + two)


def test_at_least_two_classes_are_hard() -> None:
    assert [hard_classes(0.3, classes) for classes in (2, 3, 10, 100)] == [2, 2, 3, 30]
    assert hard_classes(0.0, 10) == 2
    assert hard_classes(1.0, 10) == 10


def test_gml_is_the_sum_of_its_parts() -> None:
    cosine = torch.rand(3, 4, generator=DRAW, dtype=torch.float64) * 1.6 - 0.8
    given = Outputs(cosine=cosine, peers=torch.stack(NETS[:2], dim=1), teacher=NETS[2])
    log_pi = (torch.tensor(COUNTS, dtype=torch.float64) / sum(COUNTS)).log()
    wanted = F.cross_entropy(30 * cosine + log_pi, LABELS)
    wanted = wanted + sum(F.cross_entropy(z + log_pi, LABELS) for z in NETS[:2])
    distilled = F.kl_div((30 * cosine / 4).log_softmax(1), (NETS[2] / 4).softmax(1), reduction="batchmean") * 16
    assert ltviz.make_loss("gml", COUNTS)(given, LABELS).item() == pytest.approx((wanted + distilled).item())
    alone = ltviz.make_loss("gml", COUNTS, strength=0.0, distillation=0.0)
    assert alone.needs() == ("cosine",)
    assert alone(cosine, LABELS).item() == pytest.approx(F.cross_entropy(30 * cosine + log_pi, LABELS).item())
    assert ltviz.make_loss("gml", COUNTS, strength=0.0).needs() == ("cosine", "teacher")


def test_dbm_s_margin_moves_every_net_and_not_what_embeddings_say() -> None:
    cosine = [torch.rand(3, 4, generator=DRAW, dtype=torch.float64) * 1.6 - 0.8 for _ in range(3)]
    dbm = ltviz.make_loss("dbm", COUNTS, base="ncl", margin=0.3, instance="none")
    given = Outputs(cosine=cosine[0], logits=32 * cosine[0], peers=32 * torch.stack(cosine[1:], dim=1))
    angle = 0.3 * (torch.tensor(COUNTS, dtype=torch.float64) / 5) ** -1.0
    moved = []
    for each in cosine:
        own = each.gather(1, LABELS[:, None])
        moved.append(32 * each.scatter(1, LABELS[:, None], torch.cos(own.acos() + angle[LABELS, None])))
    assert dbm(given, LABELS).item() == pytest.approx(ltviz.make_loss("ncl", COUNTS)(of_net(0, moved), LABELS).item())
    gml = ltviz.make_loss("dbm", COUNTS, base="gml", margin=0.3, instance="none")
    scores = Outputs(cosine=cosine[0], peers=torch.stack(NETS[:2], dim=1), teacher=NETS[2])
    apart = Outputs(cosine=moved[0] / 32, peers=scores.peers, teacher=scores.teacher)
    plain = ltviz.make_loss("gml", COUNTS, scale=32.0)
    assert gml(scores, LABELS).item() == pytest.approx(plain(apart, LABELS).item())
