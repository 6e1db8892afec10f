"""Each class's embeddings are summed up by a distribution, and a sample is held against these instead of a batch."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses import Outputs
from ltviz.methods.steps._base import At, Batch, Step, Training, outputs
from ltviz.methods.steps._beside import generator, projection
from ltviz.methods.steps._vmf import Directions
from ltviz.models.heads import width


class ProCo(Step):
    r"""Probabilistic contrast: the loss of the logits, and of class scores from von Mises-Fisher distributions.

    Equation
    --------
    L(z, y) + contrast/2 sum_v L(g(f_v), y)
    g_j(f) = log E exp(f m / T),  m ~ vMF(mu_j, kappa_j)
           = log I(|kappa_j mu_j + f / T|) - log I(kappa_j),   I(x) = I_(D/2 - 1)(x) / x^(D/2 - 1)

    f_1, f_2 are the projected embeddings of two views, of length 1. mu_j and kappa_j = R (D - R^2) / (1 - R^2) follow
    from the mean of class j's embeddings, of length R, over this epoch and the one before it.

    Parameters
    ----------
    width : int
        Dimensions D of the projected space; the Bessel function's expansion needs 16 of them.
    sharpness : float
        T: the smaller it is, the more the nearest directions decide.
    contrast : float
        What multiplies the second term.

    Source
    ------
    Du et al. 2024 (arXiv 2403.06726), proposition 2; authors' code ProCo_cifar/main.py, loss/proco.py. Differs from the
    released code in two views instead of three, in kappa (there D R / (1 - R^2)), in that a batch enters the
    distributions in both views at once, and in the logarithm of the Bessel function: the recurrence there is off for
    large kappa, here it is an expansion that holds for all.
    """

    source = "Du et al. 2024, arXiv 2403.06726, proposition 2; loss/proco.py"
    params = {
        "width": Param(128, 16, 4096, 1, "dimensions of the projected space"),
        "sharpness": Param(0.1, 0.01, 10.0, 0.01, "how far the nearest directions decide"),
        "contrast": Param(1.0, 0.0, 10.0, 0.05, "what multiplies the scores from distributions"),
    }
    views = ("recipe", "recipe")

    width: int
    sharpness: float
    contrast: float

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return projection and distributions."""
        draw = generator(seed, 0x3C6EF372)
        own = projection(width(net), self.width, draw)
        classes = len(net.get_submodule("head").get_parameter("weight"))
        return _Parts(own, Directions(classes, self.width, draw))

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the loss of logits and of scores."""
        (batch,) = batches
        parts, size = at.parts, len(batch.labels)
        assert isinstance(parts, _Parts)
        if at.step == 0 and at.epoch > 0:
            parts.directions.begin_epoch()
        seen = at.net(torch.cat(batch.views))
        first = seen._replace(logits=seen.logits[:size], cosine=None if seen.cosine is None else seen.cosine[:size])
        with torch.autocast(at.device.type, enabled=False):
            unit = F.normalize(parts.projection(seen.embedding.float()))
            parts.directions.see(unit.detach(), batch.labels.repeat(2))
            both = parts.directions.scores(unit, self.sharpness)
        value = at.loss(outputs(first._replace(embedding=seen.embedding[:size])), batch.labels)
        for scores in (both[:size], both[size:]):
            value = value + self.contrast / 2 * at.loss(Outputs(logits=scores), batch.labels)
        return value


class _Parts(nn.Module):
    """The projection, and each class's distribution."""

    def __init__(self, own: nn.Module, directions: Directions) -> None:
        super().__init__()
        self.projection, self.directions = own, directions
