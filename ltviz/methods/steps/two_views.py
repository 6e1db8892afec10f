"""Two views: each image is augmented twice, and the loss sees both embeddings."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.methods.steps._base import At, Batch, Step, Training, outputs
from ltviz.methods.steps._beside import generator, projection
from ltviz.models.heads import width

_CLASSIFIES = ("logits", "cosine")


class TwoViews(Step):
    r"""Two augmented views of each image, for losses on embeddings.

    Equation
    --------
    e_iv = P f(x_iv), v = 1, 2;  P = Linear, ReLU, Linear
    L(z_i1, e_i1, e_i2, P w, y)  where the loss has a classification term
    1/2 sum_v CE(z_iv, y) + L(e_i1, e_i2, P w, y)  where it has none

    Class vectors w go through the same projection, so that they share the embeddings' space. The projection is trained
    with the net, and dropped in the test. Without one, e_iv = f(x_iv): the loss sees the features that the classifier
    takes, and its class vectors.

    Parameters
    ----------
    width : int
        Dimensions of the projected space; 0 projects nothing.

    Source
    ------
    Khosla et al. 2020 (arXiv 2004.11362), section 3 (two views, a projection of one hidden layer and 128 dimensions);
    Zhu et al. 2022 (BCL, arXiv 2207.09052) for the classification beside it and the projected class vectors. Here
    classifier and embeddings are trained together, where the first paper trains the classifier afterwards.
    """

    source = "Khosla et al. 2020, arXiv 2004.11362, section 3"
    params = {"width": Param(128, 0, 4096, 1, "dimensions of the projected space; 0 projects nothing")}
    views = ("recipe", "recipe")
    replayable = True

    width: int

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module | None:
        """Return the projection, drawn from the seed."""
        if not self.width:
            return None
        return projection(width(net), self.width, generator(seed, 0x51ED2701))

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the loss of both views."""
        (batch,) = batches
        size = len(batch.labels)
        seen = at.net(torch.cat(batch.views))
        first = seen._replace(logits=seen.logits[:size], cosine=None if seen.cosine is None else seen.cosine[:size])
        projected, vectors = seen.embedding, seen.prototypes
        if at.parts is not None:
            with torch.autocast(at.device.type, enabled=False):
                projected, vectors = at.parts(projected.float()), at.parts(vectors.float())
        views = torch.stack([projected[:size], projected[size:]], dim=1)  # (B, 2, width)
        value = at.loss(replace(outputs(first), embedding=views, prototypes=vectors), batch.labels)
        if not set(_CLASSIFIES) & set(at.loss.needs()):
            value = value + F.cross_entropy(seen.logits.float(), batch.labels.repeat(2))
        return value
