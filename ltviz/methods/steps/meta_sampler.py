"""How often each class is drawn from a batch is learned: by what a step on such a draw does to balanced batches."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ltviz.core.params import Param
from ltviz.losses import Outputs
from ltviz.methods.steps._base import At, Batch, Step, Training, outputs
from ltviz.methods.steps._meta import Weights, gradient, learned, plain_loss, seen, stepped

_BETAS, _EPSILON = (0.9, 0.999), 1e-8  # of Adam


class MetaSampler(Step):
    r"""The meta sampler of BALMS: a rate for each class, learned together with the classifier.

    Equation
    --------
    psi_j = sigmoid(w_j),  w = 0 at the start
    B rows of the batch are drawn with replacement, row i in proportion to psi_{y_i}
    theta' = theta - rate grad_theta mean_drawn L(theta),  theta the classifier
    w <- Adam(w, grad_w mean CE(f_theta'(x), y)),  (x, y) of a batch in which all classes come equally often
    L = mean_drawn' L,  drawn again by the new psi

    So class j is drawn in proportion to n_j psi_j. The draw is a Gumbel-softmax: of one row each in the step, with
    the gradient of the soft one. The meta batch is of the training set itself.

    Parameters
    ----------
    meta_rate : float
        Adam's rate.
    temperature : float
        Of the Gumbel-softmax.

    Source
    ------
    Ren et al. 2020 (BALMS, arXiv 2007.10740), section 3.3 and algorithm 1; data/MetaSampler.py, run_networks.py
    (rate 0.01, one meta step before each step). There the loader draws an epoch's batches by psi; here each batch is
    drawn again from itself, which comes to the same shares, and the virtual step has neither momentum nor decay.
    """

    source = "Ren et al. 2020, arXiv 2007.10740, section 3.3; data/MetaSampler.py, run_networks.py"
    streams = ("method", "class_aware")
    through = True
    params = {
        "meta_rate": Param(0.01, 0.0, 10.0, 0.01, "the rate at which the classes' rates are learned", shown=(0.0, 0.2)),
        "temperature": Param(1.0, 0.01, 100.0, 0.1, "of the draw whose gradient is taken", log=True),
    }

    meta_rate: float
    temperature: float

    def parts(self, net: nn.Module, data: Training, seed: int) -> nn.Module:
        """Return the classes' rates."""
        head = cast(nn.Module, net.head)
        return Rates(len(next(each for each in head.parameters() if each.ndim == 2)))

    def prepare(self, batches: tuple[Batch, ...], at: At) -> None:
        """Move the classes' rates."""
        parts = cast(Rates, at.parts)
        noise = self._noise(len(batches[0].labels), at)
        down = gradient(lambda some: self.ahead(some["raw"], batches, noise, at), {"raw": parts.raw})
        parts.move(down["raw"], self.meta_rate)

    def ahead(self, raw: Tensor, batches: tuple[Batch, ...], noise: Tensor, at: At) -> Tensor:
        """Return the loss on the meta batch after the classifier has learned from rows drawn by these rates."""
        own, meta = batches
        head = cast(nn.Module, at.net.head)
        with torch.no_grad():
            before, balanced = (seen(at.net, learned(at.net), each.images).embedding for each in batches)
        soft = F.softmax((F.logsigmoid(raw)[own.labels] + noise) / self.temperature, dim=1)  # (draws, rows)
        hard = F.one_hot(soft.argmax(dim=1), len(own.labels)).to(soft)
        drawn = (hard - soft.detach() + soft).mean(dim=0)

        def cost(theta: Weights) -> Tensor:
            features = seen(head, theta, before)
            return (drawn * at.loss.by_row(Outputs(**features._asdict()), own.labels)).sum()

        moved = stepped(learned(head), cost, at.rate)
        return plain_loss(seen(head, moved, balanced), meta.labels)

    def value(self, batches: tuple[Batch, ...], at: At) -> Tensor:
        """Return the loss of rows that are drawn from the batch."""
        own, parts = batches[0], cast(Rates, at.parts)
        rows = (F.logsigmoid(parts.raw)[own.labels] + self._noise(len(own.labels), at)).argmax(dim=1)
        return at.loss(outputs(at.net(own.images[rows])), own.labels[rows])

    def learned(self, parts: nn.Module | None) -> dict[str, list[float]]:
        """Return the classes' rates psi, (C,) in (0, 1)."""
        return {"rate": cast(Rates, parts).raw.sigmoid().tolist()}

    def _noise(self, size: int, at: At) -> Tensor:
        """Return Gumbel noise, (draws, rows)."""
        return torch.from_numpy(at.generator.gumbel(size=(size, size))).float().to(at.device)


class Rates(nn.Module):
    """Raw rates of classes, (C,), which a sigmoid takes to (0, 1), and what Adam remembers of their gradients."""

    raw: Tensor
    mean: Tensor
    square: Tensor
    steps: Tensor

    def __init__(self, classes: int) -> None:
        super().__init__()
        for name in ("raw", "mean", "square"):
            self.register_buffer(name, torch.zeros(classes))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def move(self, down: Tensor, rate: float) -> None:
        """Take a step of Adam."""
        first, second = _BETAS
        self.steps += 1
        self.mean.lerp_(down, 1 - first)
        self.square.lerp_(down**2, 1 - second)
        root = (self.square / (1 - second**self.steps)).sqrt() + _EPSILON
        self.raw.sub_(rate * self.mean / (1 - first**self.steps) / root)
