"""Several nets side by side, each with a slowly following copy and a queue of the copy's embeddings."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses import Outputs
from ltviz.methods.steps._base import At, Batch, Step, Training
from ltviz.methods.steps._beside import Averaged, Queue, generator, projection
from ltviz.models.heads import width


class NCL(Step):
    r"""The loss of each net beside the others, and each net's embedding told from those of other images.

    Equation
    --------
    L = sum_i L(z_i; the other z_j) + contrast sum_i CE( [q_i k_i; q_i Q_i] / T, first )
    q_i = P_i f_i(x),   k_i = P'_i f'_i(x'),   both of length 1

    x and x' are two views of an image, f' and P' copies that follow f and P slowly, Q_i the k_i of earlier batches. In
    the test the nets' logits are averaged.

    Parameters
    ----------
    width : int
        Dimensions of q and k.
    size : int
        How many embeddings a queue holds.
    momentum : float
        How much of a copy stays at each step.
    sharpness : float
        T: the smaller it is, the more the nearest embeddings decide.
    contrast : float
        What multiplies the second term.

    Source
    ------
    Li et al. 2022 (NCL, arXiv 2203.15359), section 3; authors' combiner.py, MOCO.py and
    cifar100_im100_NCL_with_contrastive.yaml. Differs from the released code in that copies follow faster in the first
    steps, in that they move after the nets and not before, and in that all nets see the same two views.
    """

    source = "Li et al. 2022, arXiv 2203.15359, section 3; combiner.py, MOCO.py"
    params = {
        "width": Param(64, 2, 4096, 1, "dimensions of the embeddings that are compared"),
        "size": Param(1024, 1, 65536, 1, "embeddings that a queue holds", log=True),
        "momentum": Param(0.999, 0.0, 1.0, 0.001, "how much of a following copy stays at each step"),
        "sharpness": Param(0.2, 0.01, 10.0, 0.01, "how far the nearest embeddings decide"),
        "contrast": Param(1.0, 0.0, 10.0, 0.05, "what multiplies the term on embeddings"),
    }
    views = ("recipe", "recipe")
    form = "ensemble"

    width: int
    size: int
    momentum: float
    sharpness: float
    contrast: float

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return projections, following copies, and queues."""
        draw = generator(seed, 0x2545F491)
        nets = list(net.get_submodule("experts").children())
        projections = [projection(width(one), self.width, draw) for one in nets]
        queues = [Queue(self.size, self.width, draw) for _ in nets]
        return _Parts(projections, Averaged(nn.ModuleList([*nets, *projections]), self.momentum), queues)

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the losses of all nets."""
        (batch,) = batches
        first, second = batch.views
        each = at.net.each(first)  # type: ignore[operator]
        logits = [one.logits for one in each]
        parts, total, many = at.parts, torch.zeros((), device=at.device), len(each)
        assert isinstance(parts, _Parts)
        copies = list(parts.copies.module.children())
        for i, one in enumerate(each):
            others = torch.stack(logits[:i] + logits[i + 1 :], dim=1)
            given = Outputs(one.logits, one.cosine, one.embedding, one.prototypes, others)
            total = total + at.loss(given, batch.labels)
            with torch.no_grad():
                followed = copies[i](second).embedding
            with torch.autocast(at.device.type, enabled=False):
                query = F.normalize(parts.projections[i](one.embedding.float()))
                with torch.no_grad():
                    key = F.normalize(copies[many + i](followed.float()))
                old = parts.queues[i].keys.clone()  # as the queue is before it takes in this batch's
                near = torch.cat([(query * key).sum(dim=1, keepdim=True), query @ old.T], dim=1)
                first_one = torch.zeros_like(batch.labels)
                total = total + self.contrast * F.cross_entropy(near / self.sharpness, first_one)
                parts.queues[i].push(key, batch.labels)
        return total

    def after(self, at: At) -> None:
        """Let the copies follow."""
        assert isinstance(at.parts, _Parts)
        nets = at.net.get_submodule("experts").children()
        at.parts.copies.follow(nn.ModuleList([*nets, *at.parts.projections]))


class _Parts(nn.Module):
    """Projections, following copies of nets and projections, and queues."""

    def __init__(self, projections: list[nn.Sequential], copies: Averaged, queues: list[Queue]) -> None:
        super().__init__()
        self.projections, self.copies = nn.ModuleList(projections), copies
        for k, queue in enumerate(queues):
            self.add_module(f"queue{k}", queue)

    @property
    def queues(self) -> list[Queue]:
        """One for each net."""
        return [each for each in self.children() if isinstance(each, Queue)]
