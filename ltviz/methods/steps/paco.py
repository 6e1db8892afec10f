"""Classes stand among the embeddings that a sample is drawn to, and a queue keeps those of earlier batches."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.methods.steps._base import At, Batch, Step, Training, outputs
from ltviz.methods.steps._beside import Averaged, Queue, generator, projection
from ltviz.models.heads import width


class PaCo(Step):
    r"""Parametric contrast: one softmax over the classes' scores and over the embeddings of batch and queue.

    Equation
    --------
    L_i = -sum_p w_p log( e_p / sum_a e_a ) / sum_p w_p
    e_a = exp(score of class a), or exp(q_i k_a / T)

    The p are the own class, whose w is 1, and its samples, whose w is `samples`. The a are all classes, the batch in
    both views without q_i itself, and the queue. q = P f(x), k = P' f'(x') of length 1, with copies f', P' that follow
    f and P slowly. A class's score is what the method's loss makes of its logit: with logit adjustment z + log pi, as
    in the paper. Class weights do not enter.

    Parameters
    ----------
    width : int
        Dimensions of q and k.
    size : int
        How many embeddings the queue holds.
    momentum : float
        How much of a copy stays at each step.
    sharpness : float
        T: the smaller it is, the more the nearest embeddings decide.
    samples : float
        What a sample of the own class counts beside the class itself.

    Source
    ------
    Cui et al. 2021 (arXiv 2107.12028), equation 4; authors' code LT/losses.py, LT/moco/builder.py. Differs from the
    released code in that what stands in the queue at first is of no class, in that copies follow faster in the first
    steps and move after the net, and in that log pi has no 1e-9 added.
    """

    source = "Cui et al. 2021, arXiv 2107.12028, equation 4; LT/losses.py"
    params = {
        "width": Param(32, 2, 4096, 1, "dimensions of the embeddings that are compared"),
        "size": Param(1024, 1, 65536, 1, "embeddings that the queue holds", log=True),
        "momentum": Param(0.999, 0.0, 1.0, 0.001, "how much of a following copy stays at each step"),
        "sharpness": Param(0.05, 0.01, 10.0, 0.01, "how far the nearest embeddings decide"),
        "samples": Param(0.01, 0.0, 10.0, 0.01, "what a sample of the own class counts beside the class itself"),
    }
    views = ("recipe", "recipe")

    width: int
    size: int
    momentum: float
    sharpness: float
    samples: float

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return projection, following copies, and queue."""
        draw = generator(seed, 0x1B873593)
        own = projection(width(net), self.width, draw)
        return _Parts(own, Averaged(nn.ModuleList([net, own]), self.momentum), Queue(self.size, self.width, draw))

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the mean of the batch's terms."""
        (batch,) = batches
        parts, labels = at.parts, batch.labels
        assert isinstance(parts, _Parts)
        seen = at.net(batch.views[0])
        followed, projected = parts.copies.module.children()
        with torch.no_grad():
            other = followed(batch.views[1]).embedding
        with torch.autocast(at.device.type, enabled=False):
            query = F.normalize(parts.projection(seen.embedding.float()))
            with torch.no_grad():
                key = F.normalize(projected(other.float()))
            near = query @ torch.cat([query, key, parts.queue.keys]).T / self.sharpness
            ids = torch.cat([labels, labels, parts.queue.labels])
            itself = torch.eye(*near.shape, device=at.device).bool()
            scores = at.loss.adjusted(outputs(seen), labels).float()
            every = torch.cat([scores, near.masked_fill(itself, -torch.inf)], dim=1)
            own = F.one_hot(labels, scores.shape[1]).to(near.dtype)
            alike = ((labels[:, None] == ids) & ~itself).to(near.dtype)
            weight = torch.cat([own, self.samples * alike], dim=1)
            lost = (every.logsumexp(dim=1, keepdim=True) - every).masked_fill(weight == 0, 0)
            parts.queue.push(key, labels)
        return ((weight * lost).sum(dim=1) / weight.sum(dim=1)).mean()

    def after(self, at: At) -> None:
        """Let the copies follow."""
        assert isinstance(at.parts, _Parts)
        at.parts.copies.follow(nn.ModuleList([at.net, at.parts.projection]))


class _Parts(nn.Module):
    """The projection, following copies of net and projection, and the queue."""

    def __init__(self, own: nn.Module, copies: Averaged, queue: Queue) -> None:
        super().__init__()
        self.projection, self.copies, self.queue = own, copies, queue
