"""A second net is trained before: it teaches, and fills a queue with its embeddings, class by class."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses import Outputs
from ltviz.methods.steps._base import At, Batch, Step, Training
from ltviz.methods.steps._beside import ClassQueue, generator, projection
from ltviz.models.heads import Features, width


class GML(Step):
    r"""The loss with a teacher's logits, and with class scores of embeddings beside those of the teacher.

    Equation
    --------
    L( s c(x); g, g'; t(x) ) + CE( t(x) + log pi, y )
    g_y = log mean_{k of class y} exp(q k / T_c),   q = P f(x'),   k = P' h(x), of the teacher's last features h

    x and x' are two views of an image; q and k have length 1. The k are those of a queue that has a part for each
    class, and holds the teacher's features of this and of earlier batches. g moves q and k at a fixed T_c; g', the same
    without the image itself, moves T_c at fixed q and k.

    The teacher is a net of the same kind, drawn anew. It is trained before the net, by balanced softmax on the same
    images and by the same recipe and schedule, and stays as it is from then on. So a run costs two trainings and more,
    and its first epoch lasts as long as the teacher's training too: a run that is stopped there begins anew.

    Parameters
    ----------
    width : int
        Dimensions of q and k.
    size : int
        About how many embeddings the queue holds.
    sharpness : float
        T_c at first.

    Source
    ------
    Suh and Seo 2023 (GML, ICML), authors' code moco/builder.py and losses.py (bluecdm/Long-tailed-recognition). Differs
    from the released code in the teacher, which is a deeper net there, in two views instead of three, in that T_c
    decays as other weights do, and in that the image itself is known in its own batch only.
    """

    source = "Suh and Seo 2023, ICML; bluecdm/Long-tailed-recognition, moco/builder.py"
    params = {
        "width": Param(32, 2, 4096, 1, "dimensions of the embeddings that are compared"),
        "size": Param(4096, 1, 65536, 1, "embeddings that the queue holds, about", log=True),
        "sharpness": Param(0.1, 0.01, 10.0, 0.01, "how far the nearest embeddings decide, at first"),
    }
    views = ("recipe", "recipe")
    taught = "balanced_softmax"

    width: int
    size: int
    sharpness: float

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return teacher, projections, queue and temperature."""
        draw, features = generator(seed, 0x6C078965), width(net)
        counts = torch.bincount(data.labels.cpu(), minlength=_classes(net))
        queue = ClassQueue(self.size, features, counts, draw)
        own, other = (projection(features, self.width, draw) for _ in range(2))
        return _Parts(redrawn(net, draw).requires_grad_(False).eval(), own, other, queue, self.sharpness)

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the loss of the net."""
        (batch,) = batches
        size, parts = len(batch.labels), at.parts
        assert isinstance(parts, _Parts)
        seen = at.net(torch.cat(batch.views))
        with torch.no_grad():
            told = parts.teacher(batch.images)
        with torch.autocast(at.device.type, enabled=False):
            itself = parts.queue.push(told.embedding.float(), batch.labels)
            query = F.normalize(parts.own(seen.embedding[size:].float()))
            near = query @ F.normalize(parts.other(parts.queue.keys.clone())).T  # (B, N)
            sharp = parts.log_sharpness.exp()
            moved = parts.queue.log_means(near / sharp.detach())
            tuned = parts.queue.log_means(near.detach() / sharp, itself)
        first = _rows(seen, size)
        scores = torch.stack([moved, tuned], dim=1)
        return at.loss(Outputs(*first, peers=scores, teacher=told.logits), batch.labels)


class _Parts(nn.Module):
    """Teacher, the projections P and P', the queue of the teacher's features, and the logarithm of T_c."""

    def __init__(
        self, teacher: nn.Module, own: nn.Module, other: nn.Module, queue: ClassQueue, sharpness: float
    ) -> None:
        super().__init__()
        self.teacher, self.own, self.other, self.queue = teacher, own, other, queue
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(sharpness)))


def redrawn(net: nn.Module, draw: torch.Generator) -> nn.Module:
    """Return a net of the same kind, its weights drawn anew with the spread that they have; biases and norms stay."""
    other = copy.deepcopy(net)
    with torch.no_grad():
        for weight in other.parameters():
            if weight.ndim > 1:
                weight.copy_(weight.std() * torch.randn(weight.shape, generator=draw).to(weight))
    return other


def _rows(seen: Features, size: int) -> tuple[Tensor, Tensor | None, Tensor, Tensor]:
    """Return logits, cosines, features and class vectors of the first rows, in the order of `Outputs`."""
    cosine = None if seen.cosine is None else seen.cosine[:size]
    return seen.logits[:size], cosine, seen.embedding[:size], seen.prototypes


def _classes(net: nn.Module) -> int:
    return len(net.get_submodule("head").get_parameter("weight"))
